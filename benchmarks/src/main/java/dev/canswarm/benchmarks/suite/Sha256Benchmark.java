package dev.canswarm.benchmarks.suite;

import dev.canswarm.benchmarks.input.RandomBytes;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.crypto.Sha256;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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

/** SHA-256 through this project's interface, compared with the JDK alone. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls the @Setup method first
public class Sha256Benchmark {
  @Param({"128", "512", "4096", "16384", "65536"})
  public int payloadBytes;

  private Ring<byte[]> messages;
  private MessageDigest digest;

  /** Generates the inputs. JMH does not measure this. */
  @Setup
  public void setUp() throws NoSuchAlgorithmException {
    messages = Ring.ofSized(payloadBytes, i -> RandomBytes.of(payloadBytes, i));
    digest = MessageDigest.getInstance("SHA-256");
  }

  /** Hashes through this project's interface. */
  @Benchmark
  public byte[] sha256() {
    return Sha256.hash(messages.next());
  }

  /** Hashes with a reused MessageDigest. */
  @Benchmark
  public byte[] messageDigest() {
    return digest.digest(messages.next());
  }
}
