package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Durable timers while clocks jump, the processes' and the store's, back and ahead, at any moment:
 * a NEED may end early or late, never twice, and it does end.
 */
class JumpingClockTest {
  private static final long JUMP_MILLIS_MAX = 100_000;
  private static final int JUMPS = 12;

  /** Virtual time starts in 1970, and no clock may show a time before that. */
  private static final long AD_2001_MILLIS = 1_000_000_000_000L;

  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be or not to be\"}}";

  @Property(tries = 20)
  void everyNeedEndsOnceHoweverClocksJump(@ForAll long seed) {
    Random random = new Random(seed);
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    Disposable.Composite running = Disposables.composite();
    try {
      MemorySwarm swarm = new MemorySwarm(time, random.nextInt(2), 1 + random.nextInt(2));
      swarm.skewMillis.set(AD_2001_MILLIS);
      swarm.storeSkewMillis.set(AD_2001_MILLIS);
      running.add(swarm.process("some", rolesWithout(random)).run().subscribe());
      running.add(swarm.process("coordinator", List.of(RoleName.COORDINATOR)).run().subscribe());
      int needs = 1 + random.nextInt(3);
      for (int i = 0; i < needs; i++) {
        swarm.intake("t" + i, i == 2 ? "{\"task_type\":\"no.such\",\"input\":1}" : WORDS);
        jump(swarm, random);
        time.advanceTimeBy(Duration.ofMillis(random.nextInt(2_000)));
      }
      for (int i = 0; i < JUMPS; i++) {
        jump(swarm, random);
        time.advanceTimeBy(Duration.ofMillis(random.nextInt(15_000)));
      }
      swarm.skewMillis.set(AD_2001_MILLIS);
      swarm.storeSkewMillis.set(AD_2001_MILLIS);
      // The longest that a clock was ahead, and the longest that a NEED may take from there.
      time.advanceTimeBy(Duration.ofMillis(2 * JUMP_MILLIS_MAX + 60_000));
      assertThatEachEndedOnce(swarm, needs);
    } finally {
      running.dispose();
      time.dispose();
    }
  }

  /** All roles, or all but one without which nothing gets on until a timer runs out. */
  private static List<RoleName> rolesWithout(Random random) {
    List<RoleName> roles = new ArrayList<>(MemorySwarm.ALL_ROLES);
    List<RoleName> dispensable =
        List.of(RoleName.PLANNER, RoleName.WORKER, RoleName.VERIFIER, RoleName.NODE);
    roles.remove(dispensable.get(random.nextInt(dispensable.size())));
    return roles;
  }

  private static void jump(MemorySwarm swarm, Random random) {
    if (random.nextBoolean()) {
      swarm.skewMillis.set(AD_2001_MILLIS + random.nextLong(-JUMP_MILLIS_MAX, JUMP_MILLIS_MAX));
    }
    if (random.nextBoolean()) {
      swarm.storeSkewMillis.set(
          AD_2001_MILLIS + random.nextLong(-JUMP_MILLIS_MAX, JUMP_MILLIS_MAX));
    }
  }

  private static void assertThatEachEndedOnce(MemorySwarm swarm, int needs) {
    for (String topic : List.of("swarm.decide", "swarm.finalize")) {
      Map<String, Envelope> byNeed = new HashMap<>();
      for (Envelope envelope : swarm.on(topic)) {
        Envelope first = byNeed.putIfAbsent(envelope.need().text(), envelope);
        assertThat(first == null ? envelope : first).isEqualTo(envelope);
      }
      assertThat(byNeed).hasSizeLessThanOrEqualTo(needs);
      if (topic.equals("swarm.finalize")) {
        assertThat(byNeed).hasSize(needs);
      }
    }
    assertThat(swarm.broker.records(Topics.DEAD_LETTERS)).isEmpty();
    List<OpenNeed> open =
        swarm
            .store
            .due(List.of(0, 1, 2, 3), Long.MAX_VALUE, 100)
            .collectList()
            .blockOptional()
            .orElseThrow();
    assertThat(open).isEmpty();
  }
}
