package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.embedded.ChildControl;
import dev.canswarm.pipeline.embedded.EmbeddedStackException;
import dev.canswarm.pipeline.embedded.SharedStack;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.TurnWrite;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresOutageIT {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int CALLS = 3_000;

  private final ChildControl server = SharedStack.get().postgres();
  private TestDatabase database;
  private PostgresSlotStore store;

  @BeforeAll
  void open() {
    database = TestDatabase.create("outage_it");
    store = new PostgresSlotStore(database.settings());
  }

  @AfterEach
  void up() throws EmbeddedStackException {
    server.start();
  }

  @AfterAll
  void close() {
    store.closeLater().block();
  }

  private static SlotRow row(String scope, int i) {
    return TestRows.row(scope, "S" + i, Verb.PROPOSE, "c" + i);
  }

  @Test
  void aServerThatRestartsUnderLoadLosesNothingThatWasAnswered() throws Exception {
    restartUnderLoad("stopped", server::stop);
  }

  @Test
  void aServerThatIsKilledUnderLoadLosesNothingThatWasAnswered() throws Exception {
    restartUnderLoad("killed", server::kill);
  }

  private void restartUnderLoad(String scope, Runnable down) throws Exception {
    AtomicInteger failures = new AtomicInteger();
    CountDownLatch underWay = new CountDownLatch(CALLS / 10);
    CountDownLatch felt = new CountDownLatch(1);
    Mono<Long> load =
        Flux.range(0, CALLS)
            .flatMap(
                i ->
                    StoredRows.fill(store, List.of(row(scope, i)))
                        .doOnNext(rows -> underWay.countDown())
                        .doOnError(
                            error -> {
                              failures.incrementAndGet();
                              felt.countDown();
                            })
                        .retryWhen(
                            Retry.backoff(200, Duration.ofMillis(20))
                                .maxBackoff(Duration.ofMillis(200))
                                .filter(RetryableException.class::isInstance)),
                64)
            .count()
            .cache();
    var subscription = load.subscribe(count -> {}, error -> {});
    underWay.await();
    down.run();
    felt.await();
    server.start();
    assertThat(load.block(LONG)).isEqualTo(CALLS);
    assertThat(failures).hasPositiveValue();
    assertThat(store.load(scope).block()).hasSize(CALLS);
    subscription.dispose();
  }

  @Test
  void whileTheServerIsAwayEveryCallFailsRetryablyAndAfterwardsTheSameStoreWorks()
      throws EmbeddedStackException {
    StoredRows.fill(store, List.of(row("away", 0))).block();
    server.stop();
    retryable(StoredRows.fill(store, List.of(row("away", 1))));
    retryable(store.load("away"));
    retryable(store.find("away", "S0"));
    retryable(store.store(TurnWrite.ofTimers(List.of(TestRows.timer("away", 1)))));
    retryable(store.open(new NeedId("away")));
    retryable(store.due(List.of(1), 1, 1));
    retryable(store.nextEpoch());
    retryable(store.archive("hash", "policy", new byte[1]));
    retryable(store.archived("hash"));
    retryable(store.needs());
    server.start();
    assertThat(store.load("away").block()).containsExactly(row("away", 0));
  }

  private static void retryable(Publisher<?> call) {
    StepVerifier.create(call)
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(RetryableException.class)
                    .hasMessageContaining("PostgreSQL")
                    .hasCauseInstanceOf(Exception.class))
        .verify(LONG);
  }

  @Test
  void aServerThatFallsSilentCostsItsConnectionsAndNoMore() {
    PostgresSlotStore hasty = new PostgresSlotStore(database.withTimeout(1_500));
    StoredRows.fill(hasty, List.of(row("silent", 0))).block();
    server.pause();
    try {
      retryable(StoredRows.fill(hasty, List.of(row("silent", 1))));
      retryable(hasty.load("silent"));
    } finally {
      server.resume();
    }
    Mono<List<SlotRow>> again =
        StoredRows.fill(hasty, List.of(row("silent", 2)))
            .retryWhen(Retry.fixedDelay(50, Duration.ofMillis(100)));
    assertThat(again.block(LONG)).containsExactly(row("silent", 2));
    hasty.closeLater().block();
  }

  @Test
  void aClosedStoreFailsRetryably() {
    PostgresSlotStore closed = new PostgresSlotStore(database.settings());
    StoredRows.fill(closed, List.of(row("closed", 0))).block();
    closed.closeLater().block();
    retryable(closed.load("closed"));
  }
}
