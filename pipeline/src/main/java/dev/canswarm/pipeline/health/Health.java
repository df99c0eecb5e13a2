package dev.canswarm.pipeline.health;

import dev.canswarm.pipeline.health.HealthStatus.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * All checks of a process, made side by side. Questions that come within {@link #FRESH} share one
 * look, so that nobody loads the servers by asking. Thread-safe.
 */
public final class Health {
  /** How long one check may take. */
  static final Duration CHECK_MAX = Duration.ofSeconds(2);

  /** How long a report holds. */
  static final Duration FRESH = Duration.ofMillis(500);

  private static final int DETAIL_CHARS_MAX = 200;

  private final Mono<Report> report;

  /** A part and what was found. */
  public record Entry(String name, HealthStatus status) {}

  /**
   * What all checks found, in their order.
   *
   * @param entries one for each check
   */
  public record Report(List<Entry> entries) {
    public Report {
      entries = List.copyOf(entries);
    }

    /** Whether no part is down. */
    public boolean isReady() {
      return entries.stream().noneMatch(entry -> entry.status().state() == State.DOWN);
    }
  }

  /**
   * @param timer waits
   */
  public Health(List<HealthCheck> checks, Scheduler timer) {
    report =
        Flux.fromIterable(List.copyOf(checks))
            .flatMapSequential(check -> entry(check, timer))
            .collectList()
            .map(Report::new)
            .cache(FRESH, timer);
  }

  /** Returns a report that is at most half a second old; never fails. */
  public Mono<Report> report() {
    return report;
  }

  private static Mono<Entry> entry(HealthCheck check, Scheduler timer) {
    return Mono.defer(check.probe())
        .timeout(CHECK_MAX, timer)
        .onErrorResume(failure -> Mono.just(new HealthStatus(check.worst(), text(failure))))
        .map(status -> new Entry(check.name(), status));
  }

  private static String text(Throwable failure) {
    String message =
        failure instanceof TimeoutException
            ? "no answer within " + CHECK_MAX.toMillis() + " ms"
            : String.valueOf(failure.getMessage());
    String line = message.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= DETAIL_CHARS_MAX ? line : line.substring(0, DETAIL_CHARS_MAX) + "…";
  }
}
