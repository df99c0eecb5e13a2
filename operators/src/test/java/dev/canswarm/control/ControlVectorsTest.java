package dev.canswarm.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.SpecVectors;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.payload.Control;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The specification's vectors of the control chain: entries, pinned heads, and votes under them.
 */
class ControlVectorsTest {
  private static final SignatureEngine ENGINE = Engines.portable();

  private final JsonNode vectors = SpecVectors.read("control");
  private final EnvelopeCodec codec =
      new EnvelopeCodec(vectors.get("swarm_id").asText(), ENGINE, EnvelopeLimits.DEFAULT);

  @Test
  void anEntryIsTakenInOrRefusedForTheReasonThatTheSpecificationSays() {
    int refused = 0;
    for (JsonNode swarm : SpecVectors.rows(vectors.get("swarms"))) {
      Map<String, TrustState> heads = new HashMap<>(Map.of("", genesis(swarm)));
      assertThat(head(heads, "").genesis()).isEqualTo(swarm.get("genesis").asText());
      assertShown(head(heads, ""), swarm);
      for (JsonNode row : SpecVectors.rows(swarm.get("rows"))) {
        String comment = row.get("comment").asText();
        TrustState before = head(heads, row.get("after").asText());
        String expected = row.get("refused").asText();
        if (row.get("refused").isNull()) {
          TrustState after = apply(before, row);
          assertShown(after, row);
          if (row.has("label")) {
            heads.put(row.get("label").asText(), after);
          }
        } else {
          refused++;
          assertThat(reason(before, row)).as(comment).isEqualTo(expected);
        }
      }
      assertPins(swarm, heads);
      assertVotes(swarm, heads);
    }
    assertThat(refused).isGreaterThan(40);
  }

  private static TrustState genesis(JsonNode swarm) {
    List<ControlKey> keys = new ArrayList<>();
    for (JsonNode key : SpecVectors.rows(swarm.get("keys"))) {
      keys.add(
          ControlKey.ofTrustFile(
              key.get("name").asText(), PublicKey.ofBase64(key.get("key").asText()), roles(key)));
    }
    return TrustState.genesis(
        "example",
        keys,
        swarm.get("admins_required").asInt(),
        Policy.parse(swarm.get("policy").asText().getBytes(UTF_8)));
  }

  private static Set<RoleName> roles(JsonNode key) {
    EnumSet<RoleName> roles = EnumSet.noneOf(RoleName.class);
    key.get("roles").forEach(role -> roles.add(RoleName.ofLabel(role.asText()).orElseThrow()));
    return roles;
  }

  private TrustState apply(TrustState before, JsonNode row) {
    Envelope entry = codec.decodeAndVerify(row.get("entry").asText().getBytes(UTF_8));
    return ControlChain.apply(before, entry, Control.parse(entry.payload()), ENGINE);
  }

  private String reason(TrustState before, JsonNode row) {
    try {
      apply(before, row);
      return "none";
    } catch (RefusedException e) {
      return e.reason().name();
    } catch (ShapeException otherForm) {
      return Reason.BAD_SHAPE.name();
    }
  }

  private static void assertShown(TrustState head, JsonNode row) {
    String comment = row.get("comment").asText();
    assertThat(new String(CanonicalJson.write(head.document()), UTF_8))
        .as(comment)
        .isEqualTo(row.get("document").asText());
    assertThat(head.registry().hash()).as(comment).isEqualTo(row.get("trust").asText());
    assertThat(head.registry().verifiersHash())
        .as(comment)
        .isEqualTo(row.get("verifiers").asText());
    assertThat(head.number()).as(comment).isEqualTo(row.get("number").asLong());
    assertThat(head.policies().keySet())
        .as(comment)
        .containsExactlyElementsOf(
            SpecVectors.rows(row.get("policies")).stream().map(JsonNode::asText).toList());
    assertThat(head.keys().stream().map(ControlVectorsTest::shown))
        .as(comment)
        .containsExactlyInAnyOrderElementsOf(
            SpecVectors.rows(row.get("keys")).stream().map(ControlVectorsTest::shown).toList());
  }

  private static String shown(ControlKey key) {
    List<String> roles = key.roles().stream().map(RoleName::label).sorted().toList();
    return "%s %s %s %s %d"
        .formatted(key.key().base64(), key.name(), roles, key.status(), key.since());
  }

  private static String shown(JsonNode key) {
    List<String> roles = SpecVectors.rows(key.get("roles")).stream().map(JsonNode::asText).toList();
    return "%s %s %s %s %d"
        .formatted(
            key.get("key").asText(),
            key.get("name").asText(),
            roles,
            key.get("state").asText(),
            key.get("since").asLong());
  }

  private static TrustState head(Map<String, TrustState> heads, String label) {
    return Objects.requireNonNull(heads.get(label), label);
  }

  private static void assertPins(JsonNode swarm, Map<String, TrustState> heads) {
    for (JsonNode row : SpecVectors.rows(swarm.get("pins"))) {
      long latest = head(heads, row.get("latest").asText()).number();
      Stream<TrustState> line = heads.values().stream().filter(head -> head.number() <= latest);
      assertThat(
              line.filter(head -> head.registry().hash().equals(row.get("trust").asText()))
                  .map(head -> String.valueOf(head.number())))
          .as(row.get("comment").asText())
          .isEqualTo(row.get("pins").isNull() ? List.of() : List.of(row.get("pins").asText()));
    }
  }

  private static void assertVotes(JsonNode swarm, Map<String, TrustState> heads) {
    for (JsonNode row : SpecVectors.rows(swarm.get("votes"))) {
      PublicKey key = PublicKey.ofBase64(row.get("key").asText());
      TrustState pinned = head(heads, row.get("pinned").asText());
      TrustState counted = head(heads, row.get("counted").asText());
      assertThat(
              pinned.registry().holds(key, RoleName.VERIFIER)
                  && !counted.compromised().contains(key))
          .as(row.get("comment").asText())
          .isEqualTo(row.get("counts").asBoolean());
    }
  }
}
