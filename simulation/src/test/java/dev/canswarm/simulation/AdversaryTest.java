package dev.canswarm.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.Chain;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.simulation.scenario.Attack;
import dev.canswarm.simulation.scenario.Attack.Sort;
import dev.canswarm.simulation.scenario.Names;
import dev.canswarm.simulation.scenario.Scenario;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdversaryTest {
  private final AttackedChain chain = new AttackedChain();

  @ParameterizedTest
  @EnumSource(Sort.class)
  void everySortEitherAnswersAnEnvelopeOrNeedsNone(Sort sort) {
    if (Adversary.occasion(sort) == null) {
      assertThat(chain.unprompted(sort).topic()).isNotEmpty();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> chain.adversary.prompted(sort, chain.need));
    } else {
      assertThat(chain.adversary.prompted(sort, chain.seen(sort))).isNotEmpty();
      assertThatIllegalArgumentException().isThrownBy(() -> chain.unprompted(sort));
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
    OutgoingRecord message = chain.unprompted(sort);
    assertThat(message.topic()).isEqualTo(Verb.NEED.topic());
    assertThat(AttackedChain.key(message)).isEqualTo("m7");
    assertThatThrownBy(() -> chain.genuine(message))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(sort.reason()));
  }

  @Test
  void aGenuineEnvelopeIsOnAnotherTopicOrUnderAnotherKeyAndHasNoOtherFault() {
    OutgoingRecord misplaced = chain.unprompted(Sort.OTHER_TOPIC);
    assertThat(chain.genuine(misplaced).verb()).isEqualTo(Verb.NEED);
    assertThat(misplaced.topic()).isEqualTo(Verb.PROPOSE.topic());
    assertThat(AttackedChain.key(misplaced)).isEqualTo("m7");
    OutgoingRecord foreign = chain.unprompted(Sort.OTHER_KEY);
    assertThat(chain.genuine(foreign).threadId()).isEqualTo(new ThreadId("m7"));
    assertThat(foreign.topic()).isEqualTo(Verb.NEED.topic());
    assertThat(AttackedChain.key(foreign)).isEqualTo("not-m7");
    for (OutgoingRecord message : List.of(misplaced, foreign)) {
      assertThat(chain.genuine(message).sender()).isEqualTo(chain.publicKey(Names.CLIENT));
      assertThat(chain.genuine(message).policyHash()).isEqualTo(AttackedChain.POLICY);
    }
  }

  @Test
  void aGenuineNeedNamesAnotherPolicyOrIsFromASenderWhoMayNotSayIt() {
    Envelope other = chain.genuine(chain.unprompted(Sort.OTHER_POLICY));
    assertThat(other.policyHash()).isNotEqualTo(AttackedChain.POLICY);
    assertThat(other.sender()).isEqualTo(chain.publicKey(Names.CLIENT));
    Envelope unlisted = chain.genuine(chain.unprompted(Sort.UNLISTED_SENDER));
    assertThat(chain.keyring.trust().rolesOf(unlisted.sender())).isEmpty();
    Envelope worker = chain.genuine(chain.unprompted(Sort.SENDER_OF_ANOTHER_ROLE));
    assertThat(chain.keyring.trust().rolesOf(worker.sender()))
        .isNotEmpty()
        .doesNotContainAnyElementsOf(Chain.of(Verb.NEED).saidBy());
    assertThat(List.of(unlisted, worker))
        .allMatch(one -> one.policyHash().equals(AttackedChain.POLICY));
  }

  @Test
  void whatIsSentToTheIntakeIsNoJsonNoNeedTooLargeOrInNoThread() {
    for (Sort sort : Sort.values()) {
      if (sort.name().endsWith("_ON_INTAKE") || sort == Sort.HUGE_PAYLOAD) {
        assertThat(chain.unprompted(sort).topic()).as(sort.name()).isEqualTo(Topics.INTAKE);
      }
    }
    assertThat(ThreadId.parse(AttackedChain.key(chain.unprompted(Sort.ILLEGAL_THREAD_ON_INTAKE))))
        .isEmpty();
    assertThat(chain.unprompted(Sort.HUGE_PAYLOAD).value())
        .hasSizeGreaterThan(Scenario.PAYLOAD_BYTES_MAX);
    assertThat(chain.unprompted(Sort.TOMBSTONE).value()).isNull();
    assertThat(new String(AttackedChain.value(chain.unprompted(Sort.CYCLE_ON_INTAKE)), UTF_8))
        .contains("\"requires\":[\"a\"]", "\"requires\":[\"b\"]");
  }

  @Test
  void anOrphanIsAVerifiersGenuineVoteOnACommitThatNobodyMade() {
    Envelope orphan = chain.genuine(chain.unprompted(Sort.ORPHAN));
    Attest vote = Attest.parse(orphan.payload());
    assertThat(orphan.parents()).containsExactly(vote.target());
    assertThat(orphan.sender()).isEqualTo(chain.publicKey(Names.verifier(AttackedChain.VERIFIERS)));
    Envelope another = chain.genuine(chain.adversary.unprompted(new Attack(8, 0, Sort.ORPHAN)));
    assertThat(another.parents()).doesNotContainAnyElementsOf(orphan.parents());
  }
}
