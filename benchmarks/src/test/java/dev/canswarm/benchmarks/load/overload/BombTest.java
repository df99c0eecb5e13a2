package dev.canswarm.benchmarks.load.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class BombTest {
  private static MockProducer<byte[], byte[]> producer(boolean acknowledges) {
    return new MockProducer<>(
        acknowledges, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Test
  void everyRecordOfItIsNothingButSpacesUnderAKeyOfItsOwn() {
    MockProducer<byte[], byte[]> producer = producer(true);
    assertThat(Bomb.send(producer)).isEqualTo(Bomb.RECORDS);
    assertThat(producer.closed()).isTrue();
    Set<String> keys = new LinkedHashSet<>();
    for (ProducerRecord<byte[], byte[]> sent : producer.history()) {
      assertThat(sent.topic()).isEqualTo("swarm.intake");
      keys.add(new String(sent.key(), StandardCharsets.UTF_8));
    }
    assertThat(keys).hasSize(Bomb.RECORDS).allMatch(key -> key.startsWith(Bomb.KEY_PREFIX));
    assertThat(new String(producer.history().get(0).value(), StandardCharsets.UTF_8))
        .isEqualTo(" ".repeat(4_000_000));
  }

  @Test
  void onlyWhatKafkaAcknowledgedCounts() {
    var producer =
        new MockProducer<byte[], byte[]>(
            false, null, new ByteArraySerializer(), new ByteArraySerializer()) {
          @Override
          public synchronized void flush() {
            for (int i = 0; i < 100; i++) {
              errorNext(new TimeoutException("too large for this broker"));
            }
            super.flush();
          }
        };
    assertThat(Bomb.send(producer)).isEqualTo(Bomb.RECORDS - 100);
    assertThat(producer.closed()).isTrue();
  }
}
