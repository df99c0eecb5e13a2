package dev.canswarm.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.crypto.Engines;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.FuzzBudget;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.Mutations;
import dev.canswarm.json.SpecVectors;
import dev.canswarm.json.StrictJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EnvelopeFuzzTest {
  private static final long SEED = 8032;
  private static final double PART = 0.5;
  private static final EnvelopeLimits LIMITS = new EnvelopeLimits(4_000, 16);

  private static final String[] VALUES = {
    "",
    "x",
    "\u001f",
    "a b",
    "t",
    "NEED",
    "COMMIT",
    "1",
    "0",
    "01",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999",
    "\"",
    "\\",
    "\u007f",
    "é",
    "0".repeat(64),
    "0".repeat(63) + "g",
    "A".repeat(86) + "==",
    "A".repeat(85) + "B==",
    "A".repeat(44),
    "x".repeat(128),
    "x".repeat(129),
    "~".repeat(256),
    "\"".repeat(257)
  };

  private final String swarmId = SpecVectors.read("envelopes").get("swarm_id").asText();
  private final EnvelopeCodec codec =
      new EnvelopeCodec(swarmId, Engines.fastest().engine(), LIMITS);
  private final EnvelopeByTree plain = new EnvelopeByTree(swarmId, LIMITS);
  private final Random random = new Random(SEED);
  private final Mutations mutations = new Mutations(random);

  @Test
  void envelopesAreReadOverBytesAsTheyAreThroughTheTree() {
    List<byte[]> corpus = corpus();
    var read = new AtomicLong();
    long count =
        FuzzBudget.run(
            PART,
            () -> random.nextBoolean() ? mutations.of(corpus) : rehashed(corpus),
            input -> read.addAndGet(plain.agrees(codec, input) ? 1 : 0));
    assertThat(read.get()).isBetween(count / 50, count - count / 50);
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void whatWasOnceFoundOrFearedIsReadAlike(Path file) {
    boolean read = plain.agrees(codec, FuzzBudget.read(file));
    assertThat(read).isEqualTo(file.getFileName().toString().startsWith("accepted-"));
  }

  static List<Path> fixtures() {
    return FuzzBudget.fixtures("envelope");
  }

  private static List<byte[]> corpus() {
    var corpus = new ArrayList<byte[]>();
    for (String name : List.of("envelopes", "refused-envelopes")) {
      for (JsonNode row : SpecVectors.read(name).get("envelopes")) {
        corpus.add(SpecVectors.input(row));
      }
    }
    fixtures().forEach(file -> corpus.add(FuzzBudget.read(file)));
    corpus.removeIf(input -> input.length > LIMITS.bytesMax());
    return corpus;
  }

  /** One member changed, put in or left out, and the hashes made right again. */
  private byte[] rehashed(List<byte[]> corpus) {
    JsonObject object;
    try {
      object = StrictJson.parseObject(corpus.get(random.nextInt(corpus.size())));
    } catch (JsonException e) {
      return mutations.of(corpus);
    }
    var members = new TreeMap<>(object.members());
    if (!members.containsKey("payload") || members.size() < 2) {
      return mutations.of(corpus);
    }
    if (random.nextInt(3) > 0) {
      change(members);
    }
    if (members.containsKey("payload")) {
      members.put("payload_hash", text(EnvelopeByTree.payloadHashOf(new JsonObject(members))));
    }
    members.put("id", text(EnvelopeByTree.idOf(new JsonObject(members))));
    byte[] bytes = CanonicalJson.write(new JsonObject(members));
    return random.nextBoolean() ? bytes : mutations.of(List.of(bytes));
  }

  private void change(TreeMap<String, JsonValue> members) {
    var names = new ArrayList<>(members.keySet());
    names.addAll(List.of("need_id", "nonce", "x"));
    String name = names.get(random.nextInt(names.size()));
    switch (random.nextInt(4)) {
      case 0 -> members.remove(name);
      case 1 -> members.put(name, members.get(names.get(random.nextInt(names.size() - 3))));
      case 2 -> members.put(name, new JsonNumber(random.nextInt(4)));
      default -> members.put(name, text(VALUES[random.nextInt(VALUES.length)]));
    }
  }

  private static JsonString text(String value) {
    return new JsonString(value);
  }
}
