package dev.canswarm.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Kind;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Timers.Timer;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReplayerTest {
  private static void assertPasses(ReplayFixture need, String outcome) {
    ReplayReport report = need.replay(need.records(), Optional.of(need.rows()));
    assertThat(report.checks())
        .as(report.toString())
        .extracting(Check::status)
        .containsOnly(Status.PASS);
    assertThat(report.outcome()).isEqualTo(outcome);
    assertThat(report.needId()).isEqualTo(need.needId());
    assertThat(report.threadId()).isEqualTo(ReplayFixture.THREAD);
  }

  private static List<String> firedIn(ReplayFixture need) {
    return need.replay().check(CheckName.DERIVED).findings().stream()
        .filter(Finding.Note.class::isInstance)
        .map(note -> ((Finding.Note) note).text().replaceAll(".*: timer (\\w+) .*", "$1"))
        .sorted()
        .distinct()
        .toList();
  }

  @Test
  void one_task_passes_all_checks() {
    ReplayFixture need = new ReplayFixture().run(ReplayFixture.oneTask());
    assertPasses(need, "ACCEPTED");
    assertThat(firedIn(need)).isEmpty();
    assertThat(need.replay().check(CheckName.DERIVED).summary()).startsWith("4 of 4");
  }

  @Test
  void two_dependent_tasks_pass_all_checks() {
    ReplayFixture need = new ReplayFixture().run(ReplayFixture.twoTasks());
    assertThat(need.all(Kind.RELEASE)).hasSize(1);
    assertPasses(need, "ACCEPTED");
  }

  @Test
  void decision_with_votes_on_the_plan_passes() {
    ReplayFixture need = new ReplayFixture(ReplayFixture.policy(2)).run(ReplayFixture.oneTask());
    assertThat(need.only(Kind.DECIDE).parents()).hasSizeGreaterThan(1);
    assertPasses(need, "ACCEPTED");
  }

  @Test
  void lying_workers_end_in_a_rejection_that_passes() {
    ReplayFixture need =
        new ReplayFixture().lying("worker-1", "worker-2").run(ReplayFixture.oneTask());
    assertThat(need.all(Kind.COMMIT)).hasSize(2);
    assertPasses(need, "REJECTED");
  }

  @Test
  void second_attempt_after_a_lie_passes() {
    for (String liar : List.of("worker-1", "worker-2")) {
      assertPasses(new ReplayFixture().lying(liar).run(ReplayFixture.oneTask()), "ACCEPTED");
    }
  }

  @Test
  void silent_verifier_widens_the_panel_and_passes() {
    ReplayFixture usual = new ReplayFixture().run(ReplayFixture.oneTask());
    String asked = usual.nameOf(usual.all(Kind.ATTEST).get(0).sender());
    ReplayFixture need =
        new ReplayFixture().silent(asked).fire(Timer.SILENCE).run(ReplayFixture.oneTask());
    assertThat(need.all(Kind.RELEASE)).isNotEmpty();
    assertPasses(need, "ACCEPTED");
    assertThat(firedIn(need)).containsExactly("SILENCE");
  }

  @Test
  void rejection_by_silence_passes() {
    ReplayFixture need =
        new ReplayFixture()
            .silent("worker-1", "verifier-1", "verifier-2", "verifier-3", "verifier-4")
            .fire(Timer.SILENCE, Timer.SILENCE, Timer.SILENCE, Timer.SILENCE)
            .run(ReplayFixture.oneTask());
    assertPasses(need, "REJECTED");
    assertThat(firedIn(need)).containsExactly("SILENCE");
  }

  @Test
  void expired_lease_passes_and_is_noted() {
    ReplayFixture need =
        new ReplayFixture()
            .hanging("worker-1", "worker-2")
            .fire(Timer.LEASE, Timer.LEASE, Timer.DEADLINE)
            .run(ReplayFixture.oneTask());
    assertThat(need.all(Kind.CLAIM)).hasSize(3);
    assertPasses(need, "EXPIRED");
    assertThat(firedIn(need)).containsExactly("DEADLINE", "LEASE");
  }

  @Test
  void yields_and_a_grant_that_nobody_claims_pass() {
    ReplayFixture need =
        new ReplayFixture()
            .yielding("worker-1", "worker-2")
            .fire(Timer.UNCLAIMED)
            .run(ReplayFixture.oneTask());
    assertThat(need.all(Kind.YIELD)).isNotEmpty();
    assertPasses(need, "REJECTED");
  }

  @Test
  void need_without_a_plan_passes() {
    ReplayFixture need =
        new ReplayFixture()
            .fire(Timer.NO_PLAN)
            .run(ReplayFixture.replaced(ReplayFixture.oneTask(), "\"a\"", "\"unknown\""));
    assertPasses(need, "REJECTED");
    assertThat(firedIn(need)).containsExactly("NO_PLAN");
  }

  @Test
  void need_that_is_not_over_is_incomplete() {
    ReplayFixture need =
        new ReplayFixture().hanging("worker-1", "worker-2").run(ReplayFixture.oneTask());
    ReplayReport report = need.replay();
    assertThat(report.status()).isEqualTo(Status.INCOMPLETE);
    assertThat(report.outcome()).isEmpty();
    assertThat(report.check(CheckName.CLOSURE).findings().toString()).contains("a FINALIZE");
  }

  @Test
  void missing_parents_are_incomplete_and_named() {
    ReplayFixture need = new ReplayFixture().run(ReplayFixture.twoTasks());
    for (Kind kind : List.of(Kind.NEED, Kind.PROPOSE, Kind.DECIDE, Kind.CLAIM, Kind.COMMIT)) {
      ReplayFixture damaged = new ReplayFixture().run(ReplayFixture.twoTasks());
      Envelope gone = damaged.all(kind).get(0);
      damaged.remove(gone);
      ReplayReport report = damaged.replay();
      assertThat(report.status()).as(kind + " " + report).isEqualTo(Status.INCOMPLETE);
      assertThat(report.check(CheckName.CLOSURE).findings().toString()).contains(gone.id());
    }
    assertThat(need.replay().status()).isEqualTo(Status.PASS);
  }

  @Test
  void policy_and_trust_that_are_not_given_are_incomplete() {
    ReplayFixture need = new ReplayFixture().run(ReplayFixture.oneTask());
    RulesBook otherPolicy =
        new RulesBook(List.of(ReplayFixture.policy(1)), List.of(need.rules().trust()));
    RulesBook otherTrust =
        new RulesBook(List.of(ReplayFixture.POLICY), List.of(TrustRegistry.of(new TreeMap<>())));
    for (RulesBook book : List.of(otherPolicy, otherTrust)) {
      List<ReplayReport> reports =
          new Replayer(ReplayFixture.CODEC, book).replay(need.records(), Optional.empty());
      assertThat(reports).extracting(ReplayReport::status).containsExactly(Status.INCOMPLETE);
    }
    RulesBook archived =
        new RulesBook(
            List.of(ReplayFixture.policy(1), ReplayFixture.POLICY),
            List.of(otherTrust.trusts().get(0), need.rules().trust()));
    assertThat(new Replayer(ReplayFixture.CODEC, archived).replay(need.records(), Optional.empty()))
        .extracting(ReplayReport::status)
        .containsExactly(Status.PASS);
  }

  @Test
  void op_log_that_is_not_given_is_noted() {
    Check check = new ReplayFixture().run(ReplayFixture.oneTask()).replay().check(CheckName.OPLOG);
    assertThat(check.status()).isEqualTo(Status.PASS);
    assertThat(check.findings()).containsExactly(new Finding.Note("", "op-log not compared"));
  }
}
