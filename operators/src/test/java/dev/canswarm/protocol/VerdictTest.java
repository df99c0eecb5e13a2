package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.TaskProgress;
import dev.canswarm.plan.TaskState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final Verdict VERIFIED =
      new Verdict(
          new TaskId("task"),
          2,
          true,
          EnvelopeId.ofTexts(List.of("b", "a", "b")),
          Verdict.Cause.VOTES);

  @Test
  void aRowIsReadBackAsItWasWritten() {
    assertThat(Verdict.parse(VERIFIED.toBytes())).isEqualTo(VERIFIED);
    assertThat(VERIFIED.toString())
        .isEqualTo(
            "{\"attempt\":2,\"cause\":\"VOTES\",\"counted\":[\"a\",\"b\"],\"task_id\":\"task\","
                + "\"verdict\":\"VERIFIED\"}");
  }

  @Test
  void anotherVerdictHasAnotherIdAndTheSameSlot() {
    Verdict rejected =
        new Verdict(
            new TaskId("task"),
            2,
            false,
            EnvelopeId.ofTexts(List.of("a", "b")),
            Verdict.Cause.VOTES);

    assertThat(rejected.id()).isNotEqualTo(VERIFIED.id());
    assertThat(rejected.slot())
        .isEqualTo(VERIFIED.slot())
        .isEqualTo(Slot.verdict(new TaskId("task"), 2));
  }

  @Test
  void theTaskBecomesVerifiedOrRejectedInThisAttempt() {
    Verdict rejected = new Verdict(new TaskId("task"), 3, false, List.of(), Verdict.Cause.SILENCE);

    assertThat(VERIFIED.ops())
        .containsExactly(PlanOp.state(new TaskId("task"), new TaskProgress(2, TaskState.VERIFIED)));
    assertThat(rejected.ops())
        .containsExactly(PlanOp.state(new TaskId("task"), new TaskProgress(3, TaskState.REJECTED)));
  }

  @Test
  void aRowOfAnotherFormIsRefused() {
    String more = VERIFIED.toString().replace("{", "{\"also\":1,");

    assertThatThrownBy(() -> Verdict.parse(more.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("also");
  }
}
