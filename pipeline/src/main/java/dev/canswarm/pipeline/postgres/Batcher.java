package dev.canswarm.pipeline.postgres;

import dev.canswarm.port.RetryableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Puts calls that come at the same time into one statement. Nothing is delayed for company: a call
 * goes at once while fewer than {@code flightsMax} batches are under way, and waits with others
 * otherwise, so that batches grow with load.
 *
 * <p>A caller that gives up leaves the queue, but never stops a batch that others are in. A batch
 * that fails for a reason of its content is taken apart and its calls go one by one, so that a bad
 * one harms nobody else; an outage fails all of it. Never blocks; thread-safe.
 *
 * @param <Q> what a call asks
 * @param <A> what it gets
 */
final class Batcher<Q, A> {
  private final String where;
  private final Limits limits;
  private final ToLongFunction<Q> rows;
  private final ToLongFunction<Q> bytes;
  private final Function<List<Q>, Mono<List<A>>> work;

  private final Queue<Call<Q, A>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger flying = new AtomicInteger();
  private final AtomicInteger draining = new AtomicInteger();
  private final LongAdder batchCount = new LongAdder();
  private final LongAdder callCount = new LongAdder();

  /**
   * Bounds of a batcher.
   *
   * @param flightsMax batches under way at once
   * @param rowsMax rows of a batch, unless one call alone has more
   * @param bytesMax bytes of a batch, unless one call alone has more
   * @param waitingMax calls that wait; one more is refused as retryable
   */
  record Limits(int flightsMax, long rowsMax, long bytesMax, int waitingMax) {}

  private static final class Call<Q, A> {
    private final Q question;
    private final MonoSink<A> sink;
    private volatile boolean cancelled;

    private Call(Q question, MonoSink<A> sink) {
      this.question = question;
      this.sink = sink;
    }
  }

  /** What became of a call: an answer or an error. */
  private record Outcome<Q, A>(Call<Q, A> call, @Nullable A answer, @Nullable Throwable error) {
    void deliver() {
      if (error != null) {
        call.sink.error(error);
      } else {
        call.sink.success(answer);
      }
    }
  }

  /**
   * @param where names the work in errors
   * @param rows size of a question in rows
   * @param bytes size of a question in bytes, about
   * @param work answers questions, one answer for each in their order
   */
  Batcher(
      String where,
      Limits limits,
      ToLongFunction<Q> rows,
      ToLongFunction<Q> bytes,
      Function<List<Q>, Mono<List<A>>> work) {
    this.where = where;
    this.limits = limits;
    this.rows = rows;
    this.bytes = bytes;
    this.work = work;
  }

  /** Asks, on subscription. */
  Mono<A> call(Q question) {
    return Mono.create(
        sink -> {
          if (waiting.incrementAndGet() > limits.waitingMax()) {
            waiting.decrementAndGet();
            sink.error(overloaded());
            return;
          }
          Call<Q, A> call = new Call<>(question, sink);
          sink.onCancel(() -> call.cancelled = true);
          queue.add(call);
          drain();
        });
  }

  private RetryableException overloaded() {
    return new RetryableException(
        where, new RejectedExecutionException(limits.waitingMax() + " calls are waiting already"));
  }

  /** Batches sent so far. */
  long batchCount() {
    return batchCount.sum();
  }

  /** Calls that went with them. */
  long callCount() {
    return callCount.sum();
  }

  /** Starts what may start. One thread at a time is inside; another one only leaves word. */
  private void drain() {
    if (draining.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      while (flying.get() < limits.flightsMax()) {
        List<Call<Q, A>> batch = nextBatch();
        if (batch.isEmpty()) {
          break;
        }
        flying.incrementAndGet();
        fly(batch);
      }
      seen = draining.addAndGet(-seen);
    } while (seen != 0);
  }

  private List<Call<Q, A>> nextBatch() {
    List<Call<Q, A>> batch = new ArrayList<>();
    long rowsSum = 0;
    long bytesSum = 0;
    for (Call<Q, A> call = queue.peek(); call != null; call = queue.peek()) {
      if (!call.cancelled) {
        rowsSum += rows.applyAsLong(call.question);
        bytesSum += bytes.applyAsLong(call.question);
        boolean full = rowsSum > limits.rowsMax() || bytesSum > limits.bytesMax();
        if (full && !batch.isEmpty()) {
          return batch;
        }
        batch.add(call);
      }
      queue.remove();
      waiting.decrementAndGet();
    }
    return batch;
  }

  private void fly(List<Call<Q, A>> batch) {
    batchCount.increment();
    callCount.add(batch.size());
    outcomes(batch)
        .subscribe(
            outcomes -> {
              flying.decrementAndGet();
              drain();
              outcomes.forEach(Outcome::deliver);
            });
  }

  /** Never fails: failures are outcomes. */
  private Mono<List<Outcome<Q, A>>> outcomes(List<Call<Q, A>> batch) {
    return Mono.defer(() -> work.apply(batch.stream().map(call -> call.question).toList()))
        .map(answers -> matched(batch, answers))
        .onErrorResume(
            error ->
                batch.size() == 1 || error instanceof RetryableException
                    ? Mono.just(failed(batch, error))
                    : oneByOne(batch));
  }

  private List<Outcome<Q, A>> matched(List<Call<Q, A>> batch, List<A> answers) {
    if (answers.size() != batch.size()) {
      throw new IllegalStateException(
          where + ": expected " + batch.size() + " answers, got " + answers.size());
    }
    List<Outcome<Q, A>> outcomes = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      outcomes.add(new Outcome<>(batch.get(i), answers.get(i), null));
    }
    return outcomes;
  }

  private List<Outcome<Q, A>> failed(List<Call<Q, A>> batch, Throwable error) {
    return batch.stream().map(call -> new Outcome<Q, A>(call, null, error)).toList();
  }

  private Mono<List<Outcome<Q, A>>> oneByOne(List<Call<Q, A>> batch) {
    return Flux.fromIterable(batch)
        .concatMap(call -> outcomes(List.of(call)))
        .flatMapIterable(outcomes -> outcomes)
        .collectList();
  }
}
