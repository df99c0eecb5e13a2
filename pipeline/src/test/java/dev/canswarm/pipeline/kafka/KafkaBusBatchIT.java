package dev.canswarm.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.port.BusProbe;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** The sizes of values and batches that a real broker makes possible. */
class KafkaBusBatchIT {
  private static final int POLL_RECORDS_MAX = 5;

  private static final int RECORD_BYTES_MAX = 100_000;

  private final KafkaBuses buses = new KafkaBuses();

  @AfterEach
  void close() {
    buses.close();
  }

  @Test
  void aValueThatIsLargeOnlyWhenDecompressedIsCutAndWhatFollowsIsWhole() {
    byte[] bomb = new byte[8 << 20];
    Arrays.fill(bomb, (byte) 'z');
    sendCompressed(List.of(bomb, new byte[] {'o', 'k'}));

    List<Delivery> two = BusProbe.on(buses.open("bomb", 100, 1L << 30, POLL_RECORDS_MAX)).next(2);

    assertThat(two.get(0).value()).isEqualTo(Arrays.copyOf(bomb, CuttingDeserializer.HEAD_BYTES));
    assertThat(two.get(0).cut()).isEqualTo(new Delivery.Cut(bomb.length, Sha256.hex(bomb)));
    assertThat(two.get(1).value()).isEqualTo(new byte[] {'o', 'k'});
    assertThat(two.get(1).cut()).isNull();
  }

  @Test
  void aPollEndsWhenItHasItsShareOfTheBytesAndTheRestIsPolledAgain() {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      byte[] value = new byte[RECORD_BYTES_MAX];
      Arrays.fill(value, (byte) i);
      values.add(value);
    }
    sendCompressed(values);
    // A poll may take a quarter: the first value, and the one that goes past it.
    long inFlightBytesMax = 4L * RECORD_BYTES_MAX + 4;
    KafkaBus bus = buses.open("share", 100, inFlightBytesMax, POLL_RECORDS_MAX);
    BusProbe probe = BusProbe.on(bus);
    List<byte[]> came = new ArrayList<>();
    while (came.size() < 20) {
      List<Delivery> batch = probe.nextBatch();
      assertThat(batch).hasSizeLessThanOrEqualTo(2);
      batch.forEach(
          one -> {
            came.add(Objects.requireNonNull(one.value()));
            one.acknowledgement().acknowledge();
          });
    }
    assertThat(came).usingRecursiveComparison().isEqualTo(values);
    probe.expectQuiet();
    assertThat(bus.inFlight()).isZero();
  }

  @Test
  void aListWithARecordThatIsTooLargeIsRefusedAndNothingOfItIsSent() {
    KafkaBus bus = buses.open("too-large", 100, 1L << 30, POLL_RECORDS_MAX);
    OutgoingRecord fits = record(new byte[10]);
    OutgoingRecord tooLarge = record(new byte[RECORD_BYTES_MAX + 1]);
    StepVerifier.create(bus.send(List.of(fits, tooLarge)))
        .expectError(BusRefusedException.class)
        .verify(BusProbe.AWAIT);
    BusProbe.on(bus).expectQuiet();
  }

  @Test
  void aRecordThatFitsWithoutItsTraceparentAloneIsSentWithoutIt() {
    KafkaBus bus = buses.open("untraced", 100, 1L << 30, POLL_RECORDS_MAX);
    String header = "00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01";
    OutgoingRecord fits = record(new byte[RECORD_BYTES_MAX - 100]);
    OutgoingRecord full = record(new byte[RECORD_BYTES_MAX - 1]);
    bus.send(
            List.of(
                full.with(Delivery.TRACEPARENT, header), fits.with(Delivery.TRACEPARENT, header)))
        .block(BusProbe.AWAIT);

    List<Delivery> came = BusProbe.on(bus).next(2);
    assertThat(came.get(0).value()).hasSize(RECORD_BYTES_MAX - 1);
    assertThat(came.get(0).traceparent()).isNull();
    assertThat(came.get(1).traceparent()).isEqualTo(header.getBytes(StandardCharsets.US_ASCII));
  }

  private OutgoingRecord record(byte[] value) {
    return new OutgoingRecord(buses.topics().get(0), new byte[] {'k'}, value, new TreeMap<>());
  }

  private void sendCompressed(List<byte[]> values) {
    Map<String, Object> properties = KafkaBuses.client();
    properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    properties.put(ProducerConfig.LINGER_MS_CONFIG, 100);
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 << 20);
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 128L << 20);
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 64 << 20);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (byte[] value : values) {
        var unused =
            producer.send(new ProducerRecord<>(buses.topics().get(0), 0, new byte[] {'k'}, value));
      }
      producer.flush();
    }
  }
}
