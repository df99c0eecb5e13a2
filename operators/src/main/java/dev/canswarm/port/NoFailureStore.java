package dev.canswarm.port;

import dev.canswarm.envelope.NeedId;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Keeps nothing: for a process that does not report what ended attempts, such as a simulated one.
 */
public final class NoFailureStore implements FailureStore {
  @Override
  public Mono<Void> keep(AttemptFailure failure) {
    return Mono.empty();
  }

  @Override
  public Mono<List<AttemptFailure>> of(NeedId needId) {
    return Mono.just(List.of());
  }
}
