package dev.canswarm.pipeline.cli.kafka;

import dev.canswarm.config.KafkaEndpoint;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Creates plain Kafka clients with short timeouts, because a user waits. */
public final class Clients {
  /** Longest wait for a response of the broker. */
  public static final int ANSWER_MILLIS_MAX = 10_000;

  private static final int LINGER_MILLIS = 2;

  private Clients() {}

  /** Creates a producer that waits for all in-sync replicas. */
  public static KafkaProducer<byte[], byte[]> producer(KafkaEndpoint kafka) {
    Map<String, Object> properties = properties(kafka);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWER_MILLIS_MAX);
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS_MAX);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * ANSWER_MILLIS_MAX);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static Map<String, Object> properties(KafkaEndpoint kafka) {
    Map<String, Object> properties = new HashMap<>(kafka.properties());
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
    return properties;
  }

  /**
   * Sends a record and waits until it is acknowledged.
   *
   * @throws KafkaException if it is not
   */
  public static RecordMetadata send(
      KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> message)
      throws InterruptedException, TimeoutException {
    try {
      return producer.send(message).get(3L * ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw kafka(e);
    }
  }

  /** Creates a consumer without a group, so that it does not affect others. */
  static KafkaConsumer<byte[], byte[]> consumer(KafkaEndpoint kafka) {
    Map<String, Object> properties = properties(kafka);
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS_MAX);
    return new KafkaConsumer<>(
        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * Returns the names of all topics.
   *
   * @throws KafkaException if the broker does not answer
   */
  public static Set<String> topics(KafkaEndpoint kafka) throws InterruptedException {
    try (Admin admin = admin(kafka)) {
      return admin.listTopics().names().get();
    } catch (ExecutionException e) {
      throw kafka(e);
    }
  }

  /**
   * Creates a topic unless it exists.
   *
   * @throws KafkaException if that fails
   */
  public static void createTopic(KafkaEndpoint kafka, String topic, int partitions, int replication)
      throws InterruptedException {
    Collection<NewTopic> wanted = List.of(new NewTopic(topic, partitions, (short) replication));
    try (Admin admin = admin(kafka)) {
      admin.createTopics(wanted).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw kafka(e);
      }
    }
  }

  /** Creates an admin client. */
  public static Admin admin(KafkaEndpoint kafka) {
    Map<String, Object> properties = properties(kafka);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS_MAX);
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS_MAX);
    return Admin.create(properties);
  }

  private static KafkaException kafka(ExecutionException failure) {
    return failure.getCause() instanceof KafkaException known
        ? known
        : new KafkaException("unexpected", failure.getCause());
  }
}
