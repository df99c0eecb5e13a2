package dev.canswarm.benchmarks.load.feed;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends records when they are due, through an ordinary producer on a thread of its own. */
public final class Feeder implements AutoCloseable {
  private static final String INTAKE = "swarm.intake";

  /** All at once, records may wait for others of their batch; one that is due at a time may not. */
  private static final int BURST_LINGER_MILLIS = 5;

  private static final int BATCH_BYTES = 1 << 18;

  /** Longer than any stall of an overloaded broker. */
  private static final int DELIVERY_MILLIS_MAX = 300_000;

  private static final int REQUEST_MILLIS_MAX = 60_000;
  private static final int REQUEST_BYTES_MAX = 4 << 20;

  private final Producer<byte[], byte[]> producer;
  private final PhaseRecords records;
  private final RateSchedule schedule;
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::feed, "bench-feed");
  private long startNanos;

  /** Connects, and learns where the topic's partitions are, so that no send waits for that. */
  public Feeder(String bootstrap, PhaseRecords records, RateSchedule schedule) {
    this(producer(bootstrap, schedule), records, schedule);
  }

  /** Takes over the producer, and closes it in the end. */
  Feeder(Producer<byte[], byte[]> producer, PhaseRecords records, RateSchedule schedule) {
    this.producer = producer;
    this.records = records;
    this.schedule = schedule;
    producer.partitionsFor(INTAKE);
    thread.setDaemon(true);
  }

  private static Producer<byte[], byte[]> producer(String bootstrap, RateSchedule schedule) {
    int linger = schedule.perSecond() == 0 ? BURST_LINGER_MILLIS : 0;
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers", bootstrap,
            "acks", "all",
            "linger.ms", linger,
            "batch.size", BATCH_BYTES,
            "max.request.size", REQUEST_BYTES_MAX,
            "request.timeout.ms", REQUEST_MILLIS_MAX,
            "max.block.ms", DELIVERY_MILLIS_MAX,
            "delivery.timeout.ms", DELIVERY_MILLIS_MAX),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /**
   * Begins to send, on a thread of its own.
   *
   * @param startNanos of {@link System#nanoTime}, from which the schedule counts
   */
  public void start(long startNanos) {
    this.startNanos = startNanos;
    thread.start();
  }

  /** Records that Kafka has acknowledged. */
  public int acknowledged() {
    return acknowledged.get();
  }

  /** Why a record was not taken, or null. */
  public @Nullable Exception failure() {
    return failure.get();
  }

  private void feed() {
    try {
      for (int number = 0; number < records.needs(); number++) {
        awaitDue(startNanos + schedule.dueNanos(number));
        producer.send(
            new ProducerRecord<>(
                INTAKE,
                records.thread(number).text().getBytes(StandardCharsets.US_ASCII),
                records.value(number)),
            (place, problem) -> {
              if (problem == null) {
                acknowledged.incrementAndGet();
              } else {
                failure.compareAndSet(null, problem);
              }
            });
      }
    } catch (InterruptException closing) {
      // Closed before everything was sent.
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private static void awaitDue(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptException("closed");
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    producer.close(Duration.ZERO);
  }
}
