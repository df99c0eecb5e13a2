package dev.canswarm.simulation.chaos;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes NEEDs with an ordinary Kafka producer, on its own thread, while fewer than {@link
 * #OPEN_MAX} are open: single tasks, plans of three tasks, records sent twice with the same
 * idempotency key, and a few that must be refused.
 */
final class ChaosWorkload implements AutoCloseable {
  static final String THREAD_PREFIX = "chaos-";

  /** Most open NEEDs: enough that every kill hits some. */
  static final int OPEN_MAX = 250;

  /** Longer than any outage that the faults cause. */
  private static final int DELIVERY_MILLIS_MAX = 300_000;

  private static final int REQUEST_MILLIS_MAX = 5_000;
  private static final long POLL_MILLIS = 200;
  private static final String INTAKE = "swarm.intake";

  private final Producer<byte[], byte[]> producer;
  private final NeedLedger ledger;
  private final SplittableRandom random;
  private final LongSupplier millis;
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicInteger sent = new AtomicInteger();
  private final Thread thread = new Thread(this::publishUntilStopped, "swarm-chaos-feed");
  private volatile boolean stopped;

  ChaosWorkload(String bootstrap, NeedLedger ledger, SplittableRandom random, LongSupplier millis) {
    this(producer(bootstrap), ledger, random, millis);
  }

  /**
   * @param producer closed with this
   */
  ChaosWorkload(
      Producer<byte[], byte[]> producer,
      NeedLedger ledger,
      SplittableRandom random,
      LongSupplier millis) {
    this.producer = producer;
    this.ledger = ledger;
    this.millis = millis;
    this.random = random;
    thread.setDaemon(true);
  }

  private static Producer<byte[], byte[]> producer(String bootstrap) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "acks",
            "all",
            "enable.idempotence",
            true,
            "linger.ms",
            2,
            "reconnect.backoff.max.ms",
            500,
            "request.timeout.ms",
            REQUEST_MILLIS_MAX,
            "max.block.ms",
            DELIVERY_MILLIS_MAX,
            "delivery.timeout.ms",
            DELIVERY_MILLIS_MAX),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  void start() {
    thread.start();
  }

  /**
   * Returns the number of records that Kafka did not acknowledge in time; they may have been
   * appended or not.
   */
  int failed() {
    return failed.get();
  }

  /** Stops publishing and waits until every record is acknowledged or has failed. */
  void stop() throws InterruptedException {
    stopped = true;
    // A send blocks no longer than a delivery may take.
    thread.join(DELIVERY_MILLIS_MAX);
    producer.flush();
  }

  private void publishUntilStopped() {
    try {
      for (int number = 1; awaitRoom(); number++) {
        send(number);
      }
    } catch (InterruptedException | InterruptException closing) {
      // Stopped while Kafka was unavailable.
    }
  }

  /** Waits until another NEED may be open. Returns false once this is stopped. */
  private boolean awaitRoom() throws InterruptedException {
    boolean room = false;
    while (!stopped && !room) {
      room = ledger.awaitEnded(sent.get() - OPEN_MAX + 1, POLL_MILLIS);
    }
    return !stopped;
  }

  private void send(int number) {
    String id = THREAD_PREFIX + number;
    sent.incrementAndGet();
    int kind = random.nextInt(100);
    if (kind < 2) {
      send(id, "{\"task_type\":");
    } else if (kind < 4) {
      send(id, "{\"task_type\":\"hash.sha256\",\"nothing\":" + number + "}");
    } else if (kind < 12) {
      String twice = single(number, ",\"idempotency_key\":\"k" + number + "\"");
      send(id, twice);
      send(id, twice);
    } else if (kind < 22) {
      send(id, plan(number));
    } else {
      send(id, single(number, ""));
    }
  }

  private String single(int number, String more) {
    return switch (random.nextInt(3)) {
      case 0 ->
          "{\"task_type\":\"hash.sha256\",\"input\":{\"text\":\"need %d\"}%s}"
              .formatted(number, more);
      case 1 ->
          "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be %d or not\"}%s}"
              .formatted(number, more);
      default ->
          "{\"task_type\":\"json.canonicalize\",\"input\":{\"z\":%d.5,\"a\":[1e30,\"\\u20ac\"]}%s}"
              .formatted(number, more);
    };
  }

  private static String plan(int number) {
    return ("{\"tasks\":["
            + "{\"name\":\"a\",\"task_type\":\"hash.sha256\",\"input\":{\"text\":\"%d\"}},"
            + "{\"name\":\"b\",\"task_type\":\"hash.sha256\",\"input\":{\"text\":\"b\"},\"requires\":[\"a\"]},"
            + "{\"name\":\"c\",\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"c\"},\"requires\":[\"a\",\"b\"]}]}")
        .formatted(number);
  }

  private void send(String id, String value) {
    var unused = // the callback counts what fails
        producer.send(
            new ProducerRecord<>(
                INTAKE,
                id.getBytes(StandardCharsets.US_ASCII),
                value.getBytes(StandardCharsets.UTF_8)),
            (place, failure) -> {
              if (failure == null) {
                ledger.acknowledged(
                    id, place.partition() + "/" + place.offset(), millis.getAsLong());
              } else {
                failed.incrementAndGet();
              }
            });
  }

  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
    try {
      thread.join(REQUEST_MILLIS_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(Duration.ZERO);
  }
}
