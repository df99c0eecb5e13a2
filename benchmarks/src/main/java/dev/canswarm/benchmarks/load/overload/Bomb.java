package dev.canswarm.benchmarks.load.overload;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Records that are small on the wire and large once they are read: spaces, compressed with zstd.
 * They are not NEEDs, so each must become a dead letter, and nothing else must happen.
 */
public final class Bomb {
  /** How many records there are. */
  public static final int RECORDS = 400;

  /** How their keys begin. */
  public static final String KEY_PREFIX = "bomb-";

  private static final int SPACES = 4_000_000;
  private static final int REQUEST_BYTES_MAX = 64 << 20;
  private static final int PRODUCER_BYTES_MAX = 64 << 20;
  private static final int WAIT_MILLIS_MAX = 120_000;
  private static final Duration CLOSE = Duration.ofMinutes(2);

  private Bomb() {}

  /**
   * Sends all of it to the intake.
   *
   * @return records that Kafka acknowledged
   */
  public static int send(String bootstrap) {
    try (var producer =
        new KafkaProducer<byte[], byte[]>(
            Map.of(
                "bootstrap.servers", bootstrap,
                "acks", "all",
                "compression.type", "zstd",
                "max.request.size", REQUEST_BYTES_MAX,
                "buffer.memory", PRODUCER_BYTES_MAX,
                "max.block.ms", WAIT_MILLIS_MAX),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      return send(producer);
    }
  }

  /** Sends all of it, and closes the producer. */
  static int send(Producer<byte[], byte[]> producer) {
    byte[] spaces = new byte[SPACES];
    Arrays.fill(spaces, (byte) ' ');
    var acknowledged = new AtomicInteger();
    for (int number = 0; number < RECORDS; number++) {
      byte[] key = (KEY_PREFIX + number).getBytes(StandardCharsets.US_ASCII);
      var unused = // the callback counts
          producer.send(
              new ProducerRecord<>("swarm.intake", key, spaces),
              (place, failure) -> {
                if (failure == null) {
                  acknowledged.incrementAndGet();
                }
              });
    }
    producer.flush();
    producer.close(CLOSE);
    return acknowledged.get();
  }
}
