package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.policy.Role;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.payload.PlanTask;
import java.util.List;
import org.junit.jupiter.api.Test;

class NeedEntryTest {
  private static final Agent WORKER =
      new Agent("worker", Role.WORKER, PublicKey.of(new byte[PublicKey.LENGTH_BYTES]));
  private static final Effect TASK =
      new Effect.RunTask(
          WORKER,
          "claim",
          "task",
          1,
          1,
          new PlanTask("test.task", JsonNumber.of(1), null, List.of(), List.of()),
          List.of());

  private final NeedEntry entry = new NeedEntry("need", "thread");

  @Test
  void aTaskThatRunsOnInTheBackgroundIsNotBegunAgainAfterAFailure() {
    assertThat(entry.start(TASK)).isTrue();
    assertThat(entry.beginInBackground(TASK)).isTrue();

    NeedEntry after = entry.afterFailure().afterFailure();
    assertThat(after.start(TASK)).isFalse();
    assertThat(after.beginInBackground(TASK)).isFalse();

    entry.endInBackground(TASK);
    assertThat(after.start(TASK)).isTrue();
  }

  @Test
  void aTaskThatWasToBeginAndDidNotIsBegunAfterTheFailure() {
    assertThat(entry.start(TASK)).isTrue();
    assertThat(entry.start(TASK)).isFalse();
    assertThat(entry.afterFailure().start(TASK)).isTrue();
  }

  @Test
  void underAnotherAssignmentAllIsBegunAgainButWhatRunsInTheBackground() {
    assertThat(entry.start(TASK)).isTrue();
    entry.movedTo(2);
    assertThat(entry.start(TASK)).isTrue();

    assertThat(entry.beginInBackground(TASK)).isTrue();
    entry.movedTo(3);
    assertThat(entry.start(TASK)).isFalse();
  }
}
