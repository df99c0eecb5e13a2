package dev.canswarm.benchmarks.load.overload;

import dev.canswarm.json.JsonString;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How far the pipeline's committed positions on the intake are behind its end. */
public final class IntakeLag implements AutoCloseable {
  private static final String INTAKE = "swarm.intake";

  private static final String ENDPOINTS = "endpoints.json";

  private final Admin admin;

  /**
   * Opens it with the login of the pipeline, whose group nobody else may see.
   *
   * @param data the running stack's data directory
   */
  public IntakeLag(Path data) throws IOException {
    ObjectReader stack =
        new ObjectReader(
            StrictJson.parseObject(Files.readAllBytes(data.resolve(ENDPOINTS))), ENDPOINTS);
    Map<String, Object> properties = new HashMap<>();
    stack
        .requiredObject("kafka_client")
        .members()
        .forEach(
            (name, value) -> {
              if (value instanceof JsonString text) {
                properties.put(name, text.value());
              }
            });
    properties.put("bootstrap.servers", stack.requiredString("kafka_login"));
    this.admin = Admin.create(properties);
  }

  /**
   * Records that are not committed yet, over all partitions.
   *
   * @throws ExecutionException if the broker does not answer
   */
  public long records() throws ExecutionException, InterruptedException {
    List<Map<TopicPartition, OffsetAndMetadata>> groups = new ArrayList<>();
    for (GroupListing group : admin.listGroups().all().get()) {
      groups.add(
          admin.listConsumerGroupOffsets(group.groupId()).partitionsToOffsetAndMetadata().get());
    }
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (TopicDescription topic :
        admin.describeTopics(Set.of(INTAKE)).allTopicNames().get().values()) {
      topic
          .partitions()
          .forEach(
              info ->
                  latest.put(new TopicPartition(INTAKE, info.partition()), OffsetSpec.latest()));
    }
    Map<TopicPartition, Long> ends = new HashMap<>();
    admin
        .listOffsets(latest)
        .all()
        .get()
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return behind(groups, ends);
  }

  /**
   * The records that no group has committed.
   *
   * @param groups the committed offsets of each group; null where a partition has none
   * @param ends of the intake's partitions
   */
  static long behind(
      Collection<Map<TopicPartition, OffsetAndMetadata>> groups, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> committed = new HashMap<>();
    for (Map<TopicPartition, OffsetAndMetadata> offsets : groups) {
      offsets.forEach(
          (partition, offset) -> {
            if (partition.topic().equals(INTAKE) && offset != null) {
              committed.merge(partition, offset.offset(), Math::max);
            }
          });
    }
    return ends.entrySet().stream()
        .mapToLong(end -> end.getValue() - committed.getOrDefault(end.getKey(), 0L))
        .sum();
  }

  @Override
  public void close() {
    admin.close();
  }
}
