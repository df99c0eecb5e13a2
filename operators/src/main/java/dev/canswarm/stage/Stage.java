package dev.canswarm.stage;

import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** One stage of the chain: an operator over turns that keeps their order. */
abstract class Stage implements Function<Flux<Turn>, Flux<Turn>> {
  private final StageName name;
  private final StageContext context;

  Stage(StageName name, StageContext context) {
    this.name = name;
    this.context = context;
  }

  @Override
  public final Flux<Turn> apply(Flux<Turn> turns) {
    return turns.concatMap(this::measured, 0).name(name.label()).checkpoint(name.label());
  }

  private Mono<Turn> measured(Turn turn) {
    int lane = turn.lane.number();
    long begun = context.time().epochNanos();
    context.meter().entered(lane, name);
    turn.entered(name);
    return pass(turn)
        .doOnSuccess(
            passed -> {
              context.meter().passed(lane, name, turn.inputs, context.time().epochNanos() - begun);
              turn.left(name);
            });
  }

  /** Takes a turn through this stage; completes with the turn once it may go on. */
  abstract Mono<Turn> pass(Turn turn);

  /** Retries an outage of what a turn needs, without end; the turn's traces show each retry. */
  Retry retry(Turn turn) {
    return policy(turn).spec();
  }

  /** The same for outages alone: any other failure is passed on at once. */
  Retry retryOutages(Turn turn) {
    return policy(turn).outages();
  }

  private RetryPolicy policy(Turn turn) {
    RetryPolicy policy = turn.about(context.retryPolicy());
    return turn.isTraced() ? policy.telling(turn::retried) : policy;
  }

  StageContext context() {
    return context;
  }
}
