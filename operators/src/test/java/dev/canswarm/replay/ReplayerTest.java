package dev.canswarm.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Deadlines.Timer;
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
  void oneTaskPassesAllChecks() {
    ReplayFixture need = new ReplayFixture().run(ReplayFixture.oneTask());
    assertPasses(need, "ACCEPTED");
    assertThat(firedIn(need)).isEmpty();
    assertThat(need.replay().check(CheckName.DERIVED).summary()).startsWith("4 of 4");
  }

  @Test
  void twoDependentTasksPassAllChecks() {
    ReplayFixture need = new ReplayFixture().run(ReplayFixture.twoTasks());
    assertThat(need.all(Verb.RELEASE)).hasSize(1);
    assertPasses(need, "ACCEPTED");
  }

  @Test
  void decisionWithVotesOnThePlanPasses() {
    ReplayFixture need = new ReplayFixture(ReplayFixture.policy(2)).run(ReplayFixture.oneTask());
    assertThat(need.only(Verb.DECIDE).parents()).hasSizeGreaterThan(1);
    assertPasses(need, "ACCEPTED");
  }

  @Test
  void lyingWorkersEndInARejectionThatPasses() {
    ReplayFixture need =
        new ReplayFixture().lying("worker-1", "worker-2").run(ReplayFixture.oneTask());
    assertThat(need.all(Verb.COMMIT)).hasSize(2);
    assertPasses(need, "REJECTED");
  }

  @Test
  void secondAttemptAfterALiePasses() {
    for (String liar : List.of("worker-1", "worker-2")) {
      assertPasses(new ReplayFixture().lying(liar).run(ReplayFixture.oneTask()), "ACCEPTED");
    }
  }

  @Test
  void silentVerifierWidensThePanelAndPasses() {
    ReplayFixture usual = new ReplayFixture().run(ReplayFixture.oneTask());
    String asked = usual.nameOf(usual.all(Verb.ATTEST).get(0).sender());
    ReplayFixture need =
        new ReplayFixture().silent(asked).fire(Timer.SILENCE).run(ReplayFixture.oneTask());
    assertThat(need.all(Verb.RELEASE)).isNotEmpty();
    assertPasses(need, "ACCEPTED");
    assertThat(firedIn(need)).containsExactly("SILENCE");
  }

  @Test
  void rejectionBySilencePasses() {
    ReplayFixture need =
        new ReplayFixture()
            .silent("worker-1", "verifier-1", "verifier-2", "verifier-3", "verifier-4")
            .fire(Timer.SILENCE, Timer.SILENCE, Timer.SILENCE, Timer.SILENCE)
            .run(ReplayFixture.oneTask());
    assertPasses(need, "REJECTED");
    assertThat(firedIn(need)).containsExactly("SILENCE");
  }

  @Test
  void expiredLeasePassesAndIsNoted() {
    ReplayFixture need =
        new ReplayFixture()
            .hanging("worker-1", "worker-2")
            .fire(Timer.LEASE, Timer.LEASE, Timer.DEADLINE)
            .run(ReplayFixture.oneTask());
    assertThat(need.all(Verb.CLAIM)).hasSize(3);
    assertPasses(need, "EXPIRED");
    assertThat(firedIn(need)).containsExactly("DEADLINE", "LEASE");
  }

  @Test
  void yieldsAndAGrantThatNobodyClaimsPass() {
    ReplayFixture need =
        new ReplayFixture()
            .yielding("worker-1", "worker-2")
            .fire(Timer.UNCLAIMED)
            .run(ReplayFixture.oneTask());
    assertThat(need.all(Verb.YIELD)).isNotEmpty();
    assertPasses(need, "REJECTED");
  }

  @Test
  void needWithoutAPlanPasses() {
    ReplayFixture need =
        new ReplayFixture()
            .fire(Timer.NO_PLAN)
            .run(ReplayFixture.replaced(ReplayFixture.oneTask(), "\"a\"", "\"unknown\""));
    assertPasses(need, "REJECTED");
    assertThat(firedIn(need)).containsExactly("NO_PLAN");
  }

  @Test
  void needThatIsNotOverIsIncomplete() {
    ReplayFixture need =
        new ReplayFixture().hanging("worker-1", "worker-2").run(ReplayFixture.oneTask());
    ReplayReport report = need.replay();
    assertThat(report.status()).isEqualTo(Status.INCOMPLETE);
    assertThat(report.outcome()).isEmpty();
    assertThat(report.check(CheckName.CLOSURE).findings().toString()).contains("a FINALIZE");
  }

  @Test
  void missingParentsAreIncompleteAndNamed() {
    ReplayFixture need = new ReplayFixture().run(ReplayFixture.twoTasks());
    for (Verb verb : List.of(Verb.NEED, Verb.PROPOSE, Verb.DECIDE, Verb.CLAIM, Verb.COMMIT)) {
      ReplayFixture damaged = new ReplayFixture().run(ReplayFixture.twoTasks());
      Envelope gone = damaged.all(verb).get(0);
      damaged.remove(gone);
      ReplayReport report = damaged.replay();
      assertThat(report.status()).as(verb + " " + report).isEqualTo(Status.INCOMPLETE);
      assertThat(report.check(CheckName.CLOSURE).findings().toString()).contains(gone.id().text());
    }
    assertThat(need.replay().status()).isEqualTo(Status.PASS);
  }

  @Test
  void policyAndTrustThatAreNotGivenAreIncomplete() {
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
  void aMissingOpLogIsNoted() {
    Check check = new ReplayFixture().run(ReplayFixture.oneTask()).replay().check(CheckName.OPLOG);
    assertThat(check.status()).isEqualTo(Status.PASS);
    assertThat(check.findings()).containsExactly(new Finding.Note("", "op-log not compared"));
  }
}
