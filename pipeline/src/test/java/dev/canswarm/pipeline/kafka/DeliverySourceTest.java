package dev.canswarm.pipeline.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.Delivery;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What happens before there is a consumer; the {@code KafkaBus*IT} have one. */
class DeliverySourceTest {
  private static final AtomicInteger CONSUMERS = new AtomicInteger();
  private static final AtomicReference<RuntimeException> FAILURE = new AtomicReference<>();

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final AtomicReference<@Nullable Throwable> ended = new AtomicReference<>();
  private final Room room =
      new Room() {
        @Override
        public void acknowledged(int valueBytes) {}

        @Override
        public void passed(int records) {}
      };

  /** Kafka makes one for each consumer, which then fails. */
  public static final class Failing implements ConsumerInterceptor<byte[], byte[]> {
    @Override
    public void configure(Map<String, ?> properties) {
      CONSUMERS.incrementAndGet();
      throw FAILURE.get();
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
      return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void countsFromNone() {
    CONSUMERS.set(0);
  }

  private DeliverySource source(Map<String, String> extra) {
    return new DeliverySource(
        BusSettings.builder("127.0.0.1:1", "group")
            .topics(List.of("need", "claim"), 1)
            .extra(extra)
            .build(),
        "cluster",
        time,
        Schedulers.immediate(),
        new BusCounters());
  }

  private void receive(DeliverySource source) {
    source.batches(room).subscribe(batch -> {}, ended::set);
    time.advanceTime();
  }

  @Test
  void anInvalidSettingEndsReceivingAtOnce() {
    receive(source(Map.of("security.protocol", "NONE_SUCH")));
    assertThat(ended.get())
        .isInstanceOf(BusRefusedException.class)
        .hasMessageStartingWith("receive [need, claim]: ")
        .hasCauseInstanceOf(ConfigException.class);
  }

  @Test
  void aConsumerThatFailsIsReplacedAfterAWhileUntilAFailureIsForGood() {
    FAILURE.set(new KafkaException("away"));
    receive(source(Map.of("interceptor.classes", Failing.class.getName())));
    assertThat(CONSUMERS).hasValue(1);
    time.advanceTimeBy(Duration.ofMillis(99));
    assertThat(CONSUMERS).hasValue(1);

    time.advanceTimeBy(Duration.ofMillis(29_901));
    assertThat(CONSUMERS.get()).as("in 30 s, at last each 2.5 to 7.5 s").isBetween(6, 20);
    assertThat(ended).hasNullValue();

    FAILURE.set(new GroupAuthorizationException("group"));
    time.advanceTimeBy(Duration.ofSeconds(8));
    assertThat(ended.get())
        .isInstanceOf(BusRefusedException.class)
        .hasRootCauseInstanceOf(GroupAuthorizationException.class);
  }

  @Test
  void withoutAConsumerNothingIsAssignedAndThereIsNothingToWaitFor() throws Exception {
    DeliverySource source = source(Map.of());
    source.hold(Set.of("claim"));
    assertThat(source.assignedPartitions()).isEmpty();
    assertThat(source.assignment(0)).isZero();
    assertThat(source.lag("need", 0)).isZero();
    assertThat(source.awaitClosed()).isTrue();
  }

  @Test
  void aHeaderThatSaysWhatARecordBelongsToCountsByItsLengthAndTheLastOneWins() {
    byte[] first = "1".repeat(Delivery.TRACEPARENT_BYTES).getBytes(UTF_8);
    byte[] last = "2".repeat(Delivery.TRACEPARENT_BYTES).getBytes(UTF_8);
    RecordHeaders headers = new RecordHeaders();
    assertThat(DeliverySource.traceparent(headers)).isNull();
    headers.add(Delivery.TRACEPARENT, first).add(Delivery.TRACEPARENT, last);
    assertThat(DeliverySource.traceparent(headers)).isEqualTo(last);
    for (byte[] other :
        new byte[][] {
          null,
          {},
          new byte[Delivery.TRACEPARENT_BYTES - 1],
          new byte[Delivery.TRACEPARENT_BYTES + 1]
        }) {
      headers.add(Delivery.TRACEPARENT, other);
      assertThat(DeliverySource.traceparent(headers)).isNull();
    }
  }
}
