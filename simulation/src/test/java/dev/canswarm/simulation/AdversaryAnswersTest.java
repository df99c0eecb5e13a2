package dev.canswarm.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.Chain;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.simulation.scenario.Attack.Sort;
import dev.canswarm.simulation.scenario.Names;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an {@link Adversary} answers to what it sees. */
class AdversaryAnswersTest {
  private final AttackedChain chain = new AttackedChain();

  @ParameterizedTest
  @EnumSource(
      names = {"REPLAYED_RECORD", "LATE_VOTE"},
      mode = EnumSource.Mode.EXCLUDE)
  void anAnswerIsFromAnAgentWhoMaySayItAndNamesWhatItAnswers(Sort sort) {
    if (Adversary.occasion(sort) == null) {
      return;
    }
    Envelope parent = chain.seen(sort);
    for (Envelope answer : chain.prompted(sort)) {
      assertThat(chain.keyring.trust().rolesOf(answer.sender()))
          .isNotEmpty()
          .allMatch(role -> Chain.of(answer.verb()).saidBy().contains(role));
      assertThat(answer.parents()).containsExactly(parent.id());
      assertThat(answer.needId()).isEqualTo(new NeedId(chain.need.id()));
      assertThat(answer.threadId()).isEqualTo(AttackedChain.THREAD);
      if (sort == Sort.WRONG_TIME) {
        assertThat(answer.lamport()).isGreaterThan(parent.lamport() + 1);
      } else {
        assertThat(answer.lamport()).isEqualTo(parent.lamport() + 1);
      }
    }
  }

  @Test
  void whoeverHasNoStolenKeySignsWithAKeyThatNoProcessHas() {
    Set<PublicKey> honest = Set.copyOf(Names.core().stream().map(chain::publicKey).toList());
    for (Sort sort : Sort.values()) {
      if (Adversary.occasion(sort) != null && sort != Sort.REPLAYED_RECORD) {
        assertThat(chain.prompted(sort))
            .as(sort.name())
            .allMatch(answer -> honest.contains(answer.sender()) == sort.needsStolenKey());
      }
    }
  }

  @Test
  void claimsTheFirstTaskOfTheDecidedPlanWithATokenOfItsChoice() {
    TaskId task = TaskId.of(chain.propose.id(), 0);
    for (Sort sort : List.of(Sort.IDLE_CLAIM, Sort.SECOND_CLAIM)) {
      assertThat(chain.prompted(sort))
          .extracting(one -> Lease.parse(one.payload()))
          .containsExactly(new Lease(task, 1, 1));
    }
    Lease huge = Lease.parse(chain.prompted(Sort.HUGE_TOKEN).get(0).payload());
    assertThat(huge.taskId()).isEqualTo(task);
    assertThat(huge.token()).isGreaterThan(1L << 40);
  }

  @Test
  void commitsOtherWorkUnderTheLeaseOfTheClaim() {
    Commit stolen = Commit.parse(chain.prompted(Sort.STOLEN_COMMIT).get(0).payload());
    assertThat(new Lease(stolen.taskId(), stolen.attempt(), stolen.token()))
        .isEqualTo(Lease.parse(chain.claim.payload()));
    assertThat(stolen.artifact()).isNotEqualTo(AttackedChain.ARTIFACT);
  }

  @Test
  void oneVerifierVotesBothWaysOnTheSameCommit() {
    List<Envelope> votes = chain.prompted(Sort.EQUIVOCATION);
    assertThat(votes)
        .extracting(one -> Attest.parse(one.payload()))
        .allMatch(vote -> vote.target().equals(chain.commit.id()))
        .allMatch(
            vote ->
                new Attest.Work(AttackedChain.TASK, 2, AttackedChain.ARTIFACT).equals(vote.work()))
        .extracting(Attest::accept)
        .containsExactlyInAnyOrder(true, false);
    assertThat(votes)
        .allMatch(
            one -> one.sender().equals(chain.publicKey(Names.verifier(AttackedChain.VERIFIERS))));
  }

  @Test
  void aLateVoteIsTheOppositeOfTheOneThatItSawByAnotherVerifier() {
    Envelope late = chain.prompted(Sort.LATE_VOTE).get(0);
    Attest vote = Attest.parse(late.payload());
    assertThat(vote.target()).isEqualTo(chain.commit.id());
    assertThat(vote.accept()).isFalse();
    assertThat(late.sender()).isEqualTo(chain.publicKey(Names.verifier(AttackedChain.VERIFIERS)));
    assertThat(late.parents()).isEqualTo(chain.attest.parents());
    assertThat(late.lamport()).isEqualTo(chain.attest.lamport());
  }

  @Test
  void aReplayedRecordIsTheSameToTheByte() {
    OutgoingRecord again = chain.adversary.prompted(Sort.REPLAYED_RECORD, chain.propose).get(0);
    assertThat(again.topic()).isEqualTo(Verb.PROPOSE.topic());
    assertThat(AttackedChain.key(again)).isEqualTo(AttackedChain.THREAD.text());
    assertThat(again.value()).isEqualTo(chain.propose.bytes());
  }

  @Test
  void aStolenKeySaysWhatDoesNotFollow() {
    assertThat(chain.prompted(Sort.FORGED_DECIDE))
        .extracting(one -> Decide.parse(one.payload()).k())
        .doesNotHaveDuplicates()
        .hasSize(2);
    Release release = Release.parse(chain.prompted(Sort.FORGED_RELEASE).get(0).payload());
    assertThat(List.of(release.attempt(), release.token())).isEqualTo(List.of(3, 6L));
    Finalize end = Finalize.parse(chain.prompted(Sort.FORGED_FINALIZE).get(0).payload());
    assertThat(end.outcome()).isEqualTo(Finalize.Outcome.ACCEPTED);
    assertThat(end.results())
        .extracting(Finalize.Result::artifact)
        .doesNotContain(AttackedChain.ARTIFACT);
  }

  @ParameterizedTest
  @EnumSource(names = {"OTHER_PLAN", "WRONG_TIME"})
  void aDishonestPlannersPlanHasATaskOfAKnownType(Sort sort) {
    assertThat(Propose.parse(chain.prompted(sort).get(0).payload()).plan())
        .extracting(PlanTask::taskType)
        .singleElement()
        .isIn(SimTasks.DIGEST, SimTasks.CHECKED);
  }
}
