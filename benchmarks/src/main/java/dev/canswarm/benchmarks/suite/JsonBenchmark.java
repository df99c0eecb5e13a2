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

/** Strict parsing and the canonical form of RFC 8785, compared with the erdtman library. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls the @Setup method first
public class JsonBenchmark {
  @Param({"128", "512", "4096", "16384", "65536"})
  public int payloadBytes;

  private Ring<byte[]> canonical;
  private Ring<byte[]> shuffled;

  /** Generates the inputs. JMH does not measure this. */
  @Setup
  public void setUp() {
    canonical = Ring.ofSized(payloadBytes, i -> Documents.canonical(payloadBytes, i));
    shuffled = Ring.ofSized(payloadBytes, i -> Documents.shuffled(payloadBytes, i));
  }

  /** Parses bytes to a tree. */
  @Benchmark
  public JsonObject parse() {
    return StrictJson.parseObject(canonical.next());
  }

  /** Converts bytes that are not canonical to canonical bytes. */
  @Benchmark
  public byte[] canonicalise() {
    return CanonicalJson.canonicalize(shuffled.next(), JsonLimits.DEFAULT);
  }

  /** Verifies that canonical bytes are canonical, and hashes them. */
  @Benchmark
  public byte[] checkAndHash() {
    return Sha256.hash(CanonicalJson.canonicalize(canonical.next(), JsonLimits.DEFAULT));
  }

  /** Does the work of {@link #canonicalise} with the erdtman library. */
  @Benchmark
  public byte[] erdtmanCanonicalise() throws IOException {
    return new JsonCanonicalizer(shuffled.next()).getEncodedUTF8();
  }

  /** Does the work of {@link #checkAndHash} with the erdtman library. */
  @Benchmark
  public byte[] erdtmanCanonicaliseAndHash() throws IOException {
    return Sha256.hash(new JsonCanonicalizer(canonical.next()).getEncodedUTF8());
  }
}
