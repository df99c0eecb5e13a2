package dev.canswarm.benchmarks.suite;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.input.NeedParts;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.benchmarks.input.SignedMessage;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
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

/** A receiver's work except for the signature check, and therefore independent of the engine. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls the @Setup method first
public class DecodeBenchmark {
  @Param({"128", "512", "4096", "16384", "65536"})
  public int payloadBytes;

  private EnvelopeCodec codec;
  private Ring<SignedMessage> received;

  /** Generates the inputs. JMH does not measure this. */
  @Setup
  public void setUp() {
    SignatureEngine signer = BenchEngines.named("i2p");
    codec = NeedParts.codec(signer);
    received = SignedMessage.ring(signer, payloadBytes);
  }

  /** Parses an envelope and checks its form, id and payload hash. */
  @Benchmark
  public Envelope decode() {
    return codec.decode(received.next().envelope());
  }
}
