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
 * Updates the list of NEEDs from the op-log, outside of the turns' transactions. Each process that
 * answers HTTP has one; the first one to run processes the new rows.
 */
public final class ListKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ListKeeper.class);

  /** Rows of the op-log in one transaction. */
  public static final int ROWS_MAX = 2_000;

  /** Pause when there were no more rows. */
  public static final Duration REST = Duration.ofSeconds(1);

  private static final Duration RETRY_FIRST = Duration.ofSeconds(1);
  private static final Duration RETRY_MAX = Duration.ofSeconds(30);

  private final Disposable running;

  /** Starts at once and runs until it is closed. */
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
                rested -> {},
                failure -> LOG.error("the list of NEEDs is no longer updated", failure));
  }

  @Override
  public void close() {
    running.dispose();
  }
}
