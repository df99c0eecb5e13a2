package dev.canswarm.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeIds;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.policy.Chain;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.simulation.scenario.Attack;
import dev.canswarm.simulation.scenario.Attack.Sort;
import dev.canswarm.simulation.scenario.Names;
import dev.canswarm.simulation.scenario.Scenario;
import dev.canswarm.simulation.scenario.SimNodeSpec;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdversaryTest {
  private static final int VERIFIERS = 3;
  private static final String POLICY = "c".repeat(64);
  private static final String TASK = "a".repeat(64);
  private static final String ARTIFACT = "b".repeat(64);
  private static final ThreadId THREAD = new ThreadId("t");

  private final Scenario scenario =
      new Scenario(
          1,
          1,
          0,
          1,
          VERIFIERS,
          true,
          false,
          List.of(new SimNodeSpec("honest", Names.core(), false)),
          List.of(),
          List.of(),
          List.of());
  private final Keyring keyring = new Keyring(scenario);
  private final EnvelopeCodec codec =
      new EnvelopeCodec(World.SWARM, keyring.engine(), EnvelopeLimits.DEFAULT);
  private final Adversary adversary = new Adversary(keyring, scenario, codec, POLICY);

  private final Envelope need =
      codec.sign(
          Draft.need(THREAD, "nonce", POLICY, JsonObject.empty()), keyring.key(Names.CLIENT), 1);
  private final Envelope propose = said(Verb.PROPOSE, need, Names.PLANNER, JsonObject.empty());
  private final Envelope decide =
      said(
          Verb.DECIDE,
          propose,
          Names.DECIDER,
          new Decide(propose.id(), 1, 0, 1, POLICY, POLICY, POLICY).toJson());
  private final Envelope claim =
      said(Verb.CLAIM, decide, Names.WORKER, new Lease(TASK, 2, 5).toJson());
  private final Envelope commit =
      said(Verb.COMMIT, claim, Names.WORKER, new Commit(TASK, 2, 5, ARTIFACT, List.of()).toJson());
  private final Envelope attest =
      said(
          Verb.ATTEST,
          commit,
          Names.verifier(1),
          new Attest(commit.id(), true, new Attest.Work(TASK, 2, ARTIFACT), null).toJson());

  private Envelope said(Verb verb, Envelope parent, String sender, JsonObject payload) {
    Draft draft =
        Draft.builder(verb, THREAD)
            .need(parent.need())
            .lamport(parent.lamport() + 1)
            .parents(List.of(parent.id()))
            .policyHash(POLICY)
            .payload(payload)
            .build();
    return codec.sign(draft, keyring.key(sender), 1);
  }

  private Envelope seen(Sort sort) {
    return switch (Objects.requireNonNull(Adversary.occasion(sort))) {
      case NEED -> need;
      case PROPOSE -> propose;
      case DECIDE -> decide;
      case CLAIM -> claim;
      case COMMIT -> commit;
      case ATTEST -> attest;
      default -> throw new AssertionError(sort + " answers a verb that it should not");
    };
  }

  private OutgoingRecord unprompted(Sort sort) {
    return adversary.unprompted(new Attack(7, 0, sort));
  }

  private List<Envelope> prompted(Sort sort) {
    return adversary.prompted(sort, seen(sort)).stream().map(this::genuine).toList();
  }

  private Envelope genuine(OutgoingRecord message) {
    return codec.decodeAndVerify(value(message));
  }

  private static byte[] value(OutgoingRecord message) {
    return Objects.requireNonNull(message.value());
  }

  private static String key(OutgoingRecord message) {
    return new String(Objects.requireNonNull(message.key()), UTF_8);
  }

  private PublicKey publicKey(String name) {
    return keyring.key(name).publicKey();
  }

  @ParameterizedTest
  @EnumSource(Sort.class)
  void everySortEitherAnswersAnEnvelopeOrNeedsNone(Sort sort) {
    if (Adversary.occasion(sort) == null) {
      assertThat(unprompted(sort).topic()).isNotEmpty();
      assertThatIllegalArgumentException().isThrownBy(() -> adversary.prompted(sort, need));
    } else {
      assertThat(adversary.prompted(sort, seen(sort))).isNotEmpty();
      assertThatIllegalArgumentException().isThrownBy(() -> unprompted(sort));
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "NO_JSON",
        "NO_ENVELOPE",
        "OTHER_ID",
        "OTHER_PAYLOAD",
        "OTHER_SIGNATURE",
        "FORGED_SENDER",
        "OTHER_VERB",
        "OTHER_SWARM"
      })
  void whatIsNoEnvelopeIsRefusedForTheReasonOfItsSort(Sort sort) {
    OutgoingRecord message = unprompted(sort);
    assertThat(message.topic()).isEqualTo(Verb.NEED.topic());
    assertThat(key(message)).isEqualTo("m7");
    assertThatThrownBy(() -> genuine(message))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(sort.reason()));
  }

  @Test
  void aGenuineEnvelopeIsOnAnotherTopicOrUnderAnotherKeyAndHasNoOtherFault() {
    OutgoingRecord misplaced = unprompted(Sort.OTHER_TOPIC);
    assertThat(genuine(misplaced).verb()).isEqualTo(Verb.NEED);
    assertThat(misplaced.topic()).isEqualTo(Verb.PROPOSE.topic());
    assertThat(key(misplaced)).isEqualTo("m7");
    OutgoingRecord foreign = unprompted(Sort.OTHER_KEY);
    assertThat(genuine(foreign).threadId()).isEqualTo(new ThreadId("m7"));
    assertThat(foreign.topic()).isEqualTo(Verb.NEED.topic());
    assertThat(key(foreign)).isEqualTo("not-m7");
    for (OutgoingRecord message : List.of(misplaced, foreign)) {
      assertThat(genuine(message).sender()).isEqualTo(publicKey(Names.CLIENT));
      assertThat(genuine(message).policyHash()).isEqualTo(POLICY);
    }
  }

  @Test
  void aGenuineNeedNamesAnotherPolicyOrIsFromASenderWhoMayNotSayIt() {
    Envelope other = genuine(unprompted(Sort.OTHER_POLICY));
    assertThat(other.policyHash()).isNotEqualTo(POLICY);
    assertThat(other.sender()).isEqualTo(publicKey(Names.CLIENT));
    Envelope unlisted = genuine(unprompted(Sort.UNLISTED_SENDER));
    assertThat(keyring.trust().rolesOf(unlisted.sender())).isEmpty();
    Envelope worker = genuine(unprompted(Sort.SENDER_OF_ANOTHER_ROLE));
    assertThat(keyring.trust().rolesOf(worker.sender()))
        .isNotEmpty()
        .doesNotContainAnyElementsOf(Chain.of(Verb.NEED).saidBy());
    assertThat(List.of(unlisted, worker)).allMatch(one -> one.policyHash().equals(POLICY));
  }

  @Test
  void whatIsSentToTheIntakeIsNoJsonNoNeedTooLargeOrInNoThread() {
    for (Sort sort : Sort.values()) {
      if (sort.name().endsWith("_ON_INTAKE") || sort == Sort.HUGE_PAYLOAD) {
        assertThat(unprompted(sort).topic()).as(sort.name()).isEqualTo(Topics.INTAKE);
      }
    }
    assertThat(ThreadId.parse(key(unprompted(Sort.ILLEGAL_THREAD_ON_INTAKE)))).isEmpty();
    assertThat(unprompted(Sort.HUGE_PAYLOAD).value())
        .hasSizeGreaterThan(Scenario.PAYLOAD_BYTES_MAX);
    assertThat(unprompted(Sort.TOMBSTONE).value()).isNull();
    assertThat(new String(value(unprompted(Sort.CYCLE_ON_INTAKE)), UTF_8))
        .contains("\"requires\":[\"a\"]", "\"requires\":[\"b\"]");
  }

  @Test
  void anOrphanIsAVerifiersGenuineVoteOnACommitThatNobodyMade() {
    Envelope orphan = genuine(unprompted(Sort.ORPHAN));
    Attest vote = Attest.parse(orphan.payload());
    assertThat(orphan.parents()).containsExactly(vote.target());
    assertThat(orphan.sender()).isEqualTo(publicKey(Names.verifier(VERIFIERS)));
    Envelope another = genuine(adversary.unprompted(new Attack(8, 0, Sort.ORPHAN)));
    assertThat(another.parents()).doesNotContainAnyElementsOf(orphan.parents());
  }

  @ParameterizedTest
  @EnumSource(
      names = {"REPLAYED_RECORD", "LATE_VOTE"},
      mode = EnumSource.Mode.EXCLUDE)
  void anAnswerIsFromAnAgentWhoMaySayItAndNamesWhatItAnswers(Sort sort) {
    if (Adversary.occasion(sort) == null) {
      return;
    }
    Envelope parent = seen(sort);
    for (Envelope answer : prompted(sort)) {
      assertThat(keyring.trust().rolesOf(answer.sender()))
          .isNotEmpty()
          .allMatch(role -> Chain.of(answer.verb()).saidBy().contains(role));
      assertThat(answer.parents()).containsExactly(parent.id());
      assertThat(answer.needId()).isEqualTo(new NeedId(need.id()));
      assertThat(answer.threadId()).isEqualTo(THREAD);
      if (sort == Sort.WRONG_TIME) {
        assertThat(answer.lamport()).isGreaterThan(parent.lamport() + 1);
      } else {
        assertThat(answer.lamport()).isEqualTo(parent.lamport() + 1);
      }
    }
  }

  @Test
  void whoeverHasNoStolenKeySignsWithAKeyThatNoProcessHas() {
    Set<PublicKey> honest = Set.copyOf(Names.core().stream().map(this::publicKey).toList());
    for (Sort sort : Sort.values()) {
      if (Adversary.occasion(sort) != null && sort != Sort.REPLAYED_RECORD) {
        assertThat(prompted(sort))
            .as(sort.name())
            .allMatch(answer -> honest.contains(answer.sender()) == sort.needsStolenKey());
      }
    }
  }

  @Test
  void claimsTheFirstTaskOfTheDecidedPlanWithATokenOfItsChoice() {
    String task = EnvelopeIds.taskId(propose.id(), 0);
    for (Sort sort : List.of(Sort.IDLE_CLAIM, Sort.SECOND_CLAIM)) {
      assertThat(prompted(sort))
          .extracting(one -> Lease.parse(one.payload()))
          .containsExactly(new Lease(task, 1, 1));
    }
    Lease huge = Lease.parse(prompted(Sort.HUGE_TOKEN).get(0).payload());
    assertThat(huge.taskId()).isEqualTo(task);
    assertThat(huge.token()).isGreaterThan(1L << 40);
  }

  @Test
  void commitsOtherWorkUnderTheLeaseOfTheClaim() {
    Commit stolen = Commit.parse(prompted(Sort.STOLEN_COMMIT).get(0).payload());
    assertThat(new Lease(stolen.taskId(), stolen.attempt(), stolen.token()))
        .isEqualTo(Lease.parse(claim.payload()));
    assertThat(stolen.artifact()).isNotEqualTo(ARTIFACT);
  }

  @Test
  void oneVerifierVotesBothWaysOnTheSameCommit() {
    List<Envelope> votes = prompted(Sort.EQUIVOCATION);
    assertThat(votes)
        .extracting(one -> Attest.parse(one.payload()))
        .allMatch(vote -> vote.target().equals(commit.id()))
        .allMatch(vote -> new Attest.Work(TASK, 2, ARTIFACT).equals(vote.work()))
        .extracting(Attest::accept)
        .containsExactlyInAnyOrder(true, false);
    assertThat(votes).allMatch(one -> one.sender().equals(publicKey(Names.verifier(VERIFIERS))));
  }

  @Test
  void aLateVoteIsTheOppositeOfTheOneThatItSawByAnotherVerifier() {
    Envelope late = prompted(Sort.LATE_VOTE).get(0);
    Attest vote = Attest.parse(late.payload());
    assertThat(vote.target()).isEqualTo(commit.id());
    assertThat(vote.accept()).isFalse();
    assertThat(late.sender()).isEqualTo(publicKey(Names.verifier(VERIFIERS)));
    assertThat(late.parents()).isEqualTo(attest.parents());
    assertThat(late.lamport()).isEqualTo(attest.lamport());
  }

  @Test
  void aReplayedRecordIsTheSameToTheByte() {
    OutgoingRecord again = adversary.prompted(Sort.REPLAYED_RECORD, propose).get(0);
    assertThat(again.topic()).isEqualTo(Verb.PROPOSE.topic());
    assertThat(key(again)).isEqualTo(THREAD.text());
    assertThat(again.value()).isEqualTo(propose.bytes());
  }

  @Test
  void aStolenKeySaysWhatDoesNotFollow() {
    assertThat(prompted(Sort.FORGED_DECIDE))
        .extracting(one -> Decide.parse(one.payload()).k())
        .doesNotHaveDuplicates()
        .hasSize(2);
    Release release = Release.parse(prompted(Sort.FORGED_RELEASE).get(0).payload());
    assertThat(List.of(release.attempt(), release.token())).isEqualTo(List.of(3, 6L));
    Finalize end = Finalize.parse(prompted(Sort.FORGED_FINALIZE).get(0).payload());
    assertThat(end.outcome()).isEqualTo(Finalize.Outcome.ACCEPTED);
    assertThat(end.results()).extracting(Finalize.Result::artifact).doesNotContain(ARTIFACT);
  }

  @ParameterizedTest
  @EnumSource(names = {"OTHER_PLAN", "WRONG_TIME"})
  void aDishonestPlannersPlanHasATaskOfAKnownType(Sort sort) {
    assertThat(Propose.parse(prompted(sort).get(0).payload()).plan())
        .extracting(PlanTask::taskType)
        .singleElement()
        .isIn(SimTasks.DIGEST, SimTasks.CHECKED);
  }
}
