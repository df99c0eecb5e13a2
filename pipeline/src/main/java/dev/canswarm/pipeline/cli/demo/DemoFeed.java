package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.pipeline.cli.kafka.Clients;
import dev.canswarm.port.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Publishes NEEDs with an ordinary Kafka producer, on its own thread: plain JSON, keyed by the
 * NEED's thread.
 */
final class DemoFeed implements AutoCloseable {
  /** Most NEEDs sent but not finalised: more would only wait while their deadlines run. */
  static final int OPEN_MAX = 500;

  private final Producer<byte[], byte[]> producer;
  private final List<String> threads;
  private final List<byte[]> needs;
  private final Semaphore room;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::feed, "swarm-demo-feed");

  /**
   * @param threads a name for each of the needs
   * @param openMax how many are sent before one has ended
   */
  DemoFeed(KafkaEndpoint kafka, List<String> threads, List<byte[]> needs, int openMax) {
    this(Clients.producer(kafka), threads, needs, openMax);
  }

  /**
   * @param producer closed with this
   */
  DemoFeed(
      Producer<byte[], byte[]> producer, List<String> threads, List<byte[]> needs, int openMax) {
    this.room = new Semaphore(openMax);
    this.threads = threads;
    this.needs = needs;
    this.producer = producer;
    // Connects before the measurement starts, so that the first NEED's time does not include it.
    producer.partitionsFor(Topics.INTAKE);
    thread.setDaemon(true);
  }

  /** Starts to send the demo's NEEDs, on a thread of its own. */
  void start() {
    thread.start();
  }

  /** Reports that a NEED has ended, so that another may be sent. */
  void finalized() {
    room.release();
  }

  /** Returns why sending failed, or null. */
  @Nullable Exception failure() {
    return failure.get();
  }

  private void feed() {
    try {
      for (int i = 0; i < needs.size() && failure.get() == null; i++) {
        room.acquire();
        var unused = // the callback reports failures
            producer.send(
                new ProducerRecord<>(
                    Topics.INTAKE, threads.get(i).getBytes(StandardCharsets.UTF_8), needs.get(i)),
                (sent, problem) -> {
                  if (problem != null) {
                    failure.compareAndSet(null, problem);
                  }
                });
      }
      producer.flush();
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(Clients.ANSWER_MILLIS_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(Duration.ofSeconds(1));
  }
}
