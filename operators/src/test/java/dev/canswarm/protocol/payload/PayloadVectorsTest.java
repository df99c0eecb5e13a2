package dev.canswarm.protocol.payload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.SpecVectors;
import dev.canswarm.json.StrictJson;
import dev.canswarm.protocol.verb.Verbs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The forms of payloads are those of the specification. */
class PayloadVectorsTest {
  private static final JsonNode ROWS = SpecVectors.read("payloads");

  private static boolean fits(JsonNode row) {
    try {
      byte[] payload = row.get("payload").toString().getBytes(StandardCharsets.UTF_8);
      Verbs.payload(Verb.valueOf(row.get("kind").asText()), StrictJson.parseObject(payload));
      return true;
    } catch (ShapeException e) {
      return false;
    }
  }

  @Test
  void everyPayloadFitsOrNotAsTheSpecificationSays() {
    List<String> others = new ArrayList<>();
    Set<Verb> verbs = EnumSet.of(Verb.NEED);
    for (JsonNode row : ROWS) {
      verbs.add(Verb.valueOf(row.get("kind").asText()));
      if (fits(row) != row.get("fits").asBoolean()) {
        others.add(row.get("kind").asText() + ", " + row.get("comment").asText());
      }
    }
    assertThat(others).isEmpty();
    assertThat(verbs).containsExactlyInAnyOrder(Verb.values());
    assertThat(ROWS).hasSizeGreaterThan(200);
  }
}
