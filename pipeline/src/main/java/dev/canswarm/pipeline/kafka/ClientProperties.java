package dev.canswarm.pipeline.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * What Kafka's clients are told: our defaults, over them the extra properties of the settings, over
 * those what the bus's guarantees rest on.
 */
final class ClientProperties {
  /** Consumer's fetch buffer per broker: it holds this much beyond what was polled. */
  static final int FETCH_BYTES_MAX = 16 << 20;

  /** How long a record may wait for a batch. */
  static final int LINGER_MILLIS = 2;

  /** How long a send is repeated inside the client before it fails as retryable. */
  static final int DELIVERY_TIMEOUT_MILLIS = 30_000;

  /** How long one request may take. */
  static final int REQUEST_TIMEOUT_MILLIS = 10_000;

  /** How long the sending thread may wait for metadata or for room in the producer's buffer. */
  static final int SEND_BLOCKED_MAX_MILLIS = 10_000;

  /** Longest pause between attempts to reach a broker that is away. */
  static final int RECONNECT_BACKOFF_MAX_MILLIS = 1_000;

  /** How long one call of the admin client may take. */
  static final int ADMIN_TIMEOUT_MILLIS = 30_000;

  /** Longest time between heartbeats: by them a member learns that another joined. */
  static final int HEARTBEAT_MILLIS_MAX = 500;

  /**
   * Requests under way to one broker. With more, a batch that finds a partition without a leader
   * (one just made, or its broker just started) can be overtaken by the next one; where the broker
   * knows nothing yet of this producer it takes that one, and then refuses the first as out of
   * order until the delivery timeout. One costs nothing: batches fill while a request is under way.
   */
  static final int REQUESTS_IN_FLIGHT = 1;

  private static final int HEARTBEATS_PER_SESSION = 3;

  private ClientProperties() {}

  static Map<String, Object> consumer(KafkaBus.Settings settings) {
    Map<String, Object> all = common(settings);
    all.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
    all.putAll(settings.extra());
    all.put(ConsumerConfig.GROUP_ID_CONFIG, settings.groupId());
    settings.memberId().ifPresent(id -> all.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, id));
    all.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, GroupProtocol.CLASSIC.name());
    all.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName());
    all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.pollRecordsMax());
    all.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, settings.sessionTimeoutMillis());
    all.put(
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
        Math.max(
            1,
            Math.min(
                HEARTBEAT_MILLIS_MAX, settings.sessionTimeoutMillis() / HEARTBEATS_PER_SESSION)));
    return all;
  }

  static Map<String, Object> producer(KafkaBus.Settings settings) {
    Map<String, Object> all = common(settings);
    all.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    all.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
    all.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, SEND_BLOCKED_MAX_MILLIS);
    all.putAll(settings.extra());
    all.put(ProducerConfig.ACKS_CONFIG, "all");
    all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    all.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
    all.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, REQUESTS_IN_FLIGHT);
    all.put(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
        KafkaTopics.messageBytesMax(settings.deadLetterBytesMax()));
    return all;
  }

  static Map<String, Object> admin(KafkaBus.Settings settings) {
    Map<String, Object> all = common(settings);
    all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS);
    all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
    all.putAll(settings.extra());
    return all;
  }

  private static Map<String, Object> common(KafkaBus.Settings settings) {
    Map<String, Object> all = new HashMap<>();
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrap());
    all.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_BACKOFF_MAX_MILLIS);
    return all;
  }
}
