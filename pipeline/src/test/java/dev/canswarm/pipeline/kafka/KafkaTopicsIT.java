package dev.canswarm.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.BusProbe;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.RetryableException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class KafkaTopicsIT {
  private final KafkaBuses buses = new KafkaBuses();

  @AfterEach
  void close() {
    buses.close();
  }

  @Test
  void createsEveryTopicOnceThoughSeveralProcessesStartTogether() throws Exception {
    BusSettings settings = buses.settings("any", 10, 10);
    List<String> topics = List.of(buses.group("one"), buses.group("two"), buses.group("three"));

    StepVerifier.create(
            Mono.zip(
                KafkaTopics.ensure(settings, topics, buses.blocking()),
                KafkaTopics.ensure(settings, topics, buses.blocking())))
        .assertNext(
            ids -> assertThat(List.of(ids.getT1(), ids.getT2())).containsOnly(buses.cluster()))
        .expectComplete()
        .verify(BusProbe.AWAIT);

    assertThat(buses.admin().listTopics().names().get()).containsAll(topics);
    assertThat(config(topics.get(0)))
        .containsEntry("retention.ms", "3600000")
        .containsEntry("min.insync.replicas", "1")
        .containsEntry("max.message.bytes", Integer.toString(100_000 + 1_024));
  }

  @Test
  void anotherNumberOfPartitionsIsAnErrorThatSaysWhatToDo() throws Exception {
    String topic = buses.group("three");
    buses.admin().createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();

    StepVerifier.create(
            KafkaTopics.ensure(buses.settings("any", 1, 1), List.of(topic), buses.blocking()))
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(TopicMismatchException.class)
                    .hasMessageContainingAll(topic, "expected 4", "has 3", "Set the number"))
        .verify(BusProbe.AWAIT);
  }

  @Test
  void aClusterThatIsAwayIsRetryable() {
    BusSettings away =
        BusSettings.builder("127.0.0.1:1", "any")
            .topics(List.of("any"), 1)
            .extra(Map.of("default.api.timeout.ms", "300", "request.timeout.ms", "200"))
            .build();

    StepVerifier.create(KafkaTopics.ensure(away, List.of("any"), buses.blocking()))
        .expectError(RetryableException.class)
        .verify(BusProbe.AWAIT);
  }

  @Test
  void aTooLargeRecordIsRefusedAndOneOfTheLargestSizePasses() {
    KafkaBus bus = buses.open("large", 10, 10);
    String topic = buses.topics().get(0);

    StepVerifier.create(bus.send(large(topic, 100_001)))
        .expectErrorSatisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(BusRefusedException.class)
                    .hasMessageContainingAll("100000", "100001"))
        .verify(BusProbe.AWAIT);
    StepVerifier.create(bus.send(large(topic, 100_000))).expectComplete().verify(BusProbe.AWAIT);
  }

  /** Returns a record that does not compress, so that it also reaches the broker's size limit. */
  private static OutgoingRecord large(String topic, int bytes) {
    byte[] value = new byte[bytes];
    new Random(bytes).nextBytes(value);
    return new OutgoingRecord(topic, null, value, new TreeMap<>());
  }

  private Map<String, String> config(String topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config config =
        Objects.requireNonNull(
            buses.admin().describeConfigs(List.of(resource)).all().get().get(resource));
    Map<String, String> all = new TreeMap<>();
    config.entries().forEach(entry -> all.put(entry.name(), String.valueOf(entry.value())));
    return all;
  }
}
