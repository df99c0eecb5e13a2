package dev.canswarm.pipeline.follow;

import dev.canswarm.port.RetryableException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Keeps the list of NEEDs up with the op-log, outside of the turns' transactions. Each process has
 * one; whichever comes first takes what is there.
 */
public final class ListKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ListKeeper.class);

  /** Rows of the op-log in one transaction. */
  public static final int ROWS_MAX = 2_000;

  /** How long it rests when there was no more. */
  public static final Duration REST = Duration.ofSeconds(1);

  private static final Duration RETRY_FIRST = Duration.ofSeconds(1);
  private static final Duration RETRY_MAX = Duration.ofSeconds(30);

  private final Disposable running;

  /** Begins at once, and goes on until it is closed. */
  public ListKeeper(NeedList list, Scheduler timer) {
    running =
        Mono.defer(() -> list.follow(ROWS_MAX))
            .retryWhen(
                Retry.backoff(Long.MAX_VALUE, RETRY_FIRST)
                    .maxBackoff(RETRY_MAX)
                    .scheduler(timer)
                    .filter(RetryableException.class::isInstance))
            .flatMap(rows -> rows < ROWS_MAX ? Mono.delay(REST, timer) : Mono.just(0L))
            .repeat()
            .subscribe(
                rested -> {}, failure -> LOG.error("the list of NEEDs is not kept up", failure));
  }

  @Override
  public void close() {
    running.dispose();
  }
}
