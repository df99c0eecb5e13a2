package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.Bus;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.Topics;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Demand, acknowledgement and outages at the two ends of the chain. */
class SwarmChainTest {
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"a\"}}";

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final MemorySwarm swarm = new MemorySwarm(time);
  private final TestPublisher<List<Delivery>> records = TestPublisher.create();
  private final TreeMap<String, Sinks.Empty<Void>> sends = new TreeMap<>();
  private final List<Long> acknowledged = new ArrayList<>();
  private final List<String> deadLetters = new ArrayList<>();
  private boolean holdSends;
  private boolean storeIsAway;
  private int fills;
  private Disposable running = () -> {};

  @BeforeEach
  void start() {
    MemorySwarm.Process process =
        swarm
        .new Process(
            "p",
            MemorySwarm.ALL_ROLES,
            MemorySwarm.builtIn(),
            event -> Mono.empty(),
            ports -> ports.withBus(new TestBus()).withStore(outages(ports.store())));
    running = process.run().subscribe();
  }

  @AfterEach
  void stop() {
    running.dispose();
    time.dispose();
  }

  private final class TestBus implements Bus {
    private Mono<Void> sendOne(OutgoingRecord message) {
      return Mono.defer(
          () -> {
            String key = new String(Objects.requireNonNull(message.key()), StandardCharsets.UTF_8);
            if (message.topic().equals(Topics.DEAD_LETTERS)) {
              deadLetters.add(String.valueOf(message.headers().get("swarm-reason")));
            }
            if (!holdSends) {
              return Mono.empty();
            }
            return sends.computeIfAbsent(key, k -> Sinks.empty()).asMono();
          });
    }

    @Override
    public Flux<List<Delivery>> batches() {
      return records.flux();
    }

    @Override
    public void hold(Set<String> topics) {}

    @Override
    public Mono<Void> send(List<OutgoingRecord> records) {
      return Flux.fromIterable(records).concatMap(this::sendOne).then();
    }

    @Override
    public Set<Integer> assignedPartitions() {
      return Set.of();
    }

    @Override
    public long assignment(int partition) {
      return 1;
    }

    @Override
    public long lag(String topic, int partition) {
      return 0;
    }

    @Override
    public int partitionOf(ThreadId thread) {
      return Integer.parseInt(thread.text().substring(thread.text().indexOf('-') + 1)) % 2;
    }
  }

  /** The store, or an error while it is away; nothing else may be asked of it meanwhile. */
  private SlotStore outages(SlotStore store) {
    return (SlotStore)
        Proxy.newProxyInstance(
            SlotStore.class.getClassLoader(),
            new Class<?>[] {SlotStore.class},
            (proxy, method, arguments) -> {
              fills += method.getName().equals("store") ? 1 : 0;
              Object answer = method.invoke(store, arguments);
              RetryableException away =
                  new RetryableException(method.getName(), new IOException("away"));
              return answer instanceof Mono<?> mono
                  ? Mono.defer(() -> storeIsAway ? Mono.error(away) : mono)
                  : ((Flux<?>) answer);
            });
  }

  private void intake(long offset, String value) {
    records.next(
        List.of(
            Delivery.of(
                new RecordPosition("memory", Topics.INTAKE, (int) (offset % 2), offset),
                ("thread-" + offset).getBytes(StandardCharsets.UTF_8),
                value.getBytes(StandardCharsets.UTF_8),
                () -> acknowledged.add(offset))));
    time.advanceTime();
  }

  private void sent(long offset) {
    Objects.requireNonNull(sends.get("thread-" + offset)).tryEmitEmpty().orThrow();
  }

  @Test
  void aRecordIsAcknowledgedOnceItsSendsAreAndNotBefore() {
    holdSends = true;
    intake(1, WORDS);
    time.advanceTimeBy(Duration.ofMinutes(5));
    assertThat(acknowledged).isEmpty();
    sent(1);
    assertThat(acknowledged).containsExactly(1L);
  }

  @Test
  void aSlowSendHoldsUpItsOwnLaneAndNoOther() {
    holdSends = true;
    intake(1, WORDS);
    intake(2, WORDS);
    intake(3, WORDS);
    sent(2);
    assertThat(acknowledged).containsExactly(2L);
    sent(1);
    time.advanceTime();
    sent(3);
    assertThat(acknowledged).containsExactly(2L, 1L, 3L);
  }

  @Test
  void whatCameWhileTheLaneWasBusyIsItsNextTurn() {
    holdSends = true;
    intake(1, WORDS);
    for (long offset = 3; offset < 21; offset += 2) {
      intake(offset, WORDS);
    }
    int before = fills;
    sent(1);
    time.advanceTime();
    assertThat(fills - before).as("writes of nine NEEDs").isEqualTo(1);
  }

  @Test
  void anOutageOfTheStoreAcknowledgesNothingDeadLettersNothingAndIsOutlasted() {
    storeIsAway = true;
    intake(1, WORDS);
    intake(2, "nonsense");
    time.advanceTimeBy(Duration.ofHours(2));
    assertThat(acknowledged).isEmpty();
    assertThat(deadLetters).isEmpty();
    assertThat(fills).as("it is asked again and again").isGreaterThan(100);

    storeIsAway = false;
    time.advanceTimeBy(Duration.ofSeconds(2));
    assertThat(acknowledged).containsExactlyInAnyOrder(1L, 2L);
    assertThat(deadLetters).containsExactly("MALFORMED_JSON");
  }

  @Test
  void aRefusedRecordIsAcknowledgedOnceItsDeadLetterWasSent() {
    holdSends = true;
    intake(1, "nonsense");
    assertThat(deadLetters).containsExactly("MALFORMED_JSON");
    assertThat(acknowledged).isEmpty();
    sent(1);
    assertThat(acknowledged).containsExactly(1L);
  }

  @Test
  void afterACancellationNothingIsAcknowledged() {
    holdSends = true;
    intake(1, WORDS);
    running.dispose();
    sent(1);
    assertThat(acknowledged).isEmpty();
    records.assertCancelled();
  }
}
