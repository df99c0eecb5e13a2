package dev.canswarm.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Lease;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Votes are counted again, and only honest ones on the COMMIT that ended its lease. */
class VotesTest {
  private static final String NEED = "d".repeat(64);
  private static final TaskId TASK = new TaskId("a".repeat(64));
  private static final String ARTIFACT = "e".repeat(64);
  private static final EnvelopeCodec CODEC =
      new EnvelopeCodec("sim", Engines.portable(), EnvelopeLimits.DEFAULT);

  private final Map<String, Set<RoleName>> roles = new TreeMap<>();
  private final ObservedState observed = new ObservedState();
  private final List<Invariant> broken = new ArrayList<>();
  private final Votes votes =
      new Votes(
          observed,
          new CheckParameters(2, 8, 64, roles),
          (invariant, what) -> broken.add(invariant));
  private final Envelope claim =
      stored("worker", Verb.CLAIM, new Lease(TASK, 1, 1).toJson(), "CLAIM/" + TASK + "/1");
  private final Envelope commit =
      stored(
          "worker",
          Verb.COMMIT,
          new Commit(TASK, 1, 1, ARTIFACT, List.of()).toJson(),
          "END/" + TASK + "/1",
          claim);

  VotesTest() {
    for (int i = 1; i <= 4; i++) {
      roles.put(key("verifier-" + i).publicKey().base64(), EnumSet.of(RoleName.VERIFIER));
    }
    roles.put(key("worker").publicKey().base64(), EnumSet.of(RoleName.WORKER));
  }

  private static SigningKey key(String name) {
    return Engines.portable().signingKey(Sha256.hash(name.getBytes(StandardCharsets.UTF_8)));
  }

  private Envelope stored(
      String agent, Verb verb, JsonObject payload, String slot, Envelope... parents) {
    Envelope envelope =
        CODEC.sign(
            Draft.builder(verb, new ThreadId("t"))
                .need(new NeedId(NEED))
                .lamport(1 + Arrays.stream(parents).mapToLong(Envelope::lamport).max().orElse(0))
                .parents(Arrays.stream(parents).map(Envelope::id).toList())
                .policyHash("c".repeat(64))
                .payload(payload)
                .build(),
            key(agent),
            1);
    SlotRow row =
        SlotRow.at(NEED, slot)
            .id(envelope.id().text())
            .need(new NeedId(NEED), new ThreadId("t"))
            .kind(verb.name())
            .bytes(envelope.bytes())
            .build();
    observed.first(row);
    observed.stored(row, Objects.requireNonNull(ObservedEnvelope.of(envelope.bytes())));
    return envelope;
  }

  private Envelope vote(String verifier, boolean accept) {
    Attest vote = new Attest(commit.id(), accept, new Attest.Work(TASK, 1, ARTIFACT), null);
    return stored(
        verifier, Verb.ATTEST, vote.toJson(), "ATTEST/" + commit.id() + "/" + verifier, commit);
  }

  private void judge(boolean verified, Envelope... counted) {
    Verdict verdict =
        new Verdict(
            TASK,
            1,
            verified,
            Arrays.stream(counted).map(Envelope::id).toList(),
            Verdict.Cause.VOTES);
    votes.judged(
        SlotRow.at(NEED, "VERDICT/" + TASK + "/1")
            .need(new NeedId(NEED), new ThreadId("t"))
            .kind(SlotRow.VERDICT)
            .bytes(verdict.toBytes())
            .build());
  }

  @Test
  void enoughVotesOfDistinctVerifiersBreakNothing() {
    judge(true, vote("verifier-1", true), vote("verifier-2", true));
    assertThat(broken).isEmpty();
  }

  @Test
  void oneVoteTooFewIsP3() {
    judge(true, vote("verifier-1", true));
    assertThat(broken).containsExactly(Invariant.P3);
  }

