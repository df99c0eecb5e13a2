package dev.canswarm.protocol.verb;

import static dev.canswarm.protocol.verb.VerbFixture.AGENT;
import static dev.canswarm.protocol.verb.VerbFixture.ARTIFACT;
import static dev.canswarm.protocol.verb.VerbFixture.ATTEST;
import static dev.canswarm.protocol.verb.VerbFixture.CLAIM;
import static dev.canswarm.protocol.verb.VerbFixture.COMMIT;
import static dev.canswarm.protocol.verb.VerbFixture.DECIDE;
import static dev.canswarm.protocol.verb.VerbFixture.FIRST;
import static dev.canswarm.protocol.verb.VerbFixture.HASH;
import static dev.canswarm.protocol.verb.VerbFixture.NEED;
import static dev.canswarm.protocol.verb.VerbFixture.PROPOSE;
import static dev.canswarm.protocol.verb.VerbFixture.SECOND;
import static dev.canswarm.protocol.verb.VerbFixture.payload;
import static dev.canswarm.protocol.verb.VerbFixture.said;
import static dev.canswarm.protocol.verb.VerbFixture.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.TaskProgress;
import dev.canswarm.plan.TaskState;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Release;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which attempts an end makes final; {@link VerbRulesTest} has the plain cases. */
class FinalizeRulesTest {
  private static final TaskId UNKNOWN = new TaskId("9".repeat(64));

  private static List<PlanOp> ops(Finalize end, NeedView view) {
    Envelope envelope = said(AGENT, Verb.FINALIZE, end.toJson(), ATTEST);
    return Verbs.ops(envelope, payload(envelope), view);
  }

  private static Finalize.Result result(TaskId taskId) {
    return new Finalize.Result(taskId, "a", ARTIFACT);
  }

  private static PlanOp made(TaskId taskId, int attempt) {
    return PlanOp.state(taskId, new TaskProgress(attempt, TaskState.FINAL));
  }

  @Test
  void eachTaskIsFinalAtItsOwnLastAttemptInTheOrderOfTheResults() {
    Envelope retry =
        said(
            AGENT,
            Verb.RELEASE,
            new Release(FIRST, 3, 2, Release.Cause.RETRY, List.of(), List.of()).toJson(),
            COMMIT);
    Envelope ready =
        said(
            AGENT,
            Verb.RELEASE,
            new Release(SECOND, 1, 1, Release.Cause.READY, List.of(ARTIFACT), List.of()).toJson(),
            ATTEST);
    NeedView view = view(NEED, PROPOSE, DECIDE, CLAIM, COMMIT, ATTEST, retry, ready);
    Finalize end =
        new Finalize(Finalize.Outcome.ACCEPTED, null, HASH, List.of(result(SECOND), result(FIRST)));
    assertThat(ops(end, view)).containsExactly(made(SECOND, 1), made(FIRST, 3));
  }

  @Test
  void aTaskThatNothingGrantsOrThatIsNotOfThePlanCountsAsAtItsFirstAttempt() {
    NeedView view = view(NEED, PROPOSE, DECIDE);
    Finalize end =
        new Finalize(
            Finalize.Outcome.ACCEPTED, null, HASH, List.of(result(SECOND), result(UNKNOWN)));
    assertThat(ops(end, view)).containsExactly(made(SECOND, 1), made(UNKNOWN, 1));
  }

  @Test
  void anEndWithoutResultsMakesNoTaskFinal() {
    Finalize cancelled = new Finalize(Finalize.Outcome.REJECTED, Finalize.CANCELLED, "", List.of());
    assertThat(ops(cancelled, view(NEED, PROPOSE, DECIDE))).isEmpty();
  }
}
