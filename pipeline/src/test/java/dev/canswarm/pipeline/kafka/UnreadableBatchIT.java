package dev.canswarm.pipeline.kafka;

import static dev.canswarm.port.BusRecords.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.BusProbe;
import dev.canswarm.port.Delivery;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a batch that nobody can read any more, and of the records around it. */
class UnreadableBatchIT {
  private final KafkaBuses buses = new KafkaBuses();
  private final String topic = buses.topics().get(0);

  @AfterEach
  void close() {
    buses.close();
  }

  @Test
  void eachOfItsRecordsIsDeliveredAsUnreadableAndWhatFollowsIsRead() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer("gzip")) {
      send(producer, 0, "one", "two", "three");
      damageTheEndOf(0);
      send(producer, 0, "after");
      send(producer, 1, "elsewhere");
    }
    BusProbe probe = BusProbe.on(buses.open("damaged", 100, 10));
    List<Delivery> all = new ArrayList<>(probe.next(5));

    assertThat(all)
        .filteredOn(one -> one.partition() == 1)
        .singleElement()
        .satisfies(one -> assertThat(value(one)).isEqualTo("elsewhere"));
    all.removeIf(one -> one.partition() == 1);
    assertThat(all).extracting(Delivery::offset).containsExactly(0L, 1L, 2L, 3L);
    assertThat(all.subList(0, 3))
        .allSatisfy(
            one -> {
              assertThat(one.value()).isNull();
              assertThat(one.unreadable())
                  .startsWith("expected a whole batch, got one that cannot be read")
                  .contains("corrupt");
            });
    assertThat(all.get(3).unreadable()).isNull();
    assertThat(value(all.get(3))).isEqualTo("after");

    all.forEach(one -> one.acknowledgement().acknowledge());
    BusProbe.await(
        "the position is past all of them",
        () -> buses.committed("damaged", topic, 0).equals(OptionalLong.of(4)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"snappy", "zstd"})
  void aProcessWithoutTheLibraryOfACompressionGoesOnWithWhatItCanRead(String compression)
      throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = producer("gzip")) {
      send(producer, 0, "before");
    }
    try (KafkaProducer<byte[], byte[]> producer = producer(compression)) {
      send(producer, 0, "one", "two");
    }
    try (KafkaProducer<byte[], byte[]> producer = producer("none")) {
      send(producer, 0, "after");
      send(producer, 1, "elsewhere");
    }

    assertThat(readWithoutLibraries("without-" + compression))
        .anySatisfy(line -> assertThat(line).isEqualTo("0/0 before"))
        .anySatisfy(line -> assertThat(line).startsWith("0/1 unreadable").contains("tmpdir"))
        .anySatisfy(line -> assertThat(line).startsWith("0/2 unreadable").contains("tmpdir"))
        .anySatisfy(line -> assertThat(line).isEqualTo("0/3 after"))
        .anySatisfy(line -> assertThat(line).isEqualTo("1/0 elsewhere"));
  }

  private List<String> readWithoutLibraries(String group) throws Exception {
    ProcessBuilder reader =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-Djava.io.tmpdir=/proc/nonexistent",
                "-cp",
                System.getProperty("java.class.path"),
                PrintingReader.class.getName(),
                KafkaBuses.bootstrap(),
                buses.group(group),
                buses.cluster(),
                topic,
                "5")
            .redirectErrorStream(true);
    KafkaBuses.bequeath(reader.environment());
    Process process = reader.start();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      return lines.lines().toList();
    } finally {
      process.destroyForcibly();
    }
  }

  private void damageTheEndOf(int partition) throws Exception {
    try (RandomAccessFile segment = new RandomAccessFile(segmentOf(partition).toFile(), "rw")) {
      segment.seek(segment.length() - 1);
      int last = segment.read();
      segment.seek(segment.length() - 1);
      segment.write(last ^ 1);
    }
  }

  private Path segmentOf(int partition) throws Exception {
    Collection<Integer> brokers = List.of(1);
    Map<String, ?> directories =
        Objects.requireNonNull(
            buses.admin().describeLogDirs(brokers).allDescriptions().get().get(1));
    return directories.keySet().stream()
        .map(directory -> Path.of(directory, topic + "-" + partition, "00000000000000000000.log"))
        .findFirst()
        .orElseThrow(() -> new IOException("the broker names no directory of its logs"));
  }

  private void send(KafkaProducer<byte[], byte[]> producer, int partition, String... values) {
    for (String value : values) {
      var unused =
          producer.send(
              new ProducerRecord<>(
                  topic, partition, new byte[] {'k'}, value.getBytes(StandardCharsets.UTF_8)));
    }
    producer.flush();
  }

  private static KafkaProducer<byte[], byte[]> producer(String compression) {
    Map<String, Object> properties = KafkaBuses.client();
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
    // Longer than any test: flush sends what there is, as one batch.
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 20_000);
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
