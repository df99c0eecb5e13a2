package dev.canswarm.simulation.checker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The checker's own canonical form, on the specification's vectors. */
class CanonicalTextTest {
  private static JsonNode vectors(String file) throws IOException {
    return new ObjectMapper().readTree(Path.of("../docs/spec/vectors", file).toFile());
  }

  @Test
  void numbersAreWrittenAsTheSpecificationSays() throws Exception {
    for (JsonNode vector : vectors("numbers.json")) {
      if (vector.get("json").asBoolean()) {
        double value =
            Double.longBitsToDouble(Long.parseUnsignedLong(vector.get("ieee").asText(), 16));
        assertThat(CanonicalText.number(value)).isEqualTo(vector.get("text").asText());
      }
    }
  }

  @Test
  void valuesAreWrittenAsTheSpecificationSays() throws Exception {
    for (JsonNode vector : vectors("canonical.json")) {
      byte[] input = Base64.getDecoder().decode(vector.get("input").asText());
      assertThat(new String(CanonicalText.of(Message.json(input)), StandardCharsets.UTF_8))
          .as(vector.get("comment").asText())
          .isEqualTo(vector.get("canonical").asText());
    }
  }
}
