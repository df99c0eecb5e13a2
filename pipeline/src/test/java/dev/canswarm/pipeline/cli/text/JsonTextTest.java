package dev.canswarm.pipeline.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTextTest {
  @Test
  void writesMembersInTheirOrderOnOneLine() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("b", 1);
    members.put("a", List.of(true, "x"));
    assertThat(JsonText.of(members)).isEqualTo("{\"b\":1,\"a\":[true,\"x\"]}");
  }

  @Test
  void escapesWhatATerminalWouldObeyAndReadsBackTheSame() throws Exception {
    String hostile = "\u001b[2J\u202etxt\u2028 \ud83d\ude00 \udb40\udc01";
    String json = JsonText.of(Map.of("text", hostile));
    assertThat(json.codePoints()).noneMatch(Printable::isUnsafe);
    assertThat(json).contains("\\u202e").contains("\ud83d\ude00");
    assertThat(new ObjectMapper().readTree(json).get("text").asText()).isEqualTo(hostile);
  }

  @Test
  void refusesOtherThanPlainValues() {
    assertThatThrownBy(() -> JsonText.of(Map.of("a", new Object())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected plain values");
  }
}
