package dev.canswarm.simulation.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.port.ArtifactException;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.Bus;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.ForwardingBus;
import dev.canswarm.port.memory.MemoryArtifactStore;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryBus;
import dev.canswarm.simulation.scenario.Fault;
import dev.canswarm.simulation.time.EventLoop;
import dev.canswarm.simulation.time.Incarnation;
import dev.canswarm.simulation.time.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class SimPortsTest {
  private static final int NODE = 2;
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);

  private final EventLoop loop = new EventLoop(new SeededRandom(1));
  private final Incarnation incarnation = new Incarnation(loop);
  private final ActiveFaults faults = new ActiveFaults();
  private final Link link =
      new Link(loop, incarnation, faults, new SeededRandom(1), NODE, incarnation::end);
  private final List<String> heard = new ArrayList<>();
  private final RecordedEffects observer = new RecordedEffects();
  private final List<String> observed = observer.lines;

  private void hear(Mono<?> response) {
    response.subscribe(value -> heard.add("value"), failure -> heard.add(name(failure)));
    boolean more = true;
    while (more) {
      more = loop.step();
    }
  }

  private static String name(Throwable failure) {
    return failure instanceof ArtifactException artifact
        ? artifact.problem().name()
        : failure.getClass().getSimpleName();
  }

  @Test
  void artifactsAreRottenWhenTheyAreReadAndWholeAgainAfterTheFault() {
    var store = new MemoryArtifactStore(100);
    String address = String.valueOf(store.put(CONTENT).block());
    var artifacts = new SimArtifacts(link, store);
    Fault.Rot rot = new Fault.Rot(0, 1000, 10);
    faults.begin(rot);
    hear(artifacts.put(CONTENT));
    hear(artifacts.get(address));
    faults.end(rot);
    hear(artifacts.get(address));
    assertThat(heard).containsExactly("value", "CORRUPT", "value");
    assertThat(faults.struck()).containsEntry("rot", 1L);
    assertThat(artifacts.bytesMax()).isEqualTo(100);
  }

  @Test
  void aRotThatNeverHitsChangesNothing() {
    var store = new MemoryArtifactStore(100);
    String address = String.valueOf(store.put(CONTENT).block());
    faults.begin(new Fault.Rot(0, 0, 10));
    hear(new SimArtifacts(link, store).get(address));
    assertThat(heard).containsExactly("value");
    assertThat(faults.struck()).containsEntry("rot", 0L);
  }

  @Test
  void theAuditLogKeepsTheOrderOfItsEventsAndLosesThemWithItsProcess() {
    var audit = new SimAudit(link, observer);
    hear(audit.append(List.of(event("first"), event("second"))));
    assertThat(observed).containsExactly("node 2 audits first", "node 2 audits second");
    audit.append(List.of(event("third"))).subscribe();
    incarnation.end();
    hear(Mono.empty());
    assertThat(observed).hasSize(2);
  }

  private static AuditEvent event(String note) {
    return new AuditEvent(Direction.RAW_PUBLISHED, "t", 0, 0, CONTENT, note);
  }

  @Test
  void aRecordIsInFlightUntilItsFirstAcknowledgement() {
    List<Integer> acknowledged = new ArrayList<>();
    List<Delivery> batch =
        List.of(delivery(1, () -> acknowledged.add(1)), delivery(2, () -> acknowledged.add(2)));
    var bus = new InFlightBus(new FixedBus(batch), NODE, observer);
    List<Delivery> delivered = new ArrayList<>();
    bus.batches().subscribe(delivered::addAll);
    delivered.get(1).acknowledgement().acknowledge();
    delivered.get(1).acknowledgement().acknowledge();
    assertThat(observed)
        .as("one record is acknowledged, twice")
        .containsExactly("node 2 holds 1", "node 2 holds 2", "node 2 holds 1");
    delivered.get(0).acknowledgement().acknowledge();
    assertThat(observed)
        .containsExactly("node 2 holds 1", "node 2 holds 2", "node 2 holds 1", "node 2 holds 0");
    assertThat(acknowledged).as("every acknowledgement is passed on").containsExactly(2, 2, 1);
  }

  private static Delivery delivery(long offset, Delivery.Acknowledgement acknowledgement) {
    return Delivery.of(
        new RecordPosition("sim", "swarm.need", 0, offset), null, CONTENT, acknowledgement);
  }

  /** A bus with one batch. */
  private static final class FixedBus extends ForwardingBus {
    private final List<Delivery> batch;

    FixedBus(List<Delivery> batch) {
      super(unused());
      this.batch = batch;
    }

    private static Bus unused() {
      return new MemoryBus(new MemoryBroker("sim", 1), "group", List.of("swarm.need"), 1);
    }

    @Override
    public Flux<List<Delivery>> batches() {
      return Flux.just(batch);
    }
  }
}