  @Test
  void aRejectionTakesOneMoreAcceptance() {
    Envelope first = vote("verifier-1", true);
    Envelope second = vote("verifier-2", true);
    Envelope against = vote("verifier-3", false);
    judge(true, first, second, against);
    assertThat(broken).containsExactly(Invariant.P3);
    broken.clear();
    judge(true, first, second, against, vote("verifier-4", true));
    assertThat(broken).isEmpty();
  }

  @Test
  void theWorkersOwnVoteDoesNotCount() {
    judge(true, vote("verifier-1", true), vote("worker", true));
    assertThat(broken).containsExactly(Invariant.P3);
  }

  @Test
  void aStrangersVoteDoesNotCount() {
    judge(true, vote("verifier-1", true), vote("stranger", true));
    assertThat(broken).containsExactly(Invariant.P3);
  }

  @Test
  void aSecondVoteOfTheSameVerifierDoesNotCount() {
    Attest again =
        new Attest(commit.id(), true, new Attest.Work(TASK, 1, ARTIFACT), JsonObject.empty());
    judge(
        true,
        vote("verifier-1", true),
        stored("verifier-1", Verb.ATTEST, again.toJson(), "a second slot", commit));
    assertThat(broken).containsExactly(Invariant.P3);
  }

  @Test
  void aRejectionNeedsItsVotesToo() {
    Envelope against = vote("verifier-1", false);
    judge(false, against);
    assertThat(broken).as("two can no longer accept it").isEmpty();
    judge(false, vote("verifier-2", true), vote("verifier-3", true));
    assertThat(broken).containsExactly(Invariant.P3);
  }

  @Test
  void anEndByWhoHoldsTheLeaseBreaksNothing() {
    votes.ended(Objects.requireNonNull(observed.stored(commit.id().text())));
    assertThat(broken).isEmpty();
  }

  @Test
  void anEndByAnybodyElseIsP4() {
    Envelope other =
        stored(
            "verifier-1",
            Verb.COMMIT,
            new Commit(TASK, 1, 1, ARTIFACT, List.of()).toJson(),
            "other",
            claim);
    votes.ended(Objects.requireNonNull(observed.stored(other.id().text())));
    assertThat(broken).containsExactly(Invariant.P4);
  }

  @Test
  void aVoteOnACommitThatEndedNoLeaseIsP4() {
    Envelope late =
        stored(
            "worker",
            Verb.COMMIT,
            new Commit(TASK, 1, 2, ARTIFACT, List.of()).toJson(),
            "nowhere",
            claim);
    Attest vote = new Attest(late.id(), true, new Attest.Work(TASK, 1, ARTIFACT), null);
    Envelope onIt = stored("verifier-1", Verb.ATTEST, vote.toJson(), "a vote", late);
    votes.voted(Objects.requireNonNull(observed.stored(onIt.id().text())));
    assertThat(broken).containsExactly(Invariant.P4);
    broken.clear();
    votes.voted(Objects.requireNonNull(observed.stored(vote("verifier-2", true).id().text())));
    assertThat(broken).isEmpty();
  }

  @Test
  void aNeedMayAskForMoreVotesWithinTheBound() {
    assertThat(votes.k(NEED)).isEqualTo(2);
    assertThat(votes.k(asking(5).id().text())).isEqualTo(5);
    assertThat(votes.k(asking(1).id().text())).isEqualTo(2);
    assertThat(votes.k(asking(50).id().text())).isEqualTo(8);
  }

  private Envelope asking(int k) {
    JsonObject payload = JsonObject.builder().put("task_type", "a").put("k", k).build();
    Envelope need =
        CODEC.sign(
            Draft.need(new ThreadId("t"), "asks " + k, "c".repeat(64), payload), key("client"), 1);
    SlotRow row =
        SlotRow.at("t", "NEED/" + need.id()).id(need.id().text()).bytes(need.bytes()).build();
    observed.stored(row, Objects.requireNonNull(ObservedEnvelope.of(need.bytes())));
    return need;
  }
}
