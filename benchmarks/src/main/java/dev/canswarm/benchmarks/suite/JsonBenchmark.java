package dev.canswarm.benchmarks.suite;

import dev.canswarm.benchmarks.input.Documents;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonLimits;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.erdtman.jcs.JsonCanonicalizer;
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

/** Strict reading and the canonical form of RFC 8785, beside the erdtman library. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls set up before anything else
public class JsonBenchmark {
  @Param({"128", "512", "4096", "16384", "65536"})
  public int payloadBytes;

  private Ring<byte[]> canonical;
  private Ring<byte[]> shuffled;

  /** Makes the inputs. */
  @Setup
  public void setUp() {
    canonical = Ring.ofSized(payloadBytes, i -> Documents.canonical(payloadBytes, i));
    shuffled = Ring.ofSized(payloadBytes, i -> Documents.shuffled(payloadBytes, i));
  }

  /** Bytes to a tree. */
  @Benchmark
  public JsonObject parse() {
    return StrictJson.parseObject(canonical.next());
  }

  /** Bytes that are not canonical to bytes that are. */
  @Benchmark
  public byte[] canonicalise() {
    return CanonicalJson.canonicalize(shuffled.next(), JsonLimits.DEFAULT);
  }

  /** Bytes that are canonical already: to see that they are, and hash them. */
  @Benchmark
  public byte[] checkAndHash() {
    return Sha256.hash(CanonicalJson.canonicalize(canonical.next(), JsonLimits.DEFAULT));
  }

  /** {@link #canonicalise} by the erdtman library. */
  @Benchmark
  public byte[] erdtmanCanonicalise() throws IOException {
    return new JsonCanonicalizer(shuffled.next()).getEncodedUTF8();
  }

  /** {@link #checkAndHash} by the erdtman library. */
  @Benchmark
  public byte[] erdtmanCanonicaliseAndHash() throws IOException {
    return Sha256.hash(new JsonCanonicalizer(canonical.next()).getEncodedUTF8());
  }
}
