package dev.canswarm.replay;

import static dev.canswarm.envelope.Drafts.draftOf;
import static dev.canswarm.envelope.Drafts.withLamport;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link SlotChecks} and {@link PolicyReplay} on one NEED alone. */
class SlotChecksTest {
  private final ReplayFixture need = new ReplayFixture().run(ReplayFixture.oneTask());
  private final List<Envelope> all = Subjects.without(need, envelope -> false);

  /** Another answer to the same question, by the same sender. */
  private Envelope second(Envelope first) {
    return need.sign(withLamport(draftOf(first), first.lamport() + 1), need.signer(first.sender()));
  }

  private Check policy(Subject subject) {
    return PolicyReplay.check(subject, new Findings());
  }

  @Test
  void aWholeNeedPasses() {
    Subject whole = Subjects.whole(need);

    assertThat(SlotChecks.once(whole).status()).isEqualTo(Status.PASS);
    assertThat(SlotChecks.once(whole).summary()).startsWith("4 slots");
    assertThat(SlotChecks.leases(whole).status()).isEqualTo(Status.PASS);
    assertThat(SlotChecks.leases(whole).summary()).startsWith("2 claims");
    assertThat(policy(whole).status()).isEqualTo(Status.PASS);
    assertThat(policy(whole).summary()).startsWith(all.size() + " allowed");
  }

  @Test
  void aSecondDecisionThatHoldsTheSlotTooFails() {
    Envelope decide = need.only(Verb.DECIDE);
    Envelope other = second(decide);

    Check check = SlotChecks.once(Subjects.of(need, Subjects.with(all, other)));

    assertThat(check.status()).isEqualTo(Status.FAIL);
    assertThat(check.findings().toString())
        .contains("slot DECIDE was answered twice", decide.id().text(), other.id().text());
  }

  @Test
  void aSecondDecisionThatOnlyWasSeenIsNoted() {
    Envelope other = second(need.only(Verb.DECIDE));

    Check check = SlotChecks.once(Subjects.of(need, all, List.of(other)));

    assertThat(check.status()).isEqualTo(Status.PASS);
    assertThat(check.findings().toString()).contains(other.id().text(), "did not count");
  }

  @Test
  void aSecondClaimOfAGrantFails() {
    Check check =
        SlotChecks.leases(Subjects.of(need, Subjects.with(all, second(need.only(Verb.CLAIM)))));

    assertThat(check.status()).isEqualTo(Status.FAIL);
    assertThat(check.findings().toString()).contains("was answered twice");
  }

  @Test
  void aCommitOfSomebodyWhoDoesNotHaveTheLeaseFails() {
    Envelope commit = need.only(Verb.COMMIT);
    String holder = need.nameOf(commit.sender());
    Envelope stolen =
        need.sign(draftOf(commit), need.key(holder.equals("worker-1") ? "worker-2" : "worker-1"));

    Check check = SlotChecks.leases(Subjects.replacing(need, commit, stolen));

    assertThat(check.status()).isEqualTo(Status.FAIL);
    assertThat(check.findings().toString())
        .contains("expected one parent, its sender's CLAIM")
        .doesNotContain("answered twice");
  }

  @Test
  void withoutItsClaimNobodyCanTellWhoseACommitIs() {
    Envelope claim = need.only(Verb.CLAIM);

    Check check = SlotChecks.leases(Subjects.of(need, Subjects.without(need, claim::equals)));

    assertThat(check.status()).isEqualTo(Status.INCOMPLETE);
    assertThat(check.findings().toString()).contains("the CLAIM " + claim.id());
  }

  @Test
  void whatThePolicyForbidsFailsWhereItCountsAndIsNotedElsewhere() {
    Envelope decide = need.only(Verb.DECIDE);
    Envelope forbidden = need.sign(draftOf(decide), need.key("planner"));

    Check counted = policy(Subjects.replacing(need, decide, forbidden));
    assertThat(counted.status()).isEqualTo(Status.FAIL);
    assertThat(counted.findings().toString()).contains(forbidden.id().text());

    Check seen = policy(Subjects.of(need, all, List.of(forbidden)));
    assertThat(seen.status()).isEqualTo(Status.PASS);
    assertThat(seen.findings().toString()).contains("not counted", forbidden.id().text());
  }

  @Test
  void withoutItsPolicyNothingIsApplied() {
    Check check = policy(Subjects.withoutRules(Subjects.whole(need)));

    assertThat(check.status()).isEqualTo(Status.INCOMPLETE);
    assertThat(check.summary()).isEqualTo("not applied");
  }
}
