package dev.canswarm.pipeline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.DecisionRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordJsonTest {
  private static final DecisionRecord RECORD =
      new DecisionRecord(
          new NeedId("need"),
          new EnvelopeId("proposal"),
          3,
          7,
          2,
          "key+/=",
          1_700_000_000_123_456_789L);

  private static final String JSON =
      "{\"decider_id\":\"key+/=\",\"epoch\":3,\"k_plan\":2,\"lamport\":7,\"need_id\":\"need\","
          + "\"proposal_id\":\"proposal\",\"timestamp_ns\":\"1700000000123456789\"}";

  @Test
  void aRecordIsOneObjectWithItsNanosecondsAsText() {
    assertThat(RecordJson.write(RECORD)).isEqualTo(JSON);
    assertThat(RecordJson.read(JSON)).isEqualTo(RECORD);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"decider_id\":\"k\",\"epoch\":\"3\",\"k_plan\":2,\"lamport\":7,\"need_id\":\"n\","
            + "\"proposal_id\":\"p\",\"timestamp_ns\":\"1\"}",
        "{\"decider_id\":\"k\",\"epoch\":3,\"k_plan\":4294967296,\"lamport\":7,\"need_id\":\"n\","
            + "\"proposal_id\":\"p\",\"timestamp_ns\":\"1\"}",
        "{\"decider_id\":\"k\",\"epoch\":3,\"k_plan\":2,\"lamport\":7,\"need_id\":\"n\","
            + "\"proposal_id\":\"p\",\"timestamp_ns\":\"soon\"}"
      })
  void anythingElseIsRefused(String json) {
    assertThatThrownBy(() -> RecordJson.read(json)).isInstanceOf(IllegalArgumentException.class);
  }
}
