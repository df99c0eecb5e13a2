package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.RetryableException;
import dev.canswarm.port.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/** Creates missing topics and checks existing ones. */
public final class KafkaTopics {
  /**
   * The most bytes that Kafka adds to key, value and headers: the headers of a batch and of a
   * record.
   */
  private static final int OVERHEAD_BYTES_MAX = 1_024;

  private static final int ATTEMPTS_MAX = 10;
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(50);

  private KafkaTopics() {}

  /** Calls {@link #ensure(BusSettings, Collection, Scheduler)} with all topics of the swarm. */
  public static Mono<String> ensure(BusSettings settings, Scheduler blocking) {
    return ensure(settings, Topics.all(), blocking);
  }

  /**
   * Creates missing topics with the settings' partitions, replication, retention, {@code
   * min.insync.replicas} and {@code max.message.bytes} (that of {@link Topics#DEAD_LETTERS} from
   * {@code deadLetterBytesMax}). Of existing topics, it checks only the number of partitions.
   * Several processes may do this concurrently. Completes when every partition has a leader.
   *
   * @param blocking runs the calls to Kafka, each for at most {@value
   *     ClientProperties#ADMIN_TIMEOUT_MILLIS} ms
   * @return the cluster's id; fails with {@link TopicMismatchException} if an existing topic has
   *     another number of partitions, and with {@link RetryableException} if Kafka is unavailable
   */
  public static Mono<String> ensure(
      BusSettings settings, Collection<String> topics, Scheduler blocking) {
    return Mono.fromCallable(() -> ensureOnce(settings, topics))
        .onErrorMap(
            failure -> failure instanceof RetriableException,
            failure ->
                new RetryableException("topics on Kafka at " + settings.bootstrap(), failure))
        .onErrorMap(
            failure -> failure instanceof KafkaException,
            failure ->
                new BusRefusedException("topics on Kafka at " + settings.bootstrap(), failure))
        .retryWhen(
            Retry.backoff(ATTEMPTS_MAX, FIRST_BACKOFF)
                .scheduler(blocking)
                .filter(KafkaTopics::isNotYetKnown)
                .onRetryExhaustedThrow((spec, signal) -> signal.failure()))
        .subscribeOn(blocking);
  }

  static int messageBytesMax(int recordBytesMax) {
    return Math.addExact(recordBytesMax, OVERHEAD_BYTES_MAX);
  }

  private static String ensureOnce(BusSettings settings, Collection<String> topics)
      throws Exception {
    try (Admin admin = Admin.create(ClientProperties.admin(settings))) {
      List<NewTopic> wanted = topics.stream().map(topic -> newTopic(settings, topic)).toList();
      for (var creation : admin.createTopics(wanted).values().values()) {
        try {
          creation.get();
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof TopicExistsException)) {
            throw e;
          }
        }
      }
      Map<String, TopicDescription> found = admin.describeTopics(topics).allTopicNames().get();
      found.forEach((topic, description) -> check(settings, topic, description));
      awaitLeaders(admin, found);
      return admin.describeCluster().clusterId().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  static NewTopic newTopic(BusSettings settings, String topic) {
    int bytesMax = messageBytesMax(settings.bytesMax(topic));
    return new NewTopic(topic, settings.partitions(), (short) settings.replication())
        .configs(
            Map.of(
                TopicConfig.RETENTION_MS_CONFIG, Long.toString(settings.retentionMillis()),
                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(settings.minInsync()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(bytesMax)));
  }

  private static void check(BusSettings settings, String topic, TopicDescription description) {
    int actual = description.partitions().size();
    if (actual != settings.partitions()) {
      throw new TopicMismatchException(topic, settings.partitions(), actual);
    }
  }

  /**
   * Waits until every partition has a leader: the client repeats this request until the leader
   * answers.
   */
  private static void awaitLeaders(Admin admin, Map<String, TopicDescription> topics)
      throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> questions = new HashMap<>();
    topics.forEach(
        (topic, description) ->
            description
                .partitions()
                .forEach(
                    p ->
                        questions.put(
                            new TopicPartition(topic, p.partition()), OffsetSpec.latest())));
    admin.listOffsets(questions).all().get();
  }

  /** Whether the failure means that a new topic is not known to every broker yet. */
  private static boolean isNotYetKnown(Throwable failure) {
    return failure instanceof RetryableException
        && failure.getCause() instanceof UnknownTopicOrPartitionException;
  }
}
