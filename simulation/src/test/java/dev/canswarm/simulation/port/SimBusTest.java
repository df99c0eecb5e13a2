package dev.canswarm.simulation.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryBus;
import dev.canswarm.simulation.scenario.Fault;
import dev.canswarm.simulation.scenario.Server;
import dev.canswarm.simulation.time.EventLoop;
import dev.canswarm.simulation.time.Incarnation;
import dev.canswarm.simulation.time.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class SimBusTest {
  private static final int NODE = 4;
  private static final int SEEDS = 64;
  private static final String TOPIC = "swarm.need";
  private static final String GROUP = "group";
  private static final List<String> THREE = List.of("a", "b", "c");

  private final ActiveFaults faults = new ActiveFaults();
  private EventLoop loop = new EventLoop(new SeededRandom(1));
  private Incarnation incarnation = new Incarnation(loop);
  private MemoryBroker broker = new MemoryBroker("sim", 1);
  private RecordedEffects effects = new RecordedEffects();
  private final List<Delivery> delivered = new ArrayList<>();

  /** A process that has just started, of a swarm whose broker has no records. */
  private SimBus fresh(long seed) {
    loop = new EventLoop(new SeededRandom(seed));
    broker = new MemoryBroker("sim", 1);
    return restarted(seed);
  }

  /** The next incarnation of the process. */
  private SimBus restarted(long seed) {
    incarnation = new Incarnation(loop);
    effects = new RecordedEffects();
    delivered.clear();
    Link link = new Link(loop, incarnation, faults, new SeededRandom(seed), NODE, incarnation::end);
    MemoryBus bus =
        new MemoryBus(
            broker, GROUP, List.of(TOPIC), new MemoryBus.Bounds(2, Long.MAX_VALUE, () -> 2));
    return new SimBus(link, broker, bus, effects);
  }

  private SimBus reading(SimBus bus) {
    bus.batches().subscribe(delivered::addAll);
    return bus;
  }

  private static OutgoingRecord message(String value) {
    return new OutgoingRecord(
        TOPIC, new byte[] {1}, value.getBytes(StandardCharsets.UTF_8), new TreeMap<>());
  }

  private void publish(String... values) {
    for (String value : values) {
      broker.publish(message(value));
    }
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }

  private List<String> heard() {
    return delivered.stream().map(one -> text(Objects.requireNonNull(one.value()))).toList();
  }

  private List<String> stored() {
    return broker.records(TOPIC).stream()
        .map(one -> text(Objects.requireNonNull(one.value())))
        .toList();
  }

  private void runAll() {
    boolean more = true;
    while (more) {
      more = loop.step();
    }
  }

  private void acknowledge(int index) {
    delivered.get(index).acknowledgement().acknowledge();
  }

  @Test
  void aRecordCountsAsLagUntilItArrives() {
    SimBus bus = reading(fresh(1));
    publish("a");
    assertThat(delivered).isEmpty();
    assertThat(bus.lag(TOPIC, 0)).isEqualTo(1);
    runAll();
    assertThat(heard()).containsExactly("a");
    assertThat(bus.lag(TOPIC, 0)).isZero();
  }

  @Test
  void acknowledgedRecordsAreCommittedLaterAndTogether() {
    reading(fresh(1));
    publish("a", "b", "c");
    runAll();
    assertThat(heard()).as("no more than two are in flight").containsExactly("a", "b");
    acknowledge(0);
    acknowledge(1);
    assertThat(broker.unacknowledged(GROUP, List.of(TOPIC))).isEqualTo(3);
    assertThat(effects.lines)
        .as("the observer hears of it at once")
        .containsExactly("node 4 acknowledges swarm.need/0", "node 4 acknowledges swarm.need/1");
    loop.step();
    assertThat(broker.unacknowledged(GROUP, List.of(TOPIC))).isEqualTo(1);
  }

  @Test
  void aProcessThatCrashesBeforeTheCommitReceivesTheRecordAgain() {
    SimBus bus = reading(fresh(1));
    publish("a", "b");
    runAll();
    acknowledge(0);
    incarnation.end();
    bus.leave();
    acknowledge(1);
    runAll();
    assertThat(effects.lines)
        .as("a process that is over acknowledges nothing")
        .containsExactly("node 4 acknowledges swarm.need/0");
    reading(restarted(2));
    runAll();
    assertThat(heard()).containsExactly("a", "b");
  }

  @Test
  void aProcessThatCrashesWhileRecordsAreOnTheirWayNeverHearsThem() {
    SimBus bus = reading(fresh(1));
    publish("a");
    incarnation.end();
    bus.leave();
    runAll();
    assertThat(delivered).isEmpty();
    reading(restarted(2));
    runAll();
    assertThat(heard()).containsExactly("a");
  }

  @Test
  void whoHasLeftLetsAnotherMemberHaveThePartitions() {
    SimBus left = reading(fresh(1));
    SimBus other = reading(restarted(2));
    left.leave();
    left.leave();
    assertThat(left.assignedPartitions()).isEmpty();
    assertThat(other.assignedPartitions()).containsExactly(0);
  }

  @Test
  void aCutProcessHearsNothingUntilTheCutEnds() {
    Fault.Cut cut = new Fault.Cut(0, NODE, Server.KAFKA, 1_000);
    faults.begin(cut);
    reading(fresh(1));
    publish("a");
    while (loop.nowMillis() < 1_000) {
      assertThat(loop.step()).isTrue();
    }
    assertThat(delivered).isEmpty();
    assertThat(faults.struck().get("cut")).isPositive();
    faults.end(cut);
    runAll();
    assertThat(heard()).containsExactly("a");
  }

  @Test
  void anotherProcessesCutAndACutFromAnotherServerDelayNothing() {
    faults.begin(new Fault.Cut(0, NODE + 1, Server.KAFKA, 1_000));
    faults.begin(new Fault.Cut(0, NODE, Server.REDIS, 1_000));
    reading(fresh(1));
    publish("a");
    runAll();
    assertThat(heard()).containsExactly("a");
    assertThat(loop.nowMillis()).isZero();
    assertThat(faults.struck()).containsEntry("cut", 0L);
  }

  @Test
  void aDelayMakesRecordsLateWithinItsBound() {
    faults.begin(new Fault.Delay(0, 500, 1_000));
    long latest = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      reading(fresh(seed));
      publish("a");
      runAll();
      assertThat(heard()).containsExactly("a");
      latest = Math.max(latest, loop.nowMillis());
    }
    assertThat(latest).isBetween(250L, 501L);
    assertThat(faults.struck()).containsEntry("delay", (long) SEEDS);
  }

  private String send(SimBus bus, List<String> values) {
    List<String> outcome = new ArrayList<>();
    Mono<Void> sent = bus.send(values.stream().map(SimBusTest::message).toList());
    sent.subscribe(
        none -> {},
        failure -> outcome.add(failure instanceof RetryableException ? "retry" : "error"),
        () -> outcome.add("done"));
    runAll();
    assertThat(outcome).hasSize(1);
    return outcome.get(0);
  }

  @Test
  void sentRecordsAreAppendedInTheirOrderAndObserved() {
    assertThat(send(fresh(1), THREE)).isEqualTo("done");
    assertThat(stored()).isEqualTo(THREE);
    assertThat(effects.lines).containsExactly("node 4 sends a", "node 4 sends b", "node 4 sends c");
  }

  @Test
  void ofALostListAnyFirstPartMayHaveArrived() {
    faults.begin(new Fault.Lose(0, 1000, 1_000));
    Set<Integer> arrived = new HashSet<>();
    for (int seed = 0; seed < SEEDS; seed++) {
      assertThat(send(fresh(seed), THREE)).isEqualTo("retry");
      assertThat(stored()).isEqualTo(THREE.subList(0, stored().size()));
      arrived.add(stored().size());
    }
    assertThat(arrived).isEqualTo(Set.copyOf(IntStream.rangeClosed(0, 3).boxed().toList()));
    assertThat(faults.struck()).containsEntry("lose", (long) SEEDS);
  }

  @Test
  void sendingNothingAsksNoServer() {
    faults.begin(new Fault.Lose(0, 1000, 1_000));
    assertThat(send(fresh(1), List.of())).isEqualTo("done");
    assertThat(faults.struck()).containsEntry("lose", 0L);
  }

  @Test
  void aDuplicatedRecordIsAppendedAndObservedTwice() {
    faults.begin(new Fault.Duplicate(0, 1000, 1_000));
    assertThat(send(fresh(1), List.of("a", "b"))).isEqualTo("done");
    assertThat(stored()).containsExactly("a", "a", "b", "b");
    assertThat(effects.lines).hasSize(4);
    assertThat(faults.struck()).containsEntry("duplicate", 2L);
  }
}
