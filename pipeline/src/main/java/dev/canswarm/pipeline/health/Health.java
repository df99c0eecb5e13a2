package dev.canswarm.pipeline.health;

import dev.canswarm.pipeline.health.HealthStatus.State;
import dev.canswarm.protocol.payload.ErrorText;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Runs all health checks of a process side by side. Requests within {@link #FRESH} share one
 * report, so that asking often does not load the servers. Thread-safe.
 */
public final class Health {
  /** Longest time of one check; a slower one counts as {@link HealthCheck#worst}. */
  static final Duration CHECK_MAX = Duration.ofSeconds(2);

  /** Age at which a report is replaced by a new one. */
  static final Duration FRESH = Duration.ofMillis(500);

  private static final int DETAIL_CHARS_MAX = 200;

  private final Mono<Report> report;

  /** The result of one check. */
  public record Entry(String name, HealthStatus status) {}

  /**
   * The results of all checks, in their order.
   *
   * @param entries one for each check
   */
  public record Report(List<Entry> entries) {
    public Report {
      entries = List.copyOf(entries);
    }

    /** Returns whether no part is down. */
    public boolean isReady() {
      return entries.stream().noneMatch(entry -> entry.status().state() == State.DOWN);
    }
  }

  /**
   * @param timer measures the limits {@link #CHECK_MAX} and {@link #FRESH}
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
    String line = ErrorText.of(message);
    return line.length() <= DETAIL_CHARS_MAX ? line : line.substring(0, DETAIL_CHARS_MAX) + "…";
  }
}
