package dev.canswarm.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class JsonObjectTest {
  private static final byte[] TEXT = Texts.utf8("[{\"a\":[1],\"b\":{\"c\":\"é\"}},2]");
  private static final int LEVELS = 8;
  private static final int END = CanonicalScan.valueEnd(TEXT, 1, LEVELS);

  private final JsonObject recognised = JsonObject.recognised(TEXT, 1, END, LEVELS);
  private final JsonObject read = StrictJson.parseObject(Arrays.copyOfRange(TEXT, 1, END));

  @Test
  void anObjectThatWasRecognisedIsTheOneThatIsRead() {
    assertThat(recognised).isEqualTo(read).hasSameHashCodeAs(read).hasToString(read.toString());
    assertThat(read).isEqualTo(recognised);
    assertThat(recognised.members()).isEqualTo(read.members());
    assertThat(recognised.get("a")).isEqualTo(read.get("a"));
    assertThatThrownBy(() -> recognised.members().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void objectsThatWereRecognisedAreEqualWhenTheirBytesAre() {
    byte[] moved = Texts.utf8("{\"a\":[1],\"b\":{\"c\":\"é\"}}");
    assertThat(JsonObject.recognised(moved, 0, moved.length, 2)).isEqualTo(recognised);
    byte[] other = Texts.utf8("{\"a\":[2],\"b\":{\"c\":\"é\"}}");
    assertThat(JsonObject.recognised(other, 0, other.length, 2)).isNotEqualTo(recognised);
  }

  @Test
  void aRecognisedObjectIsWrittenUnchanged() {
    assertThat(CanonicalJson.write(recognised)).isEqualTo(CanonicalJson.write(read));
    JsonObject around = JsonObject.builder().put("x", recognised).build();
    assertThat(CanonicalJson.write(around))
        .isEqualTo(CanonicalJson.write(JsonObject.builder().put("x", read).build()));
  }

  @Test
  void itsOwnDepthCountsWhenItIsWrittenNotTheOneThatWasAllowed() {
    assertThat(CanonicalJson.write(recognised, 2)).isEqualTo(CanonicalJson.write(read));
    assertThatThrownBy(() -> CanonicalJson.write(recognised, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBuilderGoesOnWithoutChangingWhatItHasBuilt() {
    JsonObject.Builder builder = JsonObject.builder().put("a", 1);
    JsonObject first = builder.build();
    JsonObject second = builder.put("b", 2).put("c", 3).build();
    assertThat(first.members()).containsOnlyKeys("a");
    assertThat(second.members()).containsOnlyKeys("a", "b", "c");
    assertThat(builder.build()).isEqualTo(second);
  }
}
