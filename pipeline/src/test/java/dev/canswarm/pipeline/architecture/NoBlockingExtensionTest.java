package dev.canswarm.pipeline.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** The watch is on without a test asking for it, and it bites. */
class NoBlockingExtensionTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void aBlockingCallIsRememberedAndFailsTheTestsOfItsClass() {
    assumeTrue(NoBlockingExtension.isOn());
    Scheduler parallel = Schedulers.newParallel("watched", 1, true);
    try {
      Mono<Integer> blocking =
          Mono.fromCallable(
                  () -> {
                    Thread.sleep(1);
                    return 1;
                  })
              .subscribeOn(parallel);
      assertThat(blocking.block(PATIENCE)).isEqualTo(1);
      assertThatThrownBy(NoBlockingExtension::failWhereAnyWasFound)
          .hasCauseInstanceOf(BlockingOperationError.class);
    } finally {
      parallel.dispose();
    }
    assertThat(NoBlockingExtension.takeFound()).isEmpty();
  }
}
