package dev.canswarm.benchmarks;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.Kind;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What every message costs: an envelope with a payload of about half a KiB, signed once and
 * received by everybody else. One thread; per operation.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class EnvelopeBenchmark {
  private static final long TIMESTAMP_NS = 1_700_000_000_000_000_000L;
  private static final int TEXT_CHARS = 440;

  private final SignatureEngine engine = Engines.portable();
  private final EnvelopeCodec codec = new EnvelopeCodec("bench", engine, EnvelopeLimits.DEFAULT);
  private final SigningKey key = engine.signingKey(Sha256.hash(utf8("key of the benchmark")));
  private final JsonObject payload =
      JsonObject.builder()
          .put("task_type", "text.wordcount")
          .put("input", JsonObject.builder().put("text", "word ".repeat(TEXT_CHARS / 5)).build())
          .build();
  private final Draft draft =
      new Draft(
          Kind.NEED,
          "thread",
          null,
          1,
          List.of(),
          "INTAKE/bench/1",
          Sha256.hex(utf8("policy")),
          payload);
  private final Envelope envelope = codec.sign(draft, key, TIMESTAMP_NS);
  private final byte[] bytes = envelope.bytes();

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What the sender does. */
  @Benchmark
  public Envelope sign() {
    return codec.sign(draft, key, TIMESTAMP_NS);
  }

  /** Parse, shape, id and payload hash: a receiver's work but for the signature. */
  @Benchmark
  public Envelope decode() {
    return codec.decode(bytes);
  }

  /** All of a receiver's work. */
  @Benchmark
  public Envelope decodeAndVerify() {
    return codec.decodeAndVerify(bytes);
  }

  /** Strict reading of the envelope's JSON. */
  @Benchmark
  public JsonObject parse() {
    return StrictJson.parseObject(bytes);
  }

  /** RFC 8785 form of the payload. */
  @Benchmark
  public byte[] canonicalise() {
    return CanonicalJson.write(payload);
  }

  /** SHA-256 over the whole envelope, as hex. */
  @Benchmark
  public String hash() {
    return Sha256.hex(bytes);
  }
}
