package dev.canswarm.benchmarks.load.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.json.ShapeException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntakeLagTest {
  private static final TopicPartition FIRST = new TopicPartition("swarm.intake", 0);
  private static final TopicPartition SECOND = new TopicPartition("swarm.intake", 1);
  private static final Map<TopicPartition, Long> ENDS = Map.of(FIRST, 100L, SECOND, 30L);

  @TempDir private Path data;

  private static Map<TopicPartition, OffsetAndMetadata> committed(
      TopicPartition partition, long offset) {
    return Map.of(partition, new OffsetAndMetadata(offset));
  }

  @Test
  void whatNobodyHasCommittedIsBehindFromTheBeginning() {
    assertThat(IntakeLag.behind(List.of(), ENDS)).isEqualTo(130);
    assertThat(IntakeLag.behind(List.of(committed(FIRST, 60)), ENDS)).isEqualTo(40 + 30);
    assertThat(IntakeLag.behind(List.of(committed(FIRST, 100), committed(SECOND, 30)), ENDS))
        .isZero();
  }

  @Test
  void ofSeveralGroupsTheFurthestCounts() {
    assertThat(
            IntakeLag.behind(
                List.of(committed(FIRST, 20), committed(FIRST, 90), committed(FIRST, 50)), ENDS))
        .isEqualTo(10 + 30);
  }

  @Test
  void otherTopicsAndPartitionsWithoutAnOffsetDoNotCount() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    offsets.put(FIRST, null);
    offsets.put(new TopicPartition("swarm.need", 1), new OffsetAndMetadata(1_000));
    assertThat(IntakeLag.behind(List.of(offsets), ENDS)).isEqualTo(130);
  }

  private void endpoints(String json) throws Exception {
    Files.writeString(data.resolve("endpoints.json"), json);
  }

  @Test
  void theStacksEndpointsSayWhereAndAsWhom() throws Exception {
    assertThatThrownBy(() -> new IntakeLag(data)).isInstanceOf(NoSuchFileException.class);
    endpoints("{\"kafka_client\":{}}");
    assertThatThrownBy(() -> new IntakeLag(data))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("endpoints.json/kafka_login");
    endpoints(
        "{\"kafka_login\":\"127.0.0.1:1\",\"kafka_client\":{\"security.protocol\":\"NONE\"}}");
    assertThatThrownBy(() -> new IntakeLag(data))
        .isInstanceOf(KafkaException.class)
        .hasStackTraceContaining("security.protocol");
  }

  @Test
  void theLoginsAddressGoesBeforeTheClients() throws Exception {
    endpoints(
        "{\"kafka_login\":\"no port here\","
            + "\"kafka_client\":{\"bootstrap.servers\":\"127.0.0.1:1\",\"retries\":7}}");
    assertThatThrownBy(() -> new IntakeLag(data))
        .isInstanceOf(KafkaException.class)
        .hasStackTraceContaining("no port here");
  }
}
