package dev.canswarm.pipeline.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's consumer, stamping each record it polls with the {@link Assignment} it belongs to. Only
 * here is that known for sure: a rebalance happens inside {@code poll}, before the records of the
 * same poll are taken. Not thread-safe, like its superclass, but for {@link #awaitClosed}.
 */
final class PollingConsumer extends KafkaConsumer<byte[], Polled> {
  private final Assignments assignments;
  private final BusCounters counters;
  private final CountDownLatch closed = new CountDownLatch(1);

  PollingConsumer(Map<String, Object> properties, Assignments assignments, BusCounters counters) {
    super(properties, new ByteArrayDeserializer(), Polled.DESERIALIZER);
    this.assignments = assignments;
    this.counters = counters;
  }

  @Override
  public ConsumerRecords<byte[], Polled> poll(Duration timeout) {
    counters.paused(paused().size());
    ConsumerRecords<byte[], Polled> records = super.poll(timeout);
    if (records.isEmpty()) {
      return records;
    }
    Map<TopicPartition, List<ConsumerRecord<byte[], Polled>>> stamped = new HashMap<>();
    for (TopicPartition place : records.partitions()) {
      List<ConsumerRecord<byte[], Polled>> polled = records.records(place);
      Assignment assignment =
          assignmentOf(place, polled.get(0).offset(), polled.get(polled.size() - 1).offset());
      List<ConsumerRecord<byte[], Polled>> list = new ArrayList<>(polled.size());
      polled.forEach(polledRecord -> list.add(stamp(polledRecord, assignment)));
      stamped.put(place, list);
    }
    counters.taken(records.count());
    return new ConsumerRecords<>(stamped, records.nextOffsets());
  }

  /**
   * A position that went back within an assignment (the log was truncated, so the same offsets now
   * name other records) begins a new one, or the new records would hide behind the old watermark.
   */
  private Assignment assignmentOf(TopicPartition place, long first, long last) {
    Assignment assignment = assignments.of(place);
    if (assignment == null || !assignment.onPolled(first, last)) {
      assignment = assignments.renew(place);
      assignment.onPolled(first, last);
    }
    return assignment;
  }

  private static ConsumerRecord<byte[], Polled> stamp(
      ConsumerRecord<byte[], Polled> polled, Assignment assignment) {
    @Nullable Polled value = polled.value();
    return new ConsumerRecord<>(
        polled.topic(),
        polled.partition(),
        polled.offset(),
        polled.timestamp(),
        polled.timestampType(),
        polled.serializedKeySize(),
        polled.serializedValueSize(),
        polled.key(),
        new Polled(value == null ? null : value.value(), assignment),
        polled.headers(),
        polled.leaderEpoch());
  }

  /**
   * The form of close that reactor-kafka calls. A member with an id would stay in the group, as if
   * it were to come back: but who closes in order gives its partitions to the others now.
   */
  @Override
  @SuppressWarnings("deprecation")
  public void close(Duration timeout) {
    try {
      super.close(
          CloseOptions.timeout(timeout)
              .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    } finally {
      assignments.endAll();
      counters.paused(0);
      closed.countDown();
    }
  }

  /** Whether the consumer was closed, waiting for it at most so long. Blocks. */
  boolean awaitClosed(Duration most) throws InterruptedException {
    return closed.await(most.toMillis(), TimeUnit.MILLISECONDS);
  }
}
