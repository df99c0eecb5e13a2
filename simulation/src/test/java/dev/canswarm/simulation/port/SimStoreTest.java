package dev.canswarm.simulation.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotRows;
import dev.canswarm.port.TurnWrite;
import dev.canswarm.port.memory.MemoryDecisionGate;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.simulation.time.EventLoop;
import dev.canswarm.simulation.time.Incarnation;
import dev.canswarm.simulation.time.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/**
 * What a process stores is observed when the server has it, whether the process hears so or not.
 */
class SimStoreTest {
  private static final int NODE = 3;
  private static final NeedId NEED = new NeedId("need");

  private final EventLoop loop = new EventLoop(new SeededRandom(1));
  private final Incarnation incarnation = new Incarnation(loop);
  private final RecordedEffects effects = new RecordedEffects();
  private final Link link =
      new Link(loop, incarnation, new ActiveFaults(), new SeededRandom(1), NODE, incarnation::end);
  private long storeMillis = 1_000;
  private final MemorySlotStore memory = new MemorySlotStore(() -> storeMillis);
  private final SimStore store = new SimStore(link, memory, effects);
  private final List<Object> heard = new ArrayList<>();

  private void runAll() {
    boolean more = true;
    while (more) {
      more = loop.step();
    }
  }

  private void hear(Flux<?> response) {
    response.subscribe(heard::add);
    runAll();
  }

  private static SlotRow row(String slot, String content) {
    return SlotRows.row(NEED.text(), slot, "COMMIT", content);
  }

  @Test
  void aNewRowIsObservedAsItsSlotHoldsItAndAnOldOneAsWhatIsThere() {
    hear(store.store(TurnWrite.of(List.of(row("one", "first")))).flux());
    storeMillis = 2_000;
    hear(store.store(TurnWrite.of(List.of(row("one", "second"), row("two", "third")))).flux());
    assertThat(effects.lines)
        .containsExactly(
            "node 3 fills one with id of first, which holds id of first since 1000",
            "node 3 fills one with id of second, which holds id of first since 1000",
            "node 3 fills two with id of third, which holds id of third since 2000");
  }

  @Test
  void aRowThatIsLeftOutIsNotObserved() {
    hear(store.store(TurnWrite.of(List.of(row("one", "first")))).flux());
    effects.lines.clear();
    TurnWrite superseded =
        new TurnWrite(
            List.of(
                Candidate.free(row("one", "other")),
                new Candidate(row("two", "follows from other"), List.of(0)),
                Candidate.free(row("three", "of its own"))),
            List.of(),
            List.of(),
            List.of());
    hear(store.store(superseded).flux());
    assertThat(effects.lines)
        .containsExactly(
            "node 3 fills one with id of other, which holds id of first since 1000",
            "node 3 fills three with id of of its own, which holds id of of its own since 1000");
  }

  @Test
  void whatIsStoredIsObservedAlsoIfTheProcessCrashesMeanwhile() {
    store
        .store(
            new TurnWrite(
                List.of(Candidate.free(row("one", "first"))), List.of(), List.of(NEED), List.of()))
        .subscribe(heard::add);
    assertThat(effects.lines).as("nothing is stored yet").isEmpty();
    incarnation.end();
    runAll();
    assertThat(effects.lines)
        .containsExactly(
            "node 3 fills one with id of first, which holds id of first since 1000",
            "node 3 closes need");
    assertThat(heard).isEmpty();
  }

  @Test
  void rowsAndTimersComeOneByOneInTheOrderOfTheStore() {
    hear(store.store(TurnWrite.of(List.of(row("one", "first"), row("two", "second")))).flux());
    hear(store.store(TurnWrite.ofTimers(List.of(timer("later", 20), timer("sooner", 10)))).flux());
    heard.clear();
    hear(store.rows().map(SlotRow::slot));
    hear(store.due(List.of(0), 20, 5).map(OpenNeed::needId));
    hear(store.due(List.of(0), 20, 1).map(OpenNeed::needId));
    assertThat(heard)
        .containsExactly(
            "one", "two", new NeedId("sooner"), new NeedId("later"), new NeedId("sooner"));
  }

  private static OpenNeed timer(String need, long dueMillis) {
    return new OpenNeed(new NeedId(need), new ThreadId("t"), null, 0, dueMillis, 0);
  }

  @Test
  void whatTheGateAnswersIsObservedAlsoIfTheProcessCrashesMeanwhile() {
    SimGate gate = new SimGate(link, new MemoryDecisionGate(), effects);
    hear(gate.propose(List.of(decision("one"))).flux());
    gate.propose(List.of(decision("two"))).subscribe(heard::add);
    assertThat(effects.lines).containsExactly("node 3 is answered Admitted");
    incarnation.end();
    runAll();
    assertThat(effects.lines)
        .containsExactly("node 3 is answered Admitted", "node 3 is answered Refused");
    assertThat(heard).hasSize(1);
  }

  private static DecisionRecord decision(String proposal) {
    return new DecisionRecord(NEED, new EnvelopeId(proposal), 0, 2, 0, "decider", 0);
  }
}
