package dev.canswarm.port.memory;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.AttemptFailure;
import dev.canswarm.port.FailureStore;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import reactor.core.publisher.Mono;

/** Failures of attempts in memory. Thread-safe. */
public final class MemoryFailureStore implements FailureStore {
  private final TreeMap<String, AttemptFailure> rows = new TreeMap<>();

  @Override
  public Mono<Void> keep(AttemptFailure failure) {
    return Mono.fromRunnable(
        () -> {
          synchronized (this) {
            rows.merge(
                String.join(
                    " ",
                    failure.needId().text(),
                    failure.taskId().text(),
                    String.valueOf(failure.attempt()),
                    failure.agent()),
                failure,
                (before, now) -> saysTheSame(before, now) ? before : now);
          }
        });
  }

  private static boolean saysTheSame(AttemptFailure before, AttemptFailure now) {
    return before.kind() == now.kind() && before.error().equals(now.error());
  }

  @Override
  public Mono<List<AttemptFailure>> of(NeedId needId) {
    return Mono.fromSupplier(
        () -> {
          synchronized (this) {
            return rows.values().stream()
                .filter(failure -> failure.needId().equals(needId))
                .sorted(
                    Comparator.comparingLong(AttemptFailure::atMillis)
                        .thenComparing(AttemptFailure::taskId)
                        .thenComparingInt(AttemptFailure::attempt)
                        .thenComparing(AttemptFailure::agent))
                .toList();
          }
        });
  }
}
