package dev.canswarm.simulation.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.RetryableException;
import dev.canswarm.simulation.scenario.Fault;
import dev.canswarm.simulation.scenario.Server;
import dev.canswarm.simulation.time.EventLoop;
import dev.canswarm.simulation.time.Incarnation;
import dev.canswarm.simulation.time.SeededRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class LinkTest {
  private static final int NODE = 3;
  private static final int SEEDS = 64;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private EventLoop loop = new EventLoop(new SeededRandom(1));
  private Incarnation incarnation = new Incarnation(loop);
  private final ActiveFaults faults = new ActiveFaults();
  private final List<String> heard = new ArrayList<>();
  private int effects;
  private int deaths;

  private Link link(long seed) {
    loop = new EventLoop(new SeededRandom(seed));
    incarnation = new Incarnation(loop);
    heard.clear();
    effects = 0;
    return new Link(loop, incarnation, faults, new SeededRandom(seed), NODE, this::die);
  }

  private void die() {
    deaths++;
    incarnation.end();
  }

  private void hear(Mono<?> response) {
    response.subscribe(
        value -> heard.add("value " + value),
        failure ->
            heard.add(
                failure instanceof RetryableException
                    ? "retry"
                    : String.valueOf(failure.getMessage())),
        () -> heard.add("done"));
  }

  private Mono<Integer> effect() {
    return Mono.fromCallable(() -> ++effects);
  }

  private void runAll() {
    boolean more = true;
    while (more) {
      more = loop.step();
    }
  }

  @Test
  void aCallTakesEffectLaterAndIsAnsweredLaterStill() {
    hear(link(1).call(Server.POSTGRES, this::effect));
    assertThat(effects).isZero();
    loop.step();
    assertThat(effects).isEqualTo(1);
    assertThat(heard).isEmpty();
    long effectNanos = loop.nowNanos();
    assertThat(effectNanos).isPositive();
    runAll();
    assertThat(heard).containsExactly("value 1", "done");
    assertThat(loop.nowNanos()).isGreaterThan(effectNanos);
  }

  @Test
  void anEmptyAnswerAndAnErrorOfTheServerArriveAsTheyAre() {
    hear(link(1).call(Server.POSTGRES, Mono::empty));
    runAll();
    assertThat(heard).containsExactly("done");
    hear(
        link(1)
            .call(Server.POSTGRES, () -> Mono.error(new IllegalStateException("the server says"))));
    runAll();
    assertThat(heard).containsExactly("the server says");
  }

  @Test
  void aCallOfAProcessThatCrashesMeanwhileTakesEffectAndIsNotAnswered() {
    hear(link(1).call(Server.POSTGRES, this::effect));
    incarnation.end();
    runAll();
    assertThat(effects).isEqualTo(1);
    assertThat(heard).isEmpty();
  }

  @Test
  void aPausedProcessHearsTheAnswerWhenItGoesOn() {
    hear(link(1).call(Server.POSTGRES, this::effect));
    incarnation.pause();
    runAll();
    assertThat(heard).isEmpty();
    incarnation.resume();
    runAll();
    assertThat(heard).containsExactly("value 1", "done");
  }

  @Test
  void aProcessThatIsOverCallsNobody() {
    Link link = link(1);
    incarnation.end();
    hear(link.call(Server.POSTGRES, this::effect));
    hear(link.local(Server.AUDIT, () -> effects++));
    runAll();
    assertThat(effects).isZero();
    assertThat(heard).isEmpty();
  }

  @Test
  void aCutProcessAlwaysFailsRetryablyAndOnlySometimesWithoutEffect() {
    faults.begin(new Fault.Cut(0, NODE, Server.POSTGRES, 10));
    Set<Integer> seen = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      hear(link(seed).call(Server.POSTGRES, this::effect));
      runAll();
      assertThat(heard).containsExactly("retry");
      seen.add(effects);
    }
    assertThat(seen).containsExactlyInAnyOrder(0, 1);
    assertThat(faults.struck()).containsEntry("cut", (long) SEEDS);
  }

  @Test
  void aCutConcernsOneProcessAndOneServerWhileItLasts() {
    Fault.Cut ofAnother = new Fault.Cut(0, NODE + 1, Server.POSTGRES, 10);
    Fault.Cut fromAnother = new Fault.Cut(0, NODE, Server.REDIS, 10);
    Fault.Cut over = new Fault.Cut(0, NODE, Server.POSTGRES, 10);
    List.of(ofAnother, fromAnother, over).forEach(faults::begin);
    faults.end(over);
    for (int seed = 0; seed < SEEDS; seed++) {
      hear(link(seed).call(Server.POSTGRES, this::effect));
      runAll();
      assertThat(heard).containsExactly("value 1", "done");
    }
    assertThat(faults.struck()).containsEntry("cut", 0L);
  }

  @Test
  void aFailingServerFailsInItsShareOfTheCallsOnly() {
    faults.begin(new Fault.Failing(0, Server.POSTGRES, 500, 10));
    int failed = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      hear(link(seed).call(Server.POSTGRES, this::effect));
      runAll();
      failed += heard.contains("retry") ? 1 : 0;
    }
    assertThat(failed).isBetween(SEEDS / 4, SEEDS * 3 / 4);
    assertThat(faults.struck()).containsEntry("failing", (long) failed);
    hear(link(1).call(Server.REDIS, this::effect));
    runAll();
    assertThat(heard).containsExactly("value 1", "done");
  }

  @Test
  void aSlowServerAnswersLaterThanAnyOther() {
    for (int seed = 0; seed < SEEDS; seed++) {
      hear(link(seed).call(Server.POSTGRES, this::effect));
      runAll();
      assertThat(loop.nowNanos()).isLessThan(2 * NANOS_PER_MILLI);
    }
    faults.begin(new Fault.Slow(0, Server.POSTGRES, 5_000, 10));
    long slowest = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      hear(link(seed).call(Server.POSTGRES, this::effect));
      runAll();
      assertThat(heard).containsExactly("value 1", "done");
      slowest = Math.max(slowest, loop.nowMillis());
    }
    assertThat(slowest).isBetween(1_000L, 10_002L);
  }

  @Test
  void anArmedCrashLetsItsNumberOfCallsPassAndStrikesTheNext() {
    Set<Integer> seen = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      Link link = link(seed);
      deaths = 0;
      link.arm(new Fault.Crash(0, NODE, 2, 100));
      for (int call = 0; call < 2; call++) {
        hear(link.call(Server.POSTGRES, this::effect));
        runAll();
      }
      assertThat(heard).containsExactly("value 1", "done", "value 2", "done");
      assertThat(deaths).isZero();
      hear(link.call(Server.POSTGRES, this::effect));
      assertThat(deaths).isEqualTo(1);
      runAll();
      assertThat(heard).as("a dead process hears nothing").hasSize(4);
      seen.add(effects);
    }
    assertThat(seen).as("the call may still reach the server").containsExactlyInAnyOrder(2, 3);
    assertThat(faults.struck()).containsEntry("crash", (long) SEEDS);
  }

  @Test
  void whatHappensOnTheProcessesOwnMachineDiesWithIt() {
    hear(link(1).local(Server.AUDIT, () -> effects++));
    incarnation.end();
    runAll();
    assertThat(effects).isZero();
    hear(link(1).local(Server.AUDIT, () -> effects++));
    runAll();
    assertThat(effects).isEqualTo(1);
    assertThat(heard).containsExactly("done");
  }

  @Test
  void theCallerMayDecideThatACallFailsAndWhetherItTookEffect() {
    hear(link(1).callThat(Server.KAFKA, true, false, this::effect));
    runAll();
    assertThat(heard).containsExactly("retry");
    assertThat(effects).isZero();
    hear(link(1).callThat(Server.KAFKA, true, true, this::effect));
    runAll();
    assertThat(heard).containsExactly("retry");
    assertThat(effects).isEqualTo(1);
    hear(link(1).callThat(Server.KAFKA, false, true, this::effect));
    runAll();
    assertThat(heard).containsExactly("value 1", "done");
  }
}
