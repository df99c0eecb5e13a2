package dev.canswarm.simulation.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.pipeline.embedded.Ports;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shell scripts in place of {@code up}, each of which has received one NEED that has not ended. */
class FaultInjectorTest {
  private static final long NOW = 100;
  private static final String WAITS = "exec sleep 60";
  private static final String ENDS_WELL = "trap 'exit 0' TERM; while :; do sleep 0.05; done";

  private final Path root;
  private final NeedLedger ledger = new NeedLedger();
  private ChaosStack stack;

  FaultInjectorTest(@TempDir Path root) {
    this.root = root;
    this.stack = stack(WAITS);
    ledger.acknowledged("chaos-1", "0/1", NOW - 1);
    ledger.acknowledged("chaos-2", "0/2", NOW - 1);
  }

  private ChaosStack stack(String joinedThen) {
    SwarmProcess owner = process("up", "chaos-1", WAITS);
    SwarmProcess joined = process("join-1", "chaos-2", joinedThen);
    stack = new ChaosStack(root.resolve("up"), new Ports(1, 2, 3, 4, 5), owner, List.of(joined));
    return stack;
  }

  private SwarmProcess process(String name, String thread, String then) {
    String script =
        "mkdir -p %s/audit; echo '{\"thread_id\":\"%s\"}' >> %s/audit/1.jsonl; echo ready x; %s"
            .formatted(name, thread, name, then);
    return new SwarmProcess(
        name, root, List.of("/bin/sh", "-c", script), Map.of("PATH", "/usr/bin:/bin"));
  }

  @AfterEach
  void stop() throws Exception {
    stack.close();
  }

  /** Starts the stack, and an injector whose first fault is that one. */
  private FaultInjector injector(ChaosFault first) throws Exception {
    for (SwarmProcess process : stack.all()) {
      process.start();
      process.awaitReady();
    }
    long seed =
        LongStream.range(0, 10_000)
            .filter(one -> new FaultOrder(new SplittableRandom(one)).next() == first)
            .findFirst()
            .orElseThrow();
    return new FaultInjector(stack, ledger, new SplittableRandom(seed), () -> NOW);
  }

  private static long pid(SwarmProcess process) {
    return process.handle().orElseThrow().pid();
  }

  private SwarmProcess joined() {
    return stack.joined().get(0);
  }

  @Test
  void aKilledProcessStartsAgainAndItsKillKnowsWhatItHit() throws Exception {
    FaultInjector injector = injector(ChaosFault.PIPELINE_KILLED);
    long before = pid(joined());
    long owner = pid(stack.owner());
    assertThat(injector.next()).isEqualTo(ChaosFault.PIPELINE_KILLED);
    joined().awaitReady();
    assertThat(pid(joined())).isNotEqualTo(before);
    assertThat(pid(stack.owner())).isEqualTo(owner);
    assertThat(injector.kills()).hasSize(1);
    Kill kill = injector.kills().get(0);
    assertThat(kill.taken()).containsExactly("chaos-2");
    assertThat(kill.inFlight(ledger)).isEqualTo(1);
    assertThat(injector.counts()).isEqualTo(Map.of(ChaosFault.PIPELINE_KILLED, 1));
    assertThat(injector.unexpectedEnds()).isEmpty();
  }

  @Test
  void aProcessThatLeavesIsNoKillAndMustEndWithTheStatusOfTerm() throws Exception {
    FaultInjector well = injector(ChaosFault.PIPELINE_LEFT);
    well.next();
    assertThat(well.kills()).isEmpty();
    assertThat(well.unexpectedEnds()).isEmpty();
    assertThat(joined().alive()).isTrue();
    stack.close();
    stack(ENDS_WELL);
    FaultInjector other = injector(ChaosFault.PIPELINE_LEFT);
    other.next();
    assertThat(other.unexpectedEnds())
        .singleElement()
        .asString()
        .startsWith("join-1 ended with status 0 after TERM, expected 143");
    assertThat(joined().alive()).isTrue();
  }

  @Test
  void theOwnerIsReadyAgainBeforeTheNextFault() throws Exception {
    FaultInjector injector = injector(ChaosFault.UP_KILLED);
    long before = pid(stack.owner());
    injector.next();
    assertThat(stack.owner().ready()).isTrue();
    assertThat(pid(stack.owner())).isNotEqualTo(before);
    assertThat(injector.kills().get(0).taken()).containsExactly("chaos-1");
  }

  @Test
  void aBrokerIsStoppedInOrderOnceAllHaveJoined() throws Exception {
    FaultInjector injector = injector(ChaosFault.BROKER_RESTARTED);
    joined().kill();
    injector.next();
    assertThat(joined().ready()).isTrue();
    assertThat(stack.owner().ready()).isTrue();
    assertThat(injector.kills()).isEmpty();
    assertThat(injector.unexpectedEnds())
        .singleElement()
        .asString()
        .startsWith("join-1 ended unexpectedly: exit 137");
  }

  @Test
  void aProcessThatEndedByItselfIsReportedOnceAndStartedAgain() throws Exception {
    FaultInjector injector = injector(ChaosFault.PIPELINE_KILLED);
    stack.owner().kill();
    injector.mendAll();
    injector.mendAll();
    assertThat(injector.unexpectedEnds()).hasSize(1);
    assertThat(stack.all()).allMatch(SwarmProcess::alive);
    assertThat(injector.counts()).isEmpty();
  }
}
