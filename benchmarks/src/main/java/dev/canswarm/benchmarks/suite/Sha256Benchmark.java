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

/** SHA-256 through our interface, beside the JDK's alone. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls set up before anything else
public class Sha256Benchmark {
  @Param({"128", "512", "4096", "16384", "65536"})
  public int payloadBytes;

  private Ring<byte[]> messages;
  private MessageDigest digest;

  /** Makes the inputs. */
  @Setup
  public void setUp() throws NoSuchAlgorithmException {
    messages = Ring.ofSized(payloadBytes, i -> RandomBytes.of(payloadBytes, i));
    digest = MessageDigest.getInstance("SHA-256");
  }

  /** Through our interface. */
  @Benchmark
  public byte[] sha256() {
    return Sha256.hash(messages.next());
  }

  /** A MessageDigest that is made once. */
  @Benchmark
  public byte[] messageDigest() {
    return digest.digest(messages.next());
  }
}
