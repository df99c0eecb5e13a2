package dev.canswarm.simulation.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Finalize;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each rule that a NEED's rows may break is found, and rows that break none pass. */
class NeedCheckTest {
  private final StoredNeed stored = new StoredNeed();

  private List<Violation> violations() {
    ViolationCollector violations = new ViolationCollector();
    check(violations);
    return violations.first();
  }

  private String check(ViolationCollector violations) {
    return new NeedCheck(
            stored.need.id().text(),
            List.copyOf(stored.rows.values()),
            stored.rules(violations),
            violations)
        .check();
  }

  private void assertFound(String invariant, String what) {
    assertThat(violations())
        .anySatisfy(
            violation -> {
              assertThat(violation.invariant()).isEqualTo(invariant);
              assertThat(violation.what()).contains(what);
            });
  }

  @Test
  void anAcceptedNeedBreaksNothing() {
    ViolationCollector violations = new ViolationCollector();
    assertThat(check(violations)).isEqualTo("ACCEPTED");
    assertThat(violations.first()).isEmpty();
  }

  @Test
  void aNeedThatHasNotEndedHasNoOutcome() {
    stored.rows.remove("FINALIZE");
    ViolationCollector violations = new ViolationCollector();
    assertThat(check(violations)).isEmpty();
    assertThat(violations.first()).isEmpty();
  }

  @Test
  void aRefusedNeedNamesItsReasonAndHasNoResult() {
    Finalize end = new Finalize(Finalize.Outcome.REJECTED, "NO_PLAN", "", List.of());
    stored.put(
        stored.need.id().text(),
        "FINALIZE",
        stored.said("coordinator", Verb.FINALIZE, end.toJson(), stored.need));
    ViolationCollector violations = new ViolationCollector();
    assertThat(check(violations)).isEqualTo("REJECTED NO_PLAN");
    assertThat(violations.first()).isEmpty();
  }

  @Test
  void aSecondDecisionOrEndIsP1() {
    Envelope other = stored.said("decider", Verb.DECIDE, stored.decide.payload(), stored.need);
    stored.put(stored.need.id().text(), "DECIDE/other", other);
    assertFound("P1", "has [DECIDE");
  }

  @Test
  void anEndWithoutADecisionIsP1() {
    stored.rows.remove("DECIDE");
    assertFound("P1", "ACCEPTED without a DECIDE");
  }

  @Test
  void rowsWithoutTheirNeedAreP5() {
    stored.rows.remove("NEED/" + stored.need.id());
    assertFound("P5", "its own envelope is not stored");
  }

  @Test
  void anotherResultHashIsP2() {
    stored.end("a".repeat(64), stored.votes.toArray(Envelope[]::new));
    assertFound("P2", "has result_hash " + "a".repeat(64));
  }

  @Test
  void tooFewVotesAreP3() {
    stored.end(stored.votes.get(0));
    assertFound("P3", "1 ACCEPTs and 0 REJECTs");
  }

  @Test
  void aRejectionTakesOneMoreAcceptance() {
    Envelope against = stored.vote("verifier-3", false);
    stored.end(stored.votes.get(0), stored.votes.get(1), against);
    assertFound("P3", "2 ACCEPTs and 1 REJECTs");
  }

  @Test
  void aVoteOfAnybodyElseIsP3() {
    Envelope stranger = stored.vote("worker", true);
    stored.end(stored.votes.get(0), stored.votes.get(1), stranger);
    assertFound("P3", "not a verifier");
    assertFound("P3", "not about the COMMIT");
  }

  @Test
  void aCommitThatFillsNoEndIsP4() {
    stored.put(stored.need.id().text(), "END/" + stored.task + "/9", stored.commit);
    stored.rows.remove("END/" + stored.task + "/1");
    assertFound("P4", "does not fill END/" + stored.task + "/1");
  }

  @Test
  void aCommitWithoutItsSendersClaimIsP4() {
    Envelope other =
        stored.said(
            "verifier-1",
            Verb.COMMIT,
            new Commit(stored.task, 1, 1, StoredNeed.ARTIFACT, List.of()).toJson(),
            stored.claim);
    stored.put(stored.need.id().text(), "END/" + stored.task + "/1", other);
    assertFound("P4", "does not follow from its sender's stored CLAIM");
  }
}
