package dev.canswarm.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.canswarm.json.JsonException.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TreeReaderTest {
  private static TreeReader reader(String text, int depthMax) {
    return new TreeReader(text.getBytes(UTF_8), new JsonLimits(1000, depthMax));
  }

  private static JsonException refused(String text, int depthMax) {
    return catchThrowableOfType(JsonException.class, () -> reader(text, depthMax).document());
  }

  @Test
  void everyKindOfValueBecomesANode() {
    assertThat(
            reader(
                    "{\"s\":\"x\",\"n\":-1.5,\"t\":true,\"f\":false,\"z\":null,\"a\":[1,[]],\"o\":{}}",
                    3)
                .document())
        .isEqualTo(
            JsonObject.builder()
                .put("a", new JsonArray(List.of(JsonNumber.of(1), new JsonArray(List.of()))))
                .put("f", new JsonBoolean(false))
                .put("n", new JsonNumber(-1.5))
                .put("o", JsonObject.empty())
                .put("s", "x")
                .put("t", new JsonBoolean(true))
                .put("z", JsonNull.INSTANCE)
                .build());
  }

  @Test
  void membersInAnyOrderAreSortedAndSpaceIsSkipped() {
    TreeReader reader = reader(" \n{ \"b\" : 1 ,\t\"a\" : [ 2 , 3 ] } ", 2);

    assertThat(((JsonObject) reader.document()).members().keySet()).containsExactly("a", "b");
    assertThat(reader.documentStart()).isEqualTo(2);
  }

  @Test
  void asDeepAsAllowedIsReadAndOneLevelMoreIsRefusedWhereItOpens() {
    assertThat(reader("[{\"a\":1}]", 2).document()).isInstanceOf(JsonArray.class);

    JsonException refused = refused("[{\"a\":[]}]", 2);
    assertThat(refused.problem()).isEqualTo(Problem.TOO_DEEP);
    assertThat(refused.offset()).isEqualTo(6);
    assertThat(reader("1", 0).document()).isEqualTo(JsonNumber.of(1));
    assertThat(refused("[]", 0).problem()).isEqualTo(Problem.TOO_DEEP);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "``|TRUNCATED|0",
        "`[`|TRUNCATED|1",
        "`[1,`|TRUNCATED|3",
        "`{\"a\":1`|TRUNCATED|6",
        "`{\"a\"`|TRUNCATED|4",
        "`[,1]`|SYNTAX|1",
        "`[1,]`|SYNTAX|3",
        "`[1 2]`|SYNTAX|3",
        "`{,}`|SYNTAX|1",
        "`{\"a\" 1}`|SYNTAX|5",
        "`{\"a\":1,}`|SYNTAX|7",
        "`{\"a\":1;\"b\":2}`|SYNTAX|6",
        "`{a:1}`|SYNTAX|1",
        "`+1`|SYNTAX|0",
        "`tru`|TRUNCATED|3",
        "`trux`|SYNTAX|3",
        "`{}}`|TRAILING_BYTES|2",
        "`{\"a\":1,\"a\":2}`|DUPLICATE_NAME|7",
        "`{\"b\":1,\"a\":2,\"b\":3}`|DUPLICATE_NAME|13",
        "`{\"a\":1,\"\\u0061\":2}`|DUPLICATE_NAME|7"
      })
  void refusesAnythingElseWithItsPlace(String text, Problem problem, int offset) {
    JsonException refused = refused(text, 4);

    assertThat(refused.problem()).isEqualTo(problem);
    assertThat(refused.offset()).isEqualTo(offset);
  }
}
