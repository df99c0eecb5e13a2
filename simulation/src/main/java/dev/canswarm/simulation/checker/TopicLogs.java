package dev.canswarm.simulation.checker;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Reads the topics to their current ends and compares them with the tables. Not thread-safe. */
final class TopicLogs {
  private static final List<String> VERBS =
      List.of(
          "swarm.need",
          "swarm.propose",
          "swarm.decide",
          "swarm.lease",
          "swarm.commit",
          "swarm.attest",
          "swarm.finalize");
  private static final String INTAKE = "swarm.intake";
  private static final String DEAD_LETTERS = "swarm.dlq";
  private static final Duration POLL = Duration.ofMillis(200);

  /**
   * At the end of a topic the client fetches again at once, and the broker holds that request back
   * for this long; reading the next topic would wait for it.
   */
  private static final int FETCH_WAIT_MILLIS_MAX = 10;

  /** Checks one record. */
  @FunctionalInterface
  private interface RecordCheck {
    void check(ConsumerRecord<byte[], byte[]> message);
  }

  private final CheckedSwarm swarm;
  private final ViolationCollector violations;
  private final TableContents contents;
  private final Set<String> deadLettered = new HashSet<>();
  private long messages;
  private long refused;
  private long lost;

  TopicLogs(CheckedSwarm swarm, ViolationCollector violations, TableContents contents) {
    this.swarm = swarm;
    this.violations = violations;
    this.contents = contents;
  }

  void read() throws Exception {
    String cluster;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", swarm.bootstrap()))) {
      cluster = admin.describeCluster().clusterId().get();
    }
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                swarm.bootstrap(),
                "enable.auto.commit",
                false,
                "fetch.max.wait.ms",
                FETCH_WAIT_MILLIS_MAX),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      read(cluster, consumer);
    }
  }

  /**
   * Reads the topics to their current ends.
   *
   * @param cluster the name of the cluster, which the nonces of its records begin with
   */
  void read(String cluster, Consumer<byte[], byte[]> consumer) {
    for (String topic : VERBS) {
      int partitions = consumer.partitionsFor(topic).size();
      each(consumer, topic, message -> compare(message, partitions));
    }
    each(consumer, DEAD_LETTERS, this::deadLetter);
    Set<String> there = new HashSet<>();
    each(
        consumer,
        INTAKE,
        message -> {
          there.add(message.partition() + "/" + message.offset());
          intake(cluster, message);
        });
    for (String place : swarm.acknowledged()) {
      if (!there.contains(place)) {
        lost("the record that Kafka acknowledged at " + place + " is not on " + INTAKE);
      }
    }
    for (String need : contents.endsNotSent()) {
      violations.add("P5", "the FINALIZE of NEED " + need + " is stored but not on swarm.finalize");
    }
  }

  private static void each(Consumer<byte[], byte[]> consumer, String topic, RecordCheck check) {
    List<TopicPartition> places =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(places);
    consumer.seekToBeginning(places);
    Map<TopicPartition, Long> ends = consumer.endOffsets(places);
    while (places.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
      consumer.poll(POLL).forEach(check::check);
    }
  }

  /**
   * Checks that a record on a verb's topic is stored, byte for byte, and has the right topic, key
   * and partition.
   */
  private void compare(ConsumerRecord<byte[], byte[]> message, int partitions) {
    messages++;
    byte[] value = message.value();
    TableContents.Stored stored = value == null ? null : contents.of(value);
    if (stored == null) {
      violations.add("P1", place(message) + " holds bytes that are not stored: " + text(value));
      return;
    }
    contents.sent(stored);
    violations.require(
        stored.topic().equals(message.topic()), "P6", place(message) + " holds a " + stored.kind());
    byte[] key = stored.thread().getBytes(StandardCharsets.UTF_8);
    violations.require(
        stored.thread().equals(text(message.key()))
            && message.partition() == Utils.toPositive(Utils.murmur2(key)) % partitions,
        "P6",
        place(message) + " has another key or partition than thread " + stored.thread());
  }

  private void deadLetter(ConsumerRecord<byte[], byte[]> message) {
    String topic = header(message, "swarm-topic");
    if (topic.equals(INTAKE)) {
      deadLettered.add(header(message, "swarm-partition") + "/" + header(message, "swarm-offset"));
      violations.require(
          !header(message, "swarm-reason").isEmpty(), "P5", place(message) + " names no reason");
    } else {
      violations.add(
          "P6",
          "one of the swarm's own envelopes was refused: %s %s from %s"
              .formatted(header(message, "swarm-reason"), header(message, "swarm-detail"), topic));
    }
  }

  /** P5: an intake record became a NEED that ended, or a dead letter. */
  private void intake(String cluster, ConsumerRecord<byte[], byte[]> message) {
    String place = message.partition() + "/" + message.offset();
    String need = contents.needOf(nonce(cluster, message));
    if (deadLettered.contains(place)) {
      refused++;
      violations.require(
          need == null, "P5", place(message) + " was refused and also became NEED " + need);
    } else if (need == null) {
      lost(place(message) + " became neither a NEED nor a dead letter");
    } else if (!contents.ended(need)) {
      lost(place(message) + " became NEED " + need + ", which has no FINALIZE");
    }
  }

  private static String nonce(String cluster, ConsumerRecord<byte[], byte[]> message) {
    JsonNode json = Message.json(message.value());
    String idempotencyKey = json.path("idempotency_key").asText();
    return idempotencyKey.isEmpty()
        ? "INTAKE/%s/%s/%d/%d"
            .formatted(cluster, message.topic(), message.partition(), message.offset())
        : "INTAKE/" + text(message.key()) + "/" + idempotencyKey;
  }

  private void lost(String what) {
    lost++;
    violations.add("P5", what);
  }

  private static String place(ConsumerRecord<byte[], byte[]> message) {
    return message.topic() + "/" + message.partition() + "/" + message.offset();
  }

  private static String header(ConsumerRecord<byte[], byte[]> message, String name) {
    Header header = message.headers().lastHeader(name);
    return header == null ? "" : text(header.value());
  }

  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  long messages() {
    return messages;
  }

  long refused() {
    return refused;
  }

  long lost() {
    return lost;
  }
}
