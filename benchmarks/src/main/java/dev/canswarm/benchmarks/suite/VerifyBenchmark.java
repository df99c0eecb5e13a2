package dev.canswarm.benchmarks.suite;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.benchmarks.input.SignedMessage;
import dev.canswarm.crypto.SignatureEngine;
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

/** Ed25519 verification with the strict checks, without envelope or JSON. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls the @Setup method first
public class VerifyBenchmark {
  @Param({"i2p", "accp", "jdk"})
  public String engine;

  @Param({"128", "512", "4096", "16384", "65536"})
  public int payloadBytes;

  private SignatureEngine verifier;
  private Ring<SignedMessage> inputs;

  /** Generates the inputs. JMH does not measure this. */
  @Setup
  public void setUp() {
    verifier = BenchEngines.named(engine);
    inputs = SignedMessage.ofRandomBytes(verifier, payloadBytes);
  }

  /** Verifies one signature. */
  @Benchmark
  public boolean verify() {
    return inputs.next().verifiedBy(verifier);
  }
}
