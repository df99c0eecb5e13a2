package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * P3: with f verifiers dishonest or silent, K &gt; f, and N ≥ K + 2f of them besides the worker, a
 * wrong result cannot pass and a right one cannot be stopped; in whatever order votes, deadlines
 * and reactions come.
 */
class ChallengeSafetyTest {
  private static final String WRONG = Sha256.hex("wrong".getBytes(StandardCharsets.UTF_8));

  /** Far more than a NEED with a handful of verifiers takes. */
  private static final int STEPS_MAX = 500;

  @Property(tries = 150)
  void aWrongResultIsNeverAccepted(
      @ForAll @IntRange(min = 0, max = 3) int f,
      @ForAll @IntRange(min = 1, max = 3) int kAboveF,
      @ForAll @IntRange(min = 0, max = 2) int spare,
      @ForAll boolean workerVerifies,
      @ForAll Random random) {
    Outcome outcome = new Run(f, f + kAboveF, spare, workerVerifies, false, random).outcome();
    assertThat(outcome).isEqualTo(Outcome.REJECTED);
  }

  @Property(tries = 150)
  void aRightResultIsNeverStopped(
      @ForAll @IntRange(min = 0, max = 3) int f,
      @ForAll @IntRange(min = 1, max = 3) int kAboveF,
      @ForAll @IntRange(min = 0, max = 2) int spare,
      @ForAll boolean workerVerifies,
      @ForAll Random random) {
    Run run = new Run(f, f + kAboveF, spare, workerVerifies, true, random);
    assertThat(run.outcome()).isEqualTo(Outcome.ACCEPTED);
    run.assertThatEnoughVotesAreParents();
  }

  /** Without the bound the same adversary does win, so the property is about the bound. */
  @Property(tries = 30)
  void asManyLiarsAsKCanGetAWrongResultAccepted(@ForAll Random random) {
    Run run = new Run(2, 2, 0, false, false, random);
    run.liarsSpeakFirst();
    assertThat(run.outcome()).isEqualTo(Outcome.ACCEPTED);
  }

  /** One attempt at one task. */
  private static final class Run {
    private final PureSwarm swarm;
    private final int k;
    private final boolean right;
    private final Random random;
    private final Message commit;
    private final List<Agent> dishonest;
    private final Set<PublicKey> dishonestKeys = new HashSet<>();

    Run(int f, int k, int spare, boolean workerVerifies, boolean right, Random random) {
      this.swarm = new PureSwarm(k, 1, k + 2 * f + spare, workerVerifies);
      this.k = k;
      this.right = right;
      this.random = random;
      List<Agent> shuffled = new ArrayList<>(swarm.verifiers);
      Collections.shuffle(shuffled, random);
      this.dishonest = shuffled.subList(0, f);
      dishonest.forEach(agent -> dishonestKeys.add(agent.key()));
      this.commit = swarm.commit(right ? PureSwarm.ARTIFACT : WRONG);
      if (workerVerifies && random.nextBoolean()) {
        swarm.cast(swarm.worker, commit, true);
      }
    }

    void liarsSpeakFirst() {
      dishonest.forEach(liar -> swarm.cast(liar, commit, !right));
      swarm.apply(swarm.coordinator.react(swarm.view(), Deadlines.none()));
    }

    /** Steps in an order that is drawn; time runs out only once the honest have answered. */
    Outcome outcome() {
      for (int step = 0; step < STEPS_MAX; step++) {
        List<Agent> honest = honestToAnswer();
        int draw = random.nextInt(4);
        if (draw == 0 && !dishonest.isEmpty()) {
          misbehave(dishonest.get(random.nextInt(dishonest.size())));
        } else if (draw <= 2 && !honest.isEmpty()) {
          swarm.cast(honest.get(random.nextInt(honest.size())), commit, right);
        } else {
          Deadlines deadlines = honest.isEmpty() ? Deadlines.only(Timer.SILENCE) : Deadlines.none();
          swarm.apply(swarm.coordinator.react(swarm.view(), deadlines));
        }
        Message end = swarm.view().finalized();
        if (end != null) {
          return end.as(Finalize.class).outcome();
        }
      }
      throw new AssertionError("no end after " + STEPS_MAX + " steps");
    }

    private List<Agent> honestToAnswer() {
      return swarm.asked().stream().filter(agent -> !dishonestKeys.contains(agent.key())).toList();
    }

    /** Lies, says both, tells the truth for once, or nothing; asked or not. */
    private void misbehave(Agent liar) {
      switch (random.nextInt(4)) {
        case 0, 1 -> swarm.cast(liar, commit, !right);
        case 2 -> swarm.cast(liar, commit, right);
        default -> {
          // Silent.
        }
      }
    }

    void assertThatEnoughVotesAreParents() {
      Message end = Objects.requireNonNull(swarm.view().finalized());
      Set<PublicKey> accepting = new HashSet<>();
      int rejects = 0;
      for (EnvelopeId parent : end.envelope().parents()) {
        Message vote = Objects.requireNonNull(swarm.view().byId(parent));
        Attest attest = vote.as(Attest.class);
        assertThat(attest.target()).isEqualTo(commit.id());
        assertThat(vote.envelope().sender()).isNotEqualTo(swarm.worker.key());
        assertThat(swarm.rules.trust().verifiers()).contains(vote.envelope().sender());
        if (attest.accept()) {
          assertThat(accepting.add(vote.envelope().sender())).isTrue();
        } else {
          rejects++;
        }
      }
      assertThat(accepting).hasSizeGreaterThanOrEqualTo(k + rejects);
    }
  }
}
