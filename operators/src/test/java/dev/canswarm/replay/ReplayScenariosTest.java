package dev.canswarm.replay;

import static dev.canswarm.envelope.Drafts.draftOf;
import static dev.canswarm.envelope.Drafts.withLamport;
import static dev.canswarm.envelope.Drafts.withParents;
import static dev.canswarm.envelope.Drafts.withPayload;
import static dev.canswarm.replay.CheckName.LEASES;
import static dev.canswarm.replay.CheckName.OPLOG;
import static dev.canswarm.replay.CheckName.VOTES;
import static dev.canswarm.replay.ReplayFixture.replaced;
import static dev.canswarm.replay.ReplayFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.payload.Finalize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * For every course of a NEED, the roles' decisions are derived again from the record alone (P2).
 */
class ReplayScenariosTest {
  private static ReplayReport replay(ReplayFixture need) {
    return need.replay(need.records(), Optional.of(need.rows()));
  }

  private static ReplayReport assertPasses(ReplayFixture need) {
    ReplayReport report = replay(need);
    assertThat(report.checks())
        .as(report.toString())
        .extracting(Check::status)
        .containsOnly(Status.PASS);
    return report;
  }

  private static String resultHash(ReplayFixture need) {
    return Finalize.parse(need.only(Verb.FINALIZE).payload()).resultHash();
  }

  /** Casts of liars, silent ones, hanging ones, and deadlines in any order. */
  @Property(tries = 60)
  void whateverTheCastItsEndReplays(@ForAll long seed) {
    Random random = new Random(seed);
    ReplayFixture need = new ReplayFixture(ReplayFixture.policy(random.nextInt(3)));
    cast(need, random);
    Timer[] deadlines = new Timer[40];
    for (int i = 0; i < deadlines.length - 1; i++) {
      Timer[] any = {Timer.LEASE, Timer.SILENCE, Timer.SILENCE, Timer.UNCLAIMED};
      deadlines[i] = any[random.nextInt(any.length)];
    }
    deadlines[deadlines.length - 1] = Timer.DEADLINE;
    List<JsonObject> needs =
        List.of(ReplayFixture.oneTask(), ReplayFixture.twoTasks(), ReplayFixture.diamond());
    need.fire(deadlines).run(needs.get(random.nextInt(needs.size())));
    assertThat(need.all(Verb.FINALIZE)).hasSize(1);
    assertPasses(need);
  }

  /** In every state: the end follows from the NEED and the CANCEL alone. */
  @Property(tries = 30)
  void aCancelledNeedReplays(@ForAll @IntRange(max = 12) int rounds, @ForAll boolean byAnOperator) {
    ReplayFixture need = new ReplayFixture().hanging("worker-1", "worker-2");
    need.start(ReplayFixture.diamond()).rounds(rounds);
    need.cancel(byAnOperator ? "operator" : "client").go();
    Envelope end = need.only(Verb.FINALIZE);
    assertThat(Finalize.parse(end.payload()))
        .isEqualTo(new Finalize(Finalize.Outcome.REJECTED, Finalize.CANCELLED, "", List.of()));
    assertThat(end.parents())
        .containsExactlyInAnyOrder(need.needId().envelope(), need.only(Verb.CANCEL).id());
    assertPasses(need);
  }

  @Test
  void aCancelAfterTheEndChangesNothing() {
    ReplayFixture need = new ReplayFixture().run(ReplayFixture.oneTask());
    String hash = resultHash(need);
    need.cancel("client").go();
    assertThat(resultHash(need)).isEqualTo(hash).isNotEmpty();
    assertPasses(need);
  }

  @Test
  void aCancelByAStrangerFailsTheOrder() {
    ReplayFixture need = new ReplayFixture().start(ReplayFixture.oneTask()).cancel("planner").go();
    assertThat(replay(need).check(CheckName.ORDER).status()).isEqualTo(Status.FAIL);
  }

  private static void cast(ReplayFixture need, Random random) {
    List<Consumer<String>> workers =
        List.of(need::lying, need::hanging, need::stalling, need::yielding);
    List<Consumer<String>> verifiers = List.of(need::silent, need::contrary, need::equivocating);
    for (int worker = 1; worker <= ReplayFixture.WORKERS; worker++) {
      if (random.nextBoolean()) {
        workers.get(random.nextInt(workers.size())).accept("worker-" + worker);
      }
    }
    for (String verifier : ReplayFixture.verifiers()) {
      if (random.nextInt(3) == 0) {
        verifiers.get(random.nextInt(verifiers.size())).accept(verifier);
      }
    }
  }

  @Test
  void diamondPassesAndNamesTheInputsOfItsEnd() {
    ReplayFixture need = new ReplayFixture().run(ReplayFixture.diamond());
    assertThat(need.all(Verb.RELEASE)).hasSize(3);
    assertThat(assertPasses(need).check(CheckName.DERIVED).summary()).startsWith("10 of 10");
  }

  @Test
  void challengeInOneBranchOfAPlanPasses() {
    int releases = 0;
    for (String liar : List.of("worker-1", "worker-2")) {
      ReplayFixture need =
          new ReplayFixture(ReplayFixture.policy(1)).lying(liar).run(ReplayFixture.diamond());
      releases += need.all(Verb.RELEASE).size();
      assertThat(assertPasses(need).outcome()).isEqualTo("ACCEPTED");
    }
    assertThat(releases)
        .as("retries and wider panels on top of three grants each")
        .isGreaterThan(6);
  }

