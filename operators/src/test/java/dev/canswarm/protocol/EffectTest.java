package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.TestKeys;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.payload.PlanTask;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is begun is found again among what runs, and is not taken for anything else. */
class EffectTest {
  private static final TaskId TASK = new TaskId("1".repeat(64));

  private static Agent agent(RoleName role, int number) {
    return new Agent(role.label() + number, role, TestKeys.publicKeys(number + 1).get(number));
  }

  private static PlanTask spec(int input) {
    return new PlanTask("a", JsonNumber.of(input), null, List.of(), List.of());
  }

  private static Effect ask(String proposal) {
    return new Effect.AskGate(agent(RoleName.DECIDER, 0), new EnvelopeId(proposal), 2, 0);
  }

  private static Effect run(String claim, int input) {
    return new Effect.RunTask(
        agent(RoleName.WORKER, 1), new EnvelopeId(claim), TASK, 1, 1, spec(input), List.of());
  }

  private static Effect verify(int verifier, String commit, int attempt) {
    return new Effect.VerifyWork(
        agent(RoleName.VERIFIER, verifier),
        new EnvelopeId(commit),
        TASK,
        attempt,
        "0".repeat(64),
        spec(1),
        List.of());
  }

  @Test
  void equalEffectsAreFoundInASet() {
    Set<Effect> begun = new HashSet<>(List.of(ask("p"), run("c", 1), verify(2, "d", 1)));
    assertThat(begun).contains(ask("p"), run("c", 1), verify(2, "d", 1));
  }

  @Test
  void effectsThatDifferInAnythingAreDifferentEvenIfTheirHashesAreNot() {
    Set<Effect> begun = new HashSet<>(List.of(ask("p"), run("c", 1), verify(2, "d", 1)));
    assertThat(begun)
        .doesNotContain(
            ask("q"),
            run("e", 1),
            run("c", 2),
            verify(3, "d", 1),
            verify(2, "e", 1),
            verify(2, "d", 2));
    assertThat(run("c", 1)).hasSameHashCodeAs(run("c", 2));
  }
}
