package dev.canswarm.benchmarks.load.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidGroupIdException;
import org.junit.jupiter.api.Test;

class ConsumersTest {
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

  private void topic(String name, int partitions) {
    Node[] nodes = {new Node(0, "localhost", 1)};
    consumer.updatePartitions(
        name,
        IntStream.range(0, partitions)
            .mapToObj(number -> new PartitionInfo(name, number, nodes[0], nodes, nodes))
            .toList());
  }

  @Test
  void allPartitionsOfTheTopicsAreListedAndNoOthers() {
    topic("a", 2);
    topic("b", 1);
    topic("c", 3);
    assertThat(Consumers.partitions(consumer, "b", "a"))
        .containsExactly(
            new TopicPartition("b", 0), new TopicPartition("a", 0), new TopicPartition("a", 1));
  }

  @Test
  void aConsumerIsInNoGroupAndCommitsNothing() {
    try (var real = Consumers.make("127.0.0.1:1")) {
      assertThatThrownBy(real::groupMetadata).isInstanceOf(InvalidGroupIdException.class);
      real.assign(List.of(new TopicPartition("a", 0)));
      assertThat(real.assignment()).hasSize(1);
    }
  }
}
