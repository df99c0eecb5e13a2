package dev.canswarm.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.JsonString;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimTasksTest {
  private static final int INPUTS = 200;

  private static TaskHandler task(int node, boolean lying, String type) {
    return SimTasks.of(node, lying).handler(type).orElseThrow();
  }

  private static TaskInput input(int number, byte[]... required) {
    return new TaskInput(new JsonString("input " + number), List.of(required));
  }

  @Test
  void honestNodesDeriveTheSameBytesFromInputAndRequiredArtifacts() throws Exception {
    byte[] artifact = task(0, false, SimTasks.DIGEST).run(input(1));
    assertThat(task(1, false, SimTasks.DIGEST).run(input(1))).isEqualTo(artifact);
    assertThat(task(0, false, SimTasks.DIGEST).run(input(2))).isNotEqualTo(artifact);
    assertThat(task(0, false, SimTasks.DIGEST).run(input(1, artifact))).isNotEqualTo(artifact);
  }

  @Test
  void aLiarLiesAboutTheSameHalfOfTheInputsEveryTime() throws Exception {
    int lies = 0;
    for (int number = 0; number < INPUTS; number++) {
      byte[] right = task(0, false, SimTasks.DIGEST).run(input(number));
      byte[] said = task(0, true, SimTasks.DIGEST).run(input(number));
      assertThat(task(1, true, SimTasks.DIGEST).run(input(number))).isEqualTo(said);
      lies += new String(said, UTF_8).equals(new String(right, UTF_8)) ? 0 : 1;
    }
    assertThat(lies).isBetween(INPUTS / 4, INPUTS * 3 / 4);
  }

  @Test
  void bothSpellingsOfACheckedAnswerAreRight() throws Exception {
    byte[] one = task(0, false, SimTasks.CHECKED).run(input(1));
    byte[] other = task(1, false, SimTasks.CHECKED).run(input(1));
    assertThat(one).isNotEqualTo(other);
    TaskHandler verifier = task(2, false, SimTasks.CHECKED);
    assertThat(verifier.check(input(1), one)).isTrue();
    assertThat(verifier.check(input(1), other)).isTrue();
    assertThat(verifier.check(input(2), one)).isFalse();
    assertThat(verifier.check(input(1), new byte[0])).isFalse();
  }

  @Test
  void aLyingVerifierSaysTheOppositeAboutTheSameInputsOnly() throws Exception {
    int lies = 0;
    for (int number = 0; number < INPUTS; number++) {
      byte[] right = task(0, false, SimTasks.CHECKED).run(input(number));
      boolean says = task(0, true, SimTasks.CHECKED).check(input(number), right);
      assertThat(task(0, true, SimTasks.CHECKED).check(input(number), new byte[0]))
          .isEqualTo(!says);
      lies += says ? 0 : 1;
    }
    assertThat(lies).isBetween(INPUTS / 4, INPUTS * 3 / 4);
  }

  @Test
  void aFlakyTaskFailsOnceForEachInputOfAProcess() throws Exception {
    TaskHandler flaky = task(0, false, SimTasks.FLAKY);
    assertThatThrownBy(() -> flaky.run(input(1))).isInstanceOf(TaskException.class);
    byte[] answer = flaky.run(input(1));
    assertThat(flaky.check(input(1), answer)).isTrue();
    assertThatThrownBy(() -> flaky.run(input(2))).isInstanceOf(TaskException.class);
    TaskHandler restarted = task(0, false, SimTasks.FLAKY);
    assertThatThrownBy(() -> restarted.run(input(1))).isInstanceOf(TaskException.class);
  }

  @Test
  void aHopelessTaskFailsEveryTimeAndAnUnknownTypeHasNoHandler() {
    TaskHandler hopeless = task(0, false, SimTasks.HOPELESS);
    for (int time = 0; time < 3; time++) {
      assertThatThrownBy(() -> hopeless.run(input(1))).isInstanceOf(TaskException.class);
    }
    assertThat(SimTasks.of(0, false).handler(SimTasks.UNKNOWN)).isEmpty();
  }

  @Test
  void theRightAnswersAreThoseOfHonestNodes() throws Exception {
    assertThat(answers("{\"task_type\":\"sim.digest\",\"input\":\"input 1\"}"))
        .containsExactly(Set.of(run(0, SimTasks.DIGEST, input(1))));
    assertThat(answers("{\"task_type\":\"sim.checked\",\"input\":\"input 1\"}"))
        .containsExactly(
            Set.of(run(0, SimTasks.CHECKED, input(1)), run(1, SimTasks.CHECKED, input(1))));
  }

  @Test
  void theRightAnswersOfAGraphFollowFromThoseOfTheTasksThatItRequires() throws Exception {
    byte[] first = task(0, false, SimTasks.DIGEST).run(input(1));
    assertThat(
            answers(
                """
                {"tasks":[{"name":"a","task_type":"sim.digest","input":"input 1"},\
                {"name":"b","task_type":"sim.digest","input":"input 2","requires":["a"]}]}"""))
        .containsExactly(
            Set.of(Sha256.hex(first)), Set.of(run(0, SimTasks.DIGEST, input(2, first))));
  }

  private static List<Set<String>> answers(String need) {
    return SimTasks.rightAnswers(need.getBytes(UTF_8));
  }

  private static String run(int node, String type, TaskInput input) throws Exception {
    return Sha256.hex(task(node, false, type).run(input));
  }
}
