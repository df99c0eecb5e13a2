package dev.canswarm.benchmarks.suite;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.input.NeedParts;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.benchmarks.input.SignedMessage;
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

/** The cost of a message: its sender signs it once, and each receiver decodes and verifies it. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls the @Setup method first
public class EnvelopeBenchmark {
  @Param({"i2p", "accp", "jdk"})
  public String engine;

  @Param({"128", "512", "4096", "16384", "65536"})
  public int payloadBytes;

  private EnvelopeCodec codec;
  private Ring<Sender> senders;
  private Ring<SignedMessage> received;

  private record Sender(NeedParts parts, SigningKey key) {}

  /** Generates the inputs. JMH does not measure this. */
  @Setup
  public void setUp() {
    SignatureEngine ed25519 = BenchEngines.named(engine);
    codec = NeedParts.codec(ed25519);
    List<SigningKey> keys = NeedParts.keys(ed25519);
    senders =
        Ring.ofSized(
            payloadBytes,
            i -> new Sender(NeedParts.ofBytes(payloadBytes, i), keys.get(i % keys.size())));
    received = SignedMessage.ring(ed25519, payloadBytes);
  }

  /** Does all of a sender's work: payload, canonical form, hashes, signature, bytes. */
  @Benchmark
  public Envelope sign() {
    Sender sender = senders.next();
    return codec.sign(sender.parts().draft(), sender.key(), NeedParts.TIMESTAMP_NS);
  }

  /** Does all of a receiver's work: parsing, form, hashes, signature. */
  @Benchmark
  public Envelope decodeAndVerify() {
    return codec.decodeAndVerify(received.next().envelope());
  }

  /** Does a sender's work and then a receiver's. */
  @Benchmark
  public Envelope roundTrip() {
    return codec.decodeAndVerify(sign().bytes());
  }
}
