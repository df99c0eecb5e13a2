package dev.canswarm.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.port.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class BusSettingsTest {
  @Test
  void aDeadLetterMayBeLargerThanTheRecordItHolds() {
    BusSettings settings = settings(1, 1, 1_000, 2_000, Map.of());

    for (String topic : Topics.all()) {
      NewTopic created = KafkaTopics.newTopic(settings, topic);
      String expected = topic.equals(Topics.DEAD_LETTERS) ? "3024" : "2024";
      assertThat(created.configs()).containsEntry("max.message.bytes", expected);
      assertThat(created.numPartitions()).isEqualTo(8);
    }
    assertThat(ClientProperties.producer(settings)).containsEntry("max.request.size", 3_024);
  }

  @Test
  void extraPropertiesChangeDefaultsButNotWhatGuaranteesRestOn() {
    Map<String, String> extra =
        Map.of(
            "compression.type", "zstd",
            "acks", "0",
            "enable.idempotence", "false",
            "enable.auto.commit", "true",
            "partition.assignment.strategy", "org.example.Other",
            "security.protocol", "SSL");
    BusSettings settings = settings(1, 1, 1_000, 2_000, extra);

    assertThat(ClientProperties.producer(settings))
        .containsEntry("compression.type", "zstd")
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", true)
        .containsEntry("security.protocol", "SSL");
    assertThat(ClientProperties.consumer(settings))
        .containsEntry("enable.auto.commit", false)
        .containsEntry("auto.offset.reset", "earliest")
        .containsEntry(
            "partition.assignment.strategy", "org.apache.kafka.clients.consumer.RangeAssignor");
    assertThat(ClientProperties.admin(settings)).containsEntry("security.protocol", "SSL");
  }

  @Test
  void boundsAreChecked() {
    assertThatThrownBy(() -> settings(1, 2, 1_000, 2_000, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("replication");
    assertThatThrownBy(() -> settings(1, 1, 1_000, 1_000, Map.of()))
        .hasMessageContaining("deadLetterBytesMax");
    assertThatThrownBy(() -> settings(1, 1, 0, 1_000, Map.of()))
        .hasMessage("recordBytesMax: expected at least 1, got 0");
  }

  private static BusSettings settings(
      int replication,
      int minInsync,
      int recordBytesMax,
      int deadLetterBytesMax,
      Map<String, String> extra) {
    return BusSettings.builder("127.0.0.1:9092", "group")
        .memberId("member")
        .topics(List.of("topic"), 8)
        .copies(replication, minInsync)
        .sizes(recordBytesMax, deadLetterBytesMax)
        .extra(extra)
        .build();
  }
}
