package dev.canswarm.pipeline.kafka;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.internals.ConsumerDelegate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A polling consumer over Kafka's own consumer in memory: Kafka's class, which it extends, hands
 * every call to a delegate, and this becomes the delegate.
 */
final class MemoryClient extends MockConsumer<byte[], StampedValue> {
  private static final int POLLS = 32;

  /** What was committed, call by call. */
  final List<Map<TopicPartition, OffsetAndMetadata>> commits = new ArrayList<>();

  /** Whether positions are known without a question to the broker. */
  boolean positionsKnown = true;

  /** How it was closed. */
  @Nullable CloseOptions closing;

  final Assignments assignments;
  final BusCounters counters = new BusCounters();
  final PollingConsumer.Held held = new PollingConsumer.Held();
  final AtomicBoolean oneAtATime = new AtomicBoolean();
  final PollingConsumer polling;

  /** Has these partitions, all of them empty. */
  MemoryClient(Set<TopicPartition> places) {
    super("earliest");
    AtomicLong numbers = new AtomicLong();
    assignments = new Assignments(records -> {}, numbers::incrementAndGet);
    polling =
        new PollingConsumer(
            ClientProperties.consumer(
                BusSettings.builder("127.0.0.1:1", "group").topics(List.of("any"), 1).build()),
            assignments,
            counters,
            held,
            oneAtATime,
            new CuttingDeserializer(1_000, 10_000));
    putBehind(polling);
    assign(places);
    Map<TopicPartition, Long> start = places.stream().collect(Collectors.toMap(p -> p, p -> 0L));
    updateBeginningOffsets(start);
    updateEndOffsets(start);
    assignments.assigned(places);
  }

  private void putBehind(KafkaConsumer<?, ?> consumer) {
    try {
      Field delegate = KafkaConsumer.class.getDeclaredField("delegate");
      delegate.setAccessible(true);
      ((ConsumerDelegate<?, ?>) delegate.get(consumer)).close();
      delegate.set(
          consumer,
          Proxy.newProxyInstance(
              ConsumerDelegate.class.getClassLoader(),
              new Class<?>[] {ConsumerDelegate.class},
              (proxy, method, arguments) -> {
                try {
                  return method.invoke(this, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              }));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("expected KafkaConsumer.delegate as in Kafka 4", e);
    }
  }

  /** Polls without waiting. */
  List<ConsumerRecord<byte[], StampedValue>> polled() {
    List<ConsumerRecord<byte[], StampedValue>> all = new ArrayList<>();
    polling.poll(Duration.ZERO).forEach(all::add);
    return all;
  }

  /** Polls more often than it takes until the lag is taken from what the client has heard. */
  void pollUntilHeardOf() {
    for (int i = 0; i < POLLS; i++) {
      polled();
    }
  }

  void add(TopicPartition place, long offset, @Nullable StampedValue value) {
    addRecord(
        new ConsumerRecord<>(place.topic(), place.partition(), offset, new byte[] {'k'}, value));
  }

  void failNextPoll(Error failure) {
    schedulePollTask(
        () -> {
          throw failure;
        });
  }

  @Override
  public synchronized void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
    commits.add(offsets);
  }

  @Override
  public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    commits.add(offsets);
  }

  @Override
  public synchronized long position(TopicPartition place, Duration timeout) {
    if (!positionsKnown) {
      throw new TimeoutException("the test");
    }
    return super.position(place, timeout);
  }

  @Override
  public void close(CloseOptions options) {
    closing = options;
    super.close(options);
  }
}
