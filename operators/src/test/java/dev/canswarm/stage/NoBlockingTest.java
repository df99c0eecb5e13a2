package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.protocol.payload.Finalize;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingOperationError;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The whole chain on threads that must not block, watched by BlockHound. */
class NoBlockingTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int NEEDS = 20;
  private static final Scheduler PARALLEL = Schedulers.newParallel("no-blocking", 2, true);

  @BeforeAll
  static void watch() {
    BlockHound.install();
  }

  @AfterAll
  static void stop() {
    PARALLEL.dispose();
  }

  @Test
  void aBlockingCallIsCaught() {
    Mono<Integer> blocking =
        Mono.fromCallable(
                () -> {
                  Thread.sleep(1);
                  return 1;
                })
            .subscribeOn(PARALLEL);
    assertThatThrownBy(() -> blocking.block(PATIENCE))
        .hasRootCauseInstanceOf(BlockingOperationError.class);
  }

  @Test
  void theChainBlocksNowhere() {
    MemorySwarm swarm = new MemorySwarm(PARALLEL);
    Disposable running = swarm.process("all").run().subscribe();
    try {
      for (int i = 0; i < NEEDS; i++) {
        swarm.intake(
            "thread-" + i, "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"a b\"}}");
      }
      Flux.interval(Duration.ofMillis(20), PARALLEL)
          .filter(tick -> swarm.broker.records("swarm.finalize").size() >= NEEDS)
          .blockFirst(PATIENCE);
    } finally {
      running.dispose();
    }

    assertThat(swarm.failures).isEmpty();
    assertThat(swarm.on("swarm.finalize"))
        .allSatisfy(
            end ->
                assertThat(Finalize.parse(end.payload()).outcome())
                    .isEqualTo(Finalize.Outcome.ACCEPTED));
  }
}
