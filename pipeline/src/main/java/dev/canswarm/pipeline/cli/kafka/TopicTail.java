package dev.canswarm.pipeline.cli.kafka;

import dev.canswarm.config.KafkaEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Passes the records of topics to a handler on its own thread, from the start or from now on. A
 * plain consumer of all partitions, without a group or committed offsets. Kafka's fetch buffers are
 * in memory; a handler that blocks slows it down.
 */
public final class TopicTail implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

  /** Time for a handler to end before it is interrupted. */
  private static final long HANDLER_MILLIS_MAX = 1_000;

  /** Handles a record on the tail's thread. */
  @FunctionalInterface
  public interface Handler {
    /** Handles a record; may block, which delays further records. */
    void take(ConsumerRecord<byte[], byte[]> message) throws InterruptedException;
  }

  private final Consumer<byte[], byte[]> consumer;
  private final Handler handler;
  private final Thread thread;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean closing;

  private TopicTail(Consumer<byte[], byte[]> consumer, String name, Handler handler) {
    this.consumer = consumer;
    this.handler = handler;
    this.thread = new Thread(this::poll, name);
    this.thread.setDaemon(true);
  }

  /**
   * Starts the tail. Records sent after this returns are passed on.
   *
   * @param name the name of the thread
   * @param fromBeginning whether existing records are passed on first
   * @throws org.apache.kafka.common.KafkaException if the broker does not answer
   */
  public static TopicTail start(
      KafkaEndpoint kafka,
      Collection<String> topics,
      boolean fromBeginning,
      String name,
      Handler handler) {
    return start(Clients.consumer(kafka), topics, fromBeginning, name, handler);
  }

  /** Takes over the consumer, and closes it in the end. */
  static TopicTail start(
      Consumer<byte[], byte[]> consumer,
      Collection<String> topics,
      boolean fromBeginning,
      String name,
      Handler handler) {
    boolean started = false;
    try {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic : topics) {
        consumer
            .partitionsFor(topic)
            .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
      }
      consumer.assign(partitions);
      if (fromBeginning) {
        consumer.seekToBeginning(partitions);
      } else {
        // Not seekToEnd, which looks up the end later and may skip records sent meanwhile.
        consumer.endOffsets(partitions).forEach(consumer::seek);
      }
      TopicTail tail = new TopicTail(consumer, name, handler);
      tail.thread.start();
      started = true;
      return tail;
    } finally {
      if (!started) {
        consumer.close();
      }
    }
  }

  private void poll() {
    try {
      while (!closing) {
        for (ConsumerRecord<byte[], byte[]> message : consumer.poll(POLL)) {
          handler.take(message);
        }
      }
    } catch (WakeupException | InterruptedException closed) {
      // Asked to stop.
    } catch (RuntimeException e) {
      failure.set(e);
    } finally {
      // An interrupt was for the handler alone: the consumer could not close with it.
      Thread.interrupted();
      consumer.close(CloseOptions.timeout(CLOSE_MAX));
    }
  }

  /** Returns the error that ended it, or empty. */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure.get());
  }

  /** Stops and waits for the thread, for a bounded time. Idempotent; not for a handler. */
  @Override
  public void close() {
    closing = true;
    consumer.wakeup();
    try {
      thread.join(HANDLER_MILLIS_MAX);
      if (thread.isAlive()) {
        thread.interrupt();
        thread.join(CLOSE_MAX.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
