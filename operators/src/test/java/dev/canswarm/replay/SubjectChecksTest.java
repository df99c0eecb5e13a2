package dev.canswarm.replay;

import static dev.canswarm.envelope.Drafts.draftOf;
import static dev.canswarm.envelope.Drafts.withLamport;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import org.junit.jupiter.api.Test;

/** Checks that read only the envelopes of one NEED. */
class SubjectChecksTest {
  private final ReplayFixture need = new ReplayFixture().run(ReplayFixture.oneTask());
  private final Envelope end = need.all(Verb.FINALIZE).get(0);

  @Test
  void aWholeNeedIsClosedAndInOrder() {
    Subject whole = Subjects.whole(need);

    assertThat(ClosureCheck.check(whole).status()).isEqualTo(Status.PASS);
    assertThat(OrderCheck.check(whole).status()).isEqualTo(Status.PASS);
  }

  @Test
  void withoutAFinalizeTheClosureIsIncomplete() {
    Check check = ClosureCheck.check(Subjects.of(need, Subjects.without(need, end::equals)));

    assertThat(check.status()).isEqualTo(Status.INCOMPLETE);
    assertThat(check.findings().toString()).contains("FINALIZE");
  }

  @Test
  void anEnvelopeThatTheEndFollowsFromIsNamedWhenItIsMissing() {
    Envelope decide = need.all(Verb.DECIDE).get(0);
    Subject damaged = Subjects.of(need, Subjects.without(need, decide::equals));

    Check closure = ClosureCheck.check(damaged);

    assertThat(closure.status()).isEqualTo(Status.INCOMPLETE);
    assertThat(closure.findings().toString()).contains(decide.id().text());
    assertThat(OrderCheck.check(damaged).status()).isEqualTo(Status.INCOMPLETE);
  }

  @Test
  void aLamportTimeThatDoesNotFollowFromTheParentsFails() {
    Envelope forged =
        need.sign(withLamport(draftOf(end), end.lamport() + 1), need.signer(end.sender()));

    Check check = OrderCheck.check(Subjects.replacing(need, end, forged));

    assertThat(check.status()).isEqualTo(Status.FAIL);
    assertThat(check.findings().toString()).contains(forged.id().text());
  }
}
