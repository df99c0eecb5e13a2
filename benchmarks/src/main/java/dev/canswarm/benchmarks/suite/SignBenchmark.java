package dev.canswarm.benchmarks.suite;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.input.NeedParts;
import dev.canswarm.benchmarks.input.RandomBytes;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.crypto.SigningKey;
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

/** Ed25519 signatures with a decoded key, without envelope or JSON. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls the @Setup method first
public class SignBenchmark {
  @Param({"i2p", "accp", "jdk"})
  public String engine;

  @Param({"128", "512", "4096", "16384", "65536"})
  public int payloadBytes;

  private Ring<Turn> turns;

  private record Turn(SigningKey key, byte[] message) {}

  /** Generates the inputs. JMH does not measure this. */
  @Setup
  public void setUp() {
    List<SigningKey> keys = NeedParts.keys(BenchEngines.named(engine));
    turns =
        Ring.ofSized(
            payloadBytes,
            i -> new Turn(keys.get(i % keys.size()), RandomBytes.of(payloadBytes, i)));
  }

  /** Signs one message. */
  @Benchmark
  public byte[] sign() {
    Turn turn = turns.next();
    return turn.key().sign(turn.message());
  }
}
