package dev.canswarm.pipeline.kafka;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.embedded.KafkaUser;
import dev.canswarm.pipeline.embedded.SharedStack;
import dev.canswarm.port.Bus;
import dev.canswarm.port.BusProbe;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Buses on the shared stack, with topics and groups that no other test meets; closed together. */
final class KafkaBuses implements AutoCloseable {
  static final int PARTITIONS = 4;
  static final int COMMIT_INTERVAL_MILLIS = 50;

  /** Longer than any test waits: what it sees has not come about by this passing. */
  static final int MEMBER_SESSION_MILLIS = 600_000;

  private final String prefix = "t" + UUID.randomUUID().toString().substring(0, 8) + ".";
  private final Scheduler blocking = Schedulers.newBoundedElastic(4, 64, "test-blocking");
  private static final String INHERITED = "TEST_KAFKA_";

  private final List<KafkaBus> open = new ArrayList<>();
  private final String cluster;
  private final Admin admin;

  KafkaBuses() {
    cluster =
        Objects.requireNonNull(
            KafkaTopics.ensure(settings("none", 1, 1), topics(), blocking).block(BusProbe.AWAIT));
    admin = Admin.create(ClientProperties.admin(settings("none", 1, 1)));
  }

  static String bootstrap() {
    return access().bootstrap();
  }

  /** Properties with which any client logs in as the pipeline. */
  static Map<String, Object> client() {
    Map<String, Object> client = new HashMap<>(access().properties());
    client.put("bootstrap.servers", bootstrap());
    return client;
  }

  private static KafkaEndpoint access() {
    return SharedStack.get().kafka(KafkaUser.PIPELINE);
  }

  /** Lets another process log in as this one does, which {@link #inherited} reads there. */
  static void bequeath(Map<String, String> environment) {
    access().properties().forEach((name, value) -> environment.put(INHERITED + name, value));
  }

  /** Returns the properties that this process got from the one that started it. */
  static Map<String, String> inherited() {
    Map<String, String> properties = new HashMap<>();
    System.getenv()
        .forEach(
            (name, value) -> {
              if (name.startsWith(INHERITED)) {
                properties.put(name.substring(INHERITED.length()), value);
              }
            });
    return properties;
  }

  List<String> topics() {
    return List.of(prefix + "alpha", prefix + "beta");
  }

  String cluster() {
    return cluster;
  }

  Admin admin() {
    return admin;
  }

  Scheduler blocking() {
    return blocking;
  }

  String group(String name) {
    return prefix + name;
  }

  KafkaBus open(String group, int inFlightMax, int pollRecordsMax) {
    KafkaBus bus = new KafkaBus(settings(group, inFlightMax, pollRecordsMax), cluster, blocking);
    open.add(bus);
    return bus;
  }

  KafkaBus open(String group, int inFlightMax, long inFlightBytesMax, int pollRecordsMax) {
    BusSettings usual = settings(group, inFlightMax, pollRecordsMax);
    KafkaBus bus =
        new KafkaBus(usual.with().inFlightBytes(inFlightBytesMax).build(), cluster, blocking);
    open.add(bus);
    return bus;
  }

  /** One with an id in its group. */
  KafkaBus openMember(String group, String memberId) {
    KafkaBus bus = new KafkaBus(ofMember(settings(group, 100, 10), memberId), cluster, blocking);
    open.add(bus);
    return bus;
  }

  /** One that never commits at intervals, only when it closes or loses a partition. */
  KafkaBus openWithoutIntervals(String group, int inFlightMax, int pollRecordsMax) {
    BusSettings usual = settings(group, inFlightMax, pollRecordsMax);
    KafkaBus bus =
        new KafkaBus(usual.with().poll(pollRecordsMax, 3_600_000L).build(), cluster, blocking);
    open.add(bus);
    return bus;
  }

  BusSettings settings(String group, int inFlightMax, int pollRecordsMax) {
    return settings(bootstrap(), group(group), topics(), inFlightMax, pollRecordsMax)
        .with()
        .extra(access().properties())
        .build();
  }

  static BusSettings settings(
      String bootstrap, String groupId, List<String> topics, int inFlightMax, int pollRecordsMax) {
    return BusSettings.builder(bootstrap, groupId)
        .topics(topics, PARTITIONS)
        .retention(3_600_000L)
        .inFlight(inFlightMax)
        .poll(pollRecordsMax, COMMIT_INTERVAL_MILLIS)
        .sends(256)
        .sessionTimeout(6_000)
        .sizes(100_000, 200_000)
        .traced(true)
        .build();
  }

  /** Those of a member with an id, in a group that does not miss it within any test. */
  static BusSettings ofMember(BusSettings usual, String memberId) {
    return usual.with().memberId(memberId).sessionTimeout(MEMBER_SESSION_MILLIS).build();
  }

  /** What the group has committed, by topic-partition. */
  Map<TopicPartition, Long> committed(String group) {
    try {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin.listConsumerGroupOffsets(group(group)).partitionsToOffsetAndMetadata().get();
      Map<TopicPartition, Long> all = new HashMap<>();
      offsets.forEach((place, offset) -> all.put(place, offset.offset()));
      return all;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  OptionalLong committed(String group, String topic, int partition) {
    Long offset = committed(group).get(new TopicPartition(topic, partition));
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
  }

  /** A key that belongs to a partition. */
  static String keyOf(Bus bus, int partition) {
    int i = 0;
    while (bus.partitionOf(new ThreadId("key-" + i)) != partition) {
      i++;
    }
    return "key-" + i;
  }

  @Override
  public void close() {
    open.forEach(KafkaBus::close);
    admin.close();
    blocking.dispose();
  }
}
