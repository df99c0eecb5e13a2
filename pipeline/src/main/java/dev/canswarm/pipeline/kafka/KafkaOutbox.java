package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.RetryableException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * One idempotent producer shared by all senders. Thread-safe.
 *
 * <p>At most {@code sendInFlightMax} records are with the producer. Others wait in the order of
 * their subscriptions; there are as many as callers have let begin, so the bound of that queue is
 * the callers' own concurrency. Nothing is dropped.
 *
 * <p>Kafka's producer is used directly: reactor-kafka's sender answers from two threads at once
 * when a record fails before it is sent, and an answer lost there would hang its caller.
 *
 * <p>Threads: {@code Producer.send} may block (for metadata, or a full buffer), so it runs on one
 * worker of its own; answers leave on another, so that callers never run on Kafka's network thread.
 */
final class KafkaOutbox {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaOutbox.class);

  private record Waiting(
      ProducerRecord<byte[], byte[]> message, MonoSink<Void> sink, AtomicBoolean settled) {}

  private record Answer(Waiting waiting, @Nullable Exception failure) {}

  private static final class Line {
    final Producer<byte[], byte[]> producer;
    volatile boolean broken;

    Line(Producer<byte[], byte[]> producer) {
      this.producer = producer;
    }
  }

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final int sendInFlightMax;
  private final Scheduler.Worker sending;
  private final Scheduler.Worker answering;
  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger sendsWanted = new AtomicInteger();
  private final AtomicInteger answersWanted = new AtomicInteger();
  private volatile boolean closed;

  /** Used on the sending worker alone. */
  private @Nullable Line line;

  /**
   * @param producers makes a producer, also after one has broken; called on {@code sending}
   * @param sending one thread that may block
   * @param answering one thread on which sends complete
   */
  KafkaOutbox(
      Supplier<Producer<byte[], byte[]>> producers,
      int sendInFlightMax,
      Scheduler sending,
      Scheduler answering) {
    this.producers = producers;
    this.sendInFlightMax = sendInFlightMax;
    this.sending = sending.createWorker();
    this.answering = answering.createWorker();
  }

  /**
   * Sends when subscribed to; completes when all in-sync replicas have it. Fails with {@link
   * RetryableException} or {@link BusRefusedException}. Cancelling does not take a record back.
   */
  Mono<Void> send(ProducerRecord<byte[], byte[]> message) {
    return Mono.create(
        sink -> {
          waiting.add(new Waiting(message, sink, new AtomicBoolean()));
          sendSoon();
        });
  }

  /** Records that are with the producer. */
  int inFlight() {
    return inFlight.get();
  }

  /**
   * Completes when what was begun is sent or failed, at most after {@code timeout}; what waits
   * fails as retryable.
   */
  Mono<Void> close(Duration timeout) {
    return Mono.create(
        sink -> {
          closed = true;
          sending.schedule(
              () -> {
                Line last = line;
                line = null;
                if (last != null) {
                  last.producer.close(timeout);
                }
                sendSoon();
                // After the loop that fails what waits: one worker runs its tasks in order.
                sending.schedule(sink::success);
              });
        });
  }

  private void sendSoon() {
    if (sendsWanted.getAndIncrement() == 0) {
      schedule(sending, this::sendLoop);
    }
  }

  /** Nobody is left without an answer: once the workers are gone, each thread gives its own. */
  private static void schedule(Scheduler.Worker worker, Runnable task) {
    try {
      worker.schedule(task);
    } catch (RejectedExecutionException e) {
      task.run();
    }
  }

  private void sendLoop() {
    int missed = sendsWanted.get();
    do {
      while (inFlight.get() < sendInFlightMax) {
        Waiting next = waiting.poll();
        if (next == null) {
          break;
        }
        inFlight.incrementAndGet();
        handOver(next);
      }
      missed = sendsWanted.addAndGet(-missed);
    } while (missed != 0);
  }

  private void handOver(Waiting next) {
    Line used = null;
    try {
      if (closed) {
        throw new IllegalStateException("the bus is closed");
      }
      used = workingLine();
      Line sender = used;
      var unused =
          sender.producer.send(
              next.message(), (metadata, failure) -> settle(sender, next, failure));
    } catch (RuntimeException failure) {
      settle(used, next, failure);
    }
  }

  private Line workingLine() {
    Line present = line;
    if (present != null && present.broken) {
      LOG.warn("the producer takes nothing any more: making another");
      present.producer.close(Duration.ZERO);
      present = null;
    }
    if (present == null) {
      present = new Line(producers.get());
      line = present;
    }
    return present;
  }

  /** Runs on the producer's thread, or the sending one. */
  private void settle(@Nullable Line used, Waiting done, @Nullable Exception failure) {
    if (done.settled().getAndSet(true)) {
      return;
    }
    if (failure != null
        && used != null
        && KafkaErrors.ofSend(failure) == KafkaErrors.Fate.RETRY_WITH_NEW_PRODUCER) {
      used.broken = true;
    }
    inFlight.decrementAndGet();
    answers.add(new Answer(done, failure));
    if (answersWanted.getAndIncrement() == 0) {
      schedule(answering, this::answerLoop);
    }
    if (!waiting.isEmpty()) {
      sendSoon();
    }
  }

  private void answerLoop() {
    int missed = answersWanted.get();
    do {
      Answer answer = answers.poll();
      while (answer != null) {
        complete(answer);
        answer = answers.poll();
      }
      missed = answersWanted.addAndGet(-missed);
    } while (missed != 0);
  }

  private static void complete(Answer answer) {
    MonoSink<Void> sink = answer.waiting().sink();
    Exception failure = answer.failure();
    if (failure == null) {
      sink.success();
      return;
    }
    String where = "send to " + answer.waiting().message().topic();
    sink.error(
        KafkaErrors.ofSend(failure) == KafkaErrors.Fate.REFUSED
            ? new BusRefusedException(where, failure)
            : new RetryableException(where, failure));
  }
}
