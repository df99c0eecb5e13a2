package dev.canswarm.pipeline.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The gauge {@code swarm.needs.stored.open}: how many NEEDs of the whole swarm are open in the
 * store. It is read in the background when metrics are, and shown by the next reading of metrics,
 * so that no reading waits for the store; NaN until then and after a read that failed. Thread-safe.
 */
public final class StoredNeeds {
  private static final Logger LOG = LoggerFactory.getLogger(StoredNeeds.class);

  /** Least time from one read to the next, however often metrics are read. */
  static final Duration REST = Duration.ofSeconds(3);

  private final Mono<Long> open;
  private final LongSupplier nanos;
  private final AtomicBoolean reading = new AtomicBoolean();
  private volatile double shown = Double.NaN;

  /** When the last read ended. */
  private volatile long readNanos;

  /**
   * @param open counts the open NEEDs; never blocks
   * @param nanos a clock that never goes back
   */
  public StoredNeeds(Mono<Long> open, MeterRegistry registry, LongSupplier nanos) {
    this.open = open;
    this.nanos = nanos;
    this.readNanos = nanos.getAsLong() - REST.toNanos();
    Gauge.builder("swarm.needs.stored.open", this, each -> each.shown)
        .strongReference(true)
        .description(
            "NEEDs of the whole swarm that are in the store and have not ended; every process shows"
                + " the same number, as of the scrape before")
        .register(registry);
  }

  /** Begins to count anew unless a count runs or is recent; called when metrics are read. */
  public void refresh() {
    if (nanos.getAsLong() - readNanos < REST.toNanos() || !reading.compareAndSet(false, true)) {
      return;
    }
    open.doFinally(
            end -> {
              readNanos = nanos.getAsLong();
              reading.set(false);
            })
        .subscribe(
            count -> shown = count,
            failure -> {
              LOG.debug("open NEEDs cannot be counted", failure);
              shown = Double.NaN;
            });
  }
}
