package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.RetryableException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * A single idempotent producer that all senders share. Thread-safe.
 *
 * <p>At most {@code sendInFlightMax} records are passed to the producer at a time. Further sends
 * wait in the order of subscription; the callers' concurrency bounds that queue. No send is
 * dropped.
 *
 * <p>This uses Kafka's producer directly. reactor-kafka's sender signals from two threads
 * concurrently when a record fails before it is sent, and a lost signal would leave its caller
 * waiting forever.
 *
 * <p>Threads: {@code Producer.send} may block (for metadata, or for buffer space), so it runs on a
 * dedicated worker. Results are emitted on another worker, so that callers never run on Kafka's
 * network thread.
 */
final class KafkaOutbox {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaOutbox.class);

  /**
   * A list of records that are sent in one pass. It completes once the producer has reported each
   * record, or once the pass is aborted.
   */
  private final class PendingSend implements Callback {
    private final List<ProducerRecord<byte[], byte[]>> records;
    private final MonoSink<Void> sink;
    private final AtomicInteger left;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile @Nullable ActiveProducer used;

    PendingSend(List<ProducerRecord<byte[], byte[]>> records, MonoSink<Void> sink) {
      this.records = records;
      this.sink = sink;
      this.left = new AtomicInteger(records.size());
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception refusal) {
      if (refusal != null) {
        failed(refusal);
      }
      if (left.decrementAndGet() == 0) {
        settle(this);
      }
    }

    /** Aborts the pass: the record that failed and those behind it are not sent. */
    void abort(Exception refusal) {
      failed(refusal);
      if (left.getAndSet(0) > 0) {
        settle(this);
      }
    }

    /** Keeps the first failure, unless a later one says that a record can never be sent. */
    private void failed(Exception refusal) {
      ActiveProducer active = used;
      KafkaErrors.Fate fate = KafkaErrors.ofSend(refusal);
      if (active != null && fate == KafkaErrors.Fate.RETRY_WITH_NEW_PRODUCER) {
        active.broken = true;
      }
      failure.accumulateAndGet(
          refusal,
          (first, next) -> first == null || fate == KafkaErrors.Fate.REFUSED ? next : first);
    }
  }

  private static final class ActiveProducer {
    final Producer<byte[], byte[]> producer;
    volatile boolean broken;

    ActiveProducer(Producer<byte[], byte[]> producer) {
      this.producer = producer;
    }
  }

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final int sendInFlightMax;
  private final Scheduler.Worker sending;
  private final Scheduler.Worker answering;
  private final Queue<PendingSend> waiting = new ConcurrentLinkedQueue<>();
  private final Queue<PendingSend> answers = new ConcurrentLinkedQueue<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger sendsWanted = new AtomicInteger();
  private final AtomicInteger answersWanted = new AtomicInteger();
  private volatile boolean closed;

  /** Accessed only by the sending worker. */
  private @Nullable ActiveProducer active;

  /**
   * @param producers creates a producer, also after one has failed; called on {@code sending}
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
   * Sends a list in one pass when subscribed to, and completes once all in-sync replicas have
   * stored all records. Fails with {@link BusRefusedException} if one can never be sent, otherwise
   * with {@link RetryableException} if one was not; others may have been sent. Cancelling does not
   * recall records.
   *
   * @param messages at least one
   */
  Mono<Void> send(List<ProducerRecord<byte[], byte[]>> messages) {
    return Mono.create(
        sink -> {
          waiting.add(new PendingSend(messages, sink));
          sendSoon();
        });
  }

  /** Returns the number of records that are passed to the producer and not acknowledged. */
  int inFlight() {
    return inFlight.get();
  }

  /**
   * Completes when the sends in flight have succeeded or failed, at most after {@code timeout}.
   * Sends that still wait fail as retryable.
   */
  Mono<Void> close(Duration timeout) {
    return Mono.create(
        sink -> {
          closed = true;
          sending.schedule(
              () -> {
                ActiveProducer last = active;
                active = null;
                if (last != null) {
                  last.producer.close(timeout);
                }
                sendSoon();
                // Runs after the loop that fails the waiting sends, since one worker runs its tasks
                // in order.
                sending.schedule(sink::success);
              });
        });
  }

  private void sendSoon() {
    if (sendsWanted.getAndIncrement() == 0) {
      schedule(sending, this::sendLoop);
    }
  }

  /**
   * Schedules a task, or runs it on the calling thread once the workers are disposed, so that every
   * sender gets a result.
   */
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
      for (PendingSend next = waiting.peek(); next != null; next = waiting.peek()) {
        int present = inFlight.get();
        if (present > 0 && present + next.records.size() > sendInFlightMax) {
          break;
        }
        waiting.remove();
        inFlight.addAndGet(next.records.size());
        sendAll(next);
      }
      missed = sendsWanted.addAndGet(-missed);
    } while (missed != 0);
  }

  private void sendAll(PendingSend next) {
    try {
      if (closed) {
        throw new IllegalStateException("the bus is closed");
      }
      ActiveProducer sender = workingProducer();
      next.used = sender;
      for (ProducerRecord<byte[], byte[]> message : next.records) {
        var unused = sender.producer.send(message, next);
      }
    } catch (RuntimeException failure) {
      next.abort(failure);
    }
  }

  private ActiveProducer workingProducer() {
    ActiveProducer present = active;
    if (present != null && present.broken) {
      LOG.warn("the producer has failed and is replaced");
      present.producer.close(Duration.ZERO);
      present = null;
    }
    if (present == null) {
      present = new ActiveProducer(producers.get());
      active = present;
    }
    return present;
  }

  /** Runs on the producer's thread, or the sending one. */
  private void settle(PendingSend done) {
    inFlight.addAndGet(-done.records.size());
    answers.add(done);
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
      PendingSend answer = answers.poll();
      while (answer != null) {
        complete(answer);
        answer = answers.poll();
      }
      missed = answersWanted.addAndGet(-missed);
    } while (missed != 0);
  }

  private static void complete(PendingSend answer) {
    Exception failure = answer.failure.get();
    if (failure == null) {
      answer.sink.success();
      return;
    }
    String where = "send to " + answer.records.get(0).topic();
    answer.sink.error(
        KafkaErrors.ofSend(failure) == KafkaErrors.Fate.REFUSED
            ? new BusRefusedException(where, failure)
            : new RetryableException(where, failure));
  }
}
