package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The calls of the chain, over ports in memory, on virtual time. */
class StageMeterTest {
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be or not to be\"}}";

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Disposable.Composite running = Disposables.composite();
  private final MemorySwarm swarm = new MemorySwarm(time);
  private final Told told = new Told();

  /** Keeps all. */
  private static final class Told implements StageMeter {
    private final List<Verb> stored = new ArrayList<>();
    private final List<Boolean> votes = new ArrayList<>();
    private final List<Reason> refused = new ArrayList<>();
    private final List<Long> took = new ArrayList<>();
    private final TreeSet<String> entered = new TreeSet<>();
    private final TreeSet<String> passed = new TreeSet<>();

    @Override
    public void entered(int lane, StageName stage) {
      entered.add(lane + " " + stage);
    }

    @Override
    public void passed(int lane, StageName stage, int inputs, long nanos) {
      passed.add(lane + " " + stage);
    }

    @Override
    public void stored(Verb verb, Payload payload, boolean contradicts, long sinceNeedMillis) {
      stored.add(verb);
      if (payload instanceof Attest vote) {
        votes.add(vote.accept());
      }
      if (verb == Verb.FINALIZE) {
        took.add(sinceNeedMillis);
      } else {
        assertThat(sinceNeedMillis).isEqualTo(-1);
      }
    }

    @Override
    public void deadLettered(Reason reason) {
      refused.add(reason);
    }
  }

  @AfterEach
  void stop() {
    running.dispose();
    time.dispose();
  }

  @Test
  void eachMessageIsReportedOnceForAllProcesses() {
    swarm.meter = told;
    List<RoleName> others = new ArrayList<>(MemorySwarm.ALL_ROLES);
    others.remove(RoleName.VERIFIER);
    running.add(swarm.process("others", others).run().subscribe());
    running.add(swarm.process("verifiers", List.of(RoleName.VERIFIER)).run().subscribe());
    swarm.intake("t", WORDS);
    time.advanceTimeBy(Duration.ofSeconds(2));

    assertThat(told.stored)
        .containsExactlyInAnyOrder(
            Verb.NEED,
            Verb.PROPOSE,
            Verb.DECIDE,
            Verb.CLAIM,
            Verb.COMMIT,
            Verb.ATTEST,
            Verb.ATTEST,
            Verb.FINALIZE);
    assertThat(told.votes).containsExactly(true, true);
    assertThat(told.took).singleElement().satisfies(ms -> assertThat(ms).isBetween(0L, 2_000L));
    assertThat(told.refused).isEmpty();
  }

  @Test
  void aRefusedRecordIsReportedOnceWithItsReason() {
    swarm.meter = told;
    running.add(swarm.process("all").run().subscribe());
    running.add(swarm.process("other", List.of(RoleName.VERIFIER)).run().subscribe());
    swarm.intake("t", "not json");
    time.advanceTimeBy(Duration.ofSeconds(1));

    assertThat(told.refused).containsExactly(Reason.MALFORMED_JSON);
    assertThat(told.stored).isEmpty();
  }

  @Test
  void everyStageThatATurnEntersIsLeft() {
    swarm.meter = told;
    running.add(swarm.process("all").run().subscribe());
    swarm.intake("t", WORDS);
    time.advanceTimeBy(Duration.ofSeconds(1));

    assertThat(told.passed).isEqualTo(told.entered);
    assertThat(told.passed.stream().map(name -> StageName.valueOf(name.split(" ")[1])).distinct())
        .containsExactlyInAnyOrder(StageName.values());
  }
}
