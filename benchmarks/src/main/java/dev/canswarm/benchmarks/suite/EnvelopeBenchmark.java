package dev.canswarm.benchmarks.suite;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.input.Messages;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.benchmarks.input.Signed;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What every message costs: signed once by its sender, read and verified by everybody else. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls set up before anything else
public class EnvelopeBenchmark {
  @Param({"i2p", "accp", "jdk"})
  public String engine;

  @Param({"128", "512", "4096", "16384", "65536"})
  public int payloadBytes;

  private EnvelopeCodec codec;
  private Ring<Sender> senders;
  private Ring<Signed> received;

  private record Sender(Messages parts, SigningKey key) {}

  /** Makes the inputs. */
  @Setup
  public void setUp() {
    SignatureEngine ed25519 = BenchEngines.named(engine);
    codec = Messages.codec(ed25519);
    List<SigningKey> keys = Messages.keys(ed25519);
    senders =
        Ring.ofSized(
            payloadBytes,
            i -> new Sender(Messages.ofBytes(payloadBytes, i), keys.get(i % keys.size())));
    received = Signed.ring(ed25519, payloadBytes);
  }

  /** All of a sender's work: payload, canonical form, hashes, signature, bytes. */
  @Benchmark
  public Envelope sign() {
    Sender sender = senders.next();
    return codec.sign(sender.parts().draft(), sender.key(), Messages.TIMESTAMP_NS);
  }

  /** All of a receiver's work. */
  @Benchmark
  public Envelope decodeAndVerify() {
    return codec.decodeAndVerify(received.next().envelope());
  }

  /** A sender's work and a receiver's. */
  @Benchmark
  public Envelope roundTrip() {
    return codec.decodeAndVerify(sign().bytes());
  }
}
