package dev.canswarm.pipeline.kafka;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;

/**
 * Builds the properties of Kafka's clients in three layers: our defaults, then the extra properties
 * of the settings, then the properties on which the bus's guarantees depend.
 */
final class ClientProperties {
  /** The consumer's fetch buffer per broker, in bytes, beyond the polled records. */
  static final int FETCH_BYTES_MAX = 16 << 20;

  /**
   * The bytes of one partition in one fetch; one record always fits. The client returns everything
   * that it has fetched from one partition before it returns records of the next one: with Kafka's
   * default of 1 MiB, thousands of NEEDs came from one partition while all other lanes were idle.
   */
  static final int PARTITION_FETCH_BYTES_MAX = 16 << 10;

  /**
   * How long the broker holds a fetch for which it has no record, in milliseconds. A consumer has
   * one fetch under way per broker: while one waits that began when topics were held, these topics
   * are not fetched although they are held no longer. With Kafka's default of 500 ms the pipeline
   * stalled for half a second each time; NEEDs for more than 100 ms of work are open by then. An
   * idle consumer costs a fetch of all partitions in each such interval, some 3 ms of CPU time.
   */
  static final int FETCH_WAIT_MILLIS_MAX = 100;

  /**
   * The producer's linger time in milliseconds: a record is never delayed to fill a batch. Records
   * that are sent while a request is in flight form the batches of the next request, since there is
   * one request at a time.
   */
  static final int LINGER_MILLIS = 0;

  /**
   * No compression. A compressor allocates buffers of some 128 KiB for every batch, and a batch of
   * a turn has only a few records: it costs more than it saves, unless the network is the
   * bottleneck. In that case set {@code compression.type} among the extra properties.
   */
  static final String COMPRESSION = "none";

  /** A producer's batch: buffers of this size are reused, and a turn's records of a topic fit. */
  static final int BATCH_BYTES = 64 << 10;

  /** How long the client retries a send before it fails as retryable, in milliseconds. */
  static final int DELIVERY_TIMEOUT_MILLIS = 30_000;

  /** The timeout of one request, in milliseconds. */
  static final int REQUEST_TIMEOUT_MILLIS = 10_000;

  /** How long the sending thread may block for metadata or buffer space, in milliseconds. */
  static final int SEND_BLOCKED_MAX_MILLIS = 10_000;

  /** The longest pause between attempts to reach an unavailable broker, in milliseconds. */
  static final int RECONNECT_BACKOFF_MAX_MILLIS = 1_000;

  /** The timeout of one call of the admin client, in milliseconds. */
  static final int ADMIN_TIMEOUT_MILLIS = 30_000;

  /**
   * The longest interval between heartbeats, in milliseconds. By a heartbeat a member learns that a
   * rebalance has started.
   */
  static final int HEARTBEAT_MILLIS_MAX = 500;

  /**
   * The most unacknowledged requests per broker. With more than one, a later batch can overtake one
   * that found a partition without a leader (just created, or its broker just started). A broker
   * without state of this producer accepts the later batch, and then refuses the first as out of
   * order until the delivery timeout. The limit costs nothing, since batches fill while a request
   * is in flight.
   */
  static final int REQUESTS_IN_FLIGHT = 1;

  private static final int HEARTBEATS_PER_SESSION = 3;

  private ClientProperties() {}

  static Map<String, Object> consumer(BusSettings settings) {
    Map<String, Object> all = common(settings);
    all.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
    all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_FETCH_BYTES_MAX);
    all.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MILLIS_MAX);
    all.putAll(settings.extra());
    all.put(ConsumerConfig.GROUP_ID_CONFIG, settings.groupId());
    settings.memberId().ifPresent(id -> all.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, id));
    settings.clientId().ifPresent(id -> all.put(ConsumerConfig.CLIENT_ID_CONFIG, id));
    all.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, GroupProtocol.CLASSIC.name());
    all.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName());
    // A NEED of an aborted transaction was never sent.
    all.put(
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        IsolationLevel.READ_COMMITTED.toString().toLowerCase(Locale.ROOT));
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

  static Map<String, Object> producer(BusSettings settings) {
    Map<String, Object> all = common(settings);
    all.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    all.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, COMPRESSION);
    all.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
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

  static Map<String, Object> admin(BusSettings settings) {
    Map<String, Object> all = common(settings);
    all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ADMIN_TIMEOUT_MILLIS);
    all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
    all.putAll(settings.extra());
    return all;
  }

  private static Map<String, Object> common(BusSettings settings) {
    Map<String, Object> all = new HashMap<>();
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrap());
    all.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_BACKOFF_MAX_MILLIS);
    return all;
  }
}
