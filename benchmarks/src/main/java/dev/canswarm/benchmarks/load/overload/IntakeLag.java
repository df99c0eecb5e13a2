package dev.canswarm.benchmarks.load.overload;

import java.util.HashMap;
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

  private final Admin admin;

  public IntakeLag(String bootstrap) {
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
  }

  /**
   * Records that are not committed yet, over all partitions.
   *
   * @throws ExecutionException where the broker does not tell
   */
  public long records() throws ExecutionException, InterruptedException {
    Map<TopicPartition, Long> committed = new HashMap<>();
    for (GroupListing group : admin.listGroups().all().get()) {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin.listConsumerGroupOffsets(group.groupId()).partitionsToOffsetAndMetadata().get();
      offsets.forEach(
          (partition, offset) -> {
            if (partition.topic().equals(INTAKE) && offset != null) {
              committed.merge(partition, offset.offset(), Math::max);
            }
          });
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
    return admin.listOffsets(latest).all().get().entrySet().stream()
        .mapToLong(end -> end.getValue().offset() - committed.getOrDefault(end.getKey(), 0L))
        .sum();
  }

  @Override
  public void close() {
    admin.close();
  }
}
