package dev.canswarm.benchmarks.load.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60) // a guard against a hang
class TopicSliceTest {
  private static final String TOPIC = "swarm.need";
  private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
  private static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final List<String> read = new ArrayList<>();

  TopicSliceTest() {
    var node = new Node(0, "localhost", 1);
    Node[] nodes = {node};
    consumer.updatePartitions(
        TOPIC,
        List.of(
            new PartitionInfo(TOPIC, 0, node, nodes, nodes),
            new PartitionInfo(TOPIC, 1, node, nodes, nodes)));
    consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
  }

  private void add(TopicPartition place, long offset) {
    consumer.addRecord(
        new ConsumerRecord<>(TOPIC, place.partition(), offset, new byte[0], new byte[0]));
  }

  private void read(Map<TopicPartition, Long> from) {
    TopicSlice.read(
        consumer, TOPIC, from, message -> read.add(message.partition() + "/" + message.offset()));
  }

  @Test
  void readingBeginsAtTheNotedPlacesAndEndsWhereTheTopicEndedAtFirst() {
    consumer.updateEndOffsets(Map.of(FIRST, 4L, SECOND, 2L));
    consumer.schedulePollTask(() -> List.of(2L, 3L).forEach(offset -> add(FIRST, offset)));
    consumer.schedulePollTask(
        () -> {
          consumer.updateEndOffsets(Map.of(FIRST, 9L, SECOND, 9L));
          List.of(0L, 1L).forEach(offset -> add(SECOND, offset));
        });
    read(Map.of(FIRST, 2L));
    assertThat(read).containsExactly("0/2", "0/3", "1/0", "1/1");
  }

  @Test
  void nothingIsPolledWhereNothingWasAdded() {
    consumer.updateEndOffsets(Map.of(FIRST, 4L, SECOND, 0L));
    consumer.schedulePollTask(
        () -> {
          throw new AssertionError("expected no poll");
        });
    read(Map.of(FIRST, 4L));
    assertThat(read).isEmpty();
  }
}
