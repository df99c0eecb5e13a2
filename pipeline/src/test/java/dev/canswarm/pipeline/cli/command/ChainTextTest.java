package dev.canswarm.pipeline.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What an envelope says, in a few words, for any payload. */
class ChainTextTest {
  private static String remark(Verb verb, String json) {
    return ChainText.remark(verb, StrictJson.parseObject(json.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NEED     | {"task_type":"text.wordcount","input":{"text":"a b"}}              | text.wordcount "a b"
          NEED     | {"task_type":"text.wordcount","input":7}                            | text.wordcount
          NEED     | {"tasks":[1]}                                                       | 1 task
          NEED     | {"tasks":[1,2]}                                                     | 2 tasks
          PROPOSE  | {"plan":[]}                                                         | a plan of 0 tasks
          DECIDE   | {"proposal_id":"0123456789abcdef","k":2}                            | proposal 01234567, K = 2
          CLAIM    | {"task_id":"0123456789abcdef","attempt":1}                          | task 01234567, attempt 1
          YIELD    | {"task_id":"0123456789abcdef","attempt":3}                          | task 01234567, attempt 3
          COMMIT   | {"task_id":"0123456789abcdef","artifact":"fedcba9876543210"}        | task 01234567, artifact fedcba98
          ATTEST   | {"verdict":"ACCEPT","target":"0123456789abcdef"}                    | ACCEPT 01234567
          ATTEST   | {"verdict":"REJECT","target":"0123456789abcdef","evidence":{"bytes":7,"derived":"fedcba9876543210"}} | REJECT 01234567: bytes 7, derived fedcba98
          RELEASE  | {"cause":"RETRY","task_id":"0123456789abcdef","attempt":2}          | RETRY task 01234567, attempt 2
          FINALIZE | {"outcome":"ACCEPTED","result_hash":"0123456789abcdef"}             | ACCEPTED, result 01234567
          FINALIZE | {"outcome":"REJECTED","reason":"NO_PLAN","result_hash":""}          | REJECTED (NO_PLAN)
          """)
  void aRemarkSaysWhatMattersOfEachVerb(Verb verb, String payload, String text) {
    assertThat(remark(verb, payload)).isEqualTo(text);
  }

  @ParameterizedTest
  @EnumSource
  void aPayloadWithoutMembersIsNotAFailure(Verb verb) {
    assertThat(ChainText.remark(verb, JsonObject.empty())).isNotNull();
  }

  @Test
  void aLongTextIsCutBetweenCharactersAndStaysOnOneLine() {
    String smiles = "\uD83D\uDE00".repeat(60);
    assertThat(remark(Verb.NEED, "{\"task_type\":\"t\",\"input\":{\"text\":\"" + smiles + "\"}}"))
        .isEqualTo("t \"" + "\uD83D\uDE00".repeat(48) + "…\"");
    assertThat(remark(Verb.NEED, "{\"task_type\":\"t\",\"input\":{\"text\":\"a\\nb\"}}"))
        .isEqualTo("t \"a b\"");
  }

  @Test
  void idsAreShortenedToTheirFirstEightCharacters() {
    assertThat(ChainText.shortId("0123456789")).isEqualTo("01234567");
    assertThat(ChainText.shortId("01234567")).isEqualTo("01234567");
    assertThat(ChainText.shortId("")).isEmpty();
    assertThat(ChainText.shortIds(List.of("0123456789", "ab"))).isEqualTo("01234567 ab");
    assertThat(ChainText.shortIds(List.of())).isEmpty();
  }
}
