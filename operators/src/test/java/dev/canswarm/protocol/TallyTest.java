package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Which votes count. */
class TallyTest {
  private final PureSwarm swarm = new PureSwarm(2, 1, 5, true);
  private final Message commit = swarm.commit(PureSwarm.ARTIFACT);
  private final List<PublicKey> pinned = swarm.rules.trust().verifiers();

  private Tally tally() {
    return Tally.of(swarm.view(), commit, pinned);
  }

  @Property(tries = 50)
  void everyPlainVoteCountsOnce(@ForAll boolean first, @ForAll boolean second) {
    var fresh = new TallyTest();
    fresh.swarm.cast(fresh.swarm.verifiers.get(0), fresh.commit, first);
    fresh.swarm.cast(fresh.swarm.verifiers.get(0), fresh.commit, first);
    fresh.swarm.cast(fresh.swarm.verifiers.get(1), fresh.commit, second);

    Tally tally = fresh.tally();
    int accepts = (first ? 1 : 0) + (second ? 1 : 0);
    assertThat(tally.accepts()).hasSize(accepts).doesNotHaveDuplicates();
    assertThat(tally.rejects()).hasSize(2 - accepts).doesNotHaveDuplicates();
    assertThat(tally.counted()).hasSize(2);
  }

  @Example
  void theWorkersOwnVoteNeverCounts() {
    assertThat(pinned).contains(swarm.worker.key());
    swarm.cast(swarm.worker, commit, true);
    assertThat(tally().counted()).isEmpty();
  }

  @Example
  void whoSaidBothCountsForNeither() {
    swarm.cast(swarm.verifiers.get(0), commit, true);
    assertThat(tally().accepts()).hasSize(1);
    swarm.cast(swarm.verifiers.get(0), commit, false);
    assertThat(tally().counted()).isEmpty();
    assertThat(tally().voters()).isEmpty();
  }

  @Example
  void aStrangerNeverCounts() {
    Agent stranger = swarm.agent("stranger", RoleName.VERIFIER, new TreeMap<>());
    swarm.cast(stranger, commit, true);
    assertThat(tally().counted()).isEmpty();
  }

  @Example
  void aVoteAboutOtherWorkDoesNotCount() {
    Commit work = commit.as(Commit.class);
    TaskId other = new TaskId(Sha256.hex("other".getBytes(StandardCharsets.UTF_8)));
    List<Attest.Work> wrong =
        List.of(
            new Attest.Work(other, work.attempt(), work.artifact()),
            new Attest.Work(work.taskId(), work.attempt() + 1, work.artifact()),
            new Attest.Work(work.taskId(), work.attempt(), other.text()));
    for (int i = 0; i < wrong.size(); i++) {
      Agent voter = swarm.verifiers.get(i);
      swarm.put(
          Slot.attest(commit.id(), voter.key()), swarm.vote(voter, commit, true, wrong.get(i)));
    }
    assertThat(tally().counted()).isEmpty();
  }

  @Property(tries = 200)
  void anAcceptanceNeedsKMoreThanTheRejects(
      @ForAll("small") int accepts, @ForAll("small") int rejects, @ForAll("small") int k) {
    Tally tally = new Tally(ids(accepts), ids(rejects), List.of());
    assertThat(tally.verified(k + 1)).isEqualTo(accepts - rejects >= k + 1);
    assertThat(tally.rejected(k + 1)).isEqualTo(rejects >= k + 1);
  }

  @net.jqwik.api.Provide
  net.jqwik.api.Arbitrary<Integer> small() {
    return net.jqwik.api.Arbitraries.integers().between(0, 6);
  }

  private static List<EnvelopeId> ids(int count) {
    List<EnvelopeId> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(new EnvelopeId("id " + i));
    }
    return ids;
  }
}