  @Test
  void verifierThatRejectsWhatIsRightIsOutvoted() {
    ReplayFixture honest = new ReplayFixture().run(ReplayFixture.oneTask());
    String asked = honest.nameOf(honest.all(Verb.ATTEST).get(0).sender());
    ReplayFixture need = new ReplayFixture().contrary(asked).run(ReplayFixture.oneTask());
    assertThat(assertPasses(need).outcome()).isEqualTo("ACCEPTED");
    assertThat(need.only(Verb.FINALIZE).parents()).hasSizeGreaterThan(3);
    assertThat(resultHash(need)).isEqualTo(resultHash(honest));
  }

  @Test
  void equivocationBeforeTheVerdictDoesNotCountAndIsNoted() {
    ReplayFixture honest = new ReplayFixture().run(ReplayFixture.oneTask());
    String asked = honest.nameOf(honest.all(Verb.ATTEST).get(0).sender());
    ReplayFixture need =
        new ReplayFixture().equivocating(asked).fire(Timer.SILENCE).run(ReplayFixture.oneTask());
    ReplayReport report = assertPasses(need);
    assertThat(report.outcome()).isEqualTo("ACCEPTED");
    assertThat(report.check(VOTES).findings().toString())
        .contains("equivocation of " + need.key(asked).publicKey().base64());
    assertThat(resultHash(need)).isEqualTo(resultHash(honest));
  }

  /** P2: who votes later changes neither what follows nor the result; it is only noted. */
  @Property(tries = 40)
  void lateVotesAreNotedAndNotCounted(@ForAll long seed) {
    Random random = new Random(seed);
    ReplayFixture need = new ReplayFixture().run(ReplayFixture.twoTasks());
    Envelope end = need.only(Verb.FINALIZE);
    List<Envelope> late = new ArrayList<>();
    for (Envelope commit : need.all(Verb.COMMIT)) {
      for (String verifier : ReplayFixture.verifiers()) {
        boolean voted =
            need.all(Verb.ATTEST).stream()
                .anyMatch(
                    vote ->
                        vote.parents().contains(commit.id())
                            && need.nameOf(vote.sender()).equals(verifier));
        if (random.nextBoolean() && !(voted && random.nextBoolean())) {
          late.add(need.lateVote(verifier, commit, !voted && random.nextBoolean()));
        }
      }
    }
    ReplayReport report = assertPasses(need);
    String notes = report.check(VOTES).findings().toString();
    for (Envelope vote : late) {
      assertThat(end.parents()).doesNotContain(vote.id());
      assertThat(notes).contains(vote + " was seen and not counted");
    }
    assertThat(report.check(CheckName.RESULT).summary()).contains(resultHash(need));
  }

  @Test
  void lateVoteThatAFinalizeListsFails() {
    ReplayFixture need = new ReplayFixture().run(ReplayFixture.oneTask());
    Envelope commit = need.only(Verb.COMMIT);
    String late =
        ReplayFixture.verifiers().stream()
            .filter(
                name ->
                    need.all(Verb.ATTEST).stream()
                        .noneMatch(vote -> need.nameOf(vote.sender()).equals(name)))
            .findFirst()
            .orElseThrow();
    Envelope vote = need.lateVote(late, commit, true);
    need.forge(
        need.only(Verb.FINALIZE),
        draft -> {
          List<EnvelopeId> parents = new ArrayList<>(draft.parents());
          parents.add(vote.id());
          return withLamport(withParents(draft, parents), vote.lamport() + 1);
        });
    // Three accepting votes would do, and follow: only the op-log distinguishes them.
    assertThat(with(replay(need), Status.FAIL)).containsExactly(OPLOG);
  }

  @Test
  void leaseThatRanOutLetsAnotherInAndTheSlowCommitIsNoted() {
    ReplayFixture need =
        new ReplayFixture()
            .stalling("worker-1", "worker-2")
            .fire(Timer.LEASE, Timer.LEASE)
            .run(ReplayFixture.oneTask());
    ReplayReport passed = assertPasses(need);
    assertThat(passed.outcome()).isEqualTo("ACCEPTED");
    Envelope commit = need.only(Verb.COMMIT);
    Envelope first = need.all(Verb.CLAIM).get(0);
    assertThat(commit.parents()).doesNotContain(first.id());
    JsonObject stale =
        replaced(
            replaced(commit.payload(), "\"token\":3", "\"token\":1"), "\"token\":2", "\"token\":1");
    Draft draft =
        withLamport(
            withParents(withPayload(draftOf(commit), stale), List.of(first.id())),
            first.lamport() + 1);
    Envelope slow = need.sign(draft, need.signer(first.sender()));
    List<ReplayRecord> records = new ArrayList<>(need.records());
    records.add(new ReplayRecord("audit/000000000001.jsonl:900", slow.bytes(), false));
    ReplayReport report = need.replay(records, Optional.of(need.rows()));
    assertThat(report.status()).as(report.toString()).isEqualTo(Status.PASS);
    assertThat(report.check(LEASES).findings().toString())
        .contains(slow + " was seen for slot END/");
  }

  @Test
  void inventedTokenFails() {
    ReplayFixture need = new ReplayFixture().run(ReplayFixture.oneTask());
    need.forge(
        need.only(Verb.CLAIM),
        draft -> withPayload(draft, replaced(draft.payload(), "\"token\":1", "\"token\":99")));
    assertThat(with(need.replay(), Status.FAIL)).contains(CheckName.DERIVED, LEASES);
  }

  @Test
  void planVotesAndALieInOneNeedPass() {
    ReplayFixture need =
        new ReplayFixture(ReplayFixture.policy(2))
            .lying("worker-1", "worker-2")
            .run(ReplayFixture.twoTasks());
    assertThat(need.only(Verb.DECIDE).parents()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(need.all(Verb.COMMIT)).hasSizeGreaterThan(1);
    assertThat(assertPasses(need).outcome()).isEqualTo("REJECTED");
  }
}
