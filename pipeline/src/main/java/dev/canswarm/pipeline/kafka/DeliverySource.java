package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.Delivery;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;
import reactor.kafka.receiver.KafkaReceiver;
import reactor.kafka.receiver.ReceiverOptions;
import reactor.kafka.receiver.ReceiverPartition;
import reactor.kafka.receiver.ReceiverRecord;
import reactor.kafka.receiver.internals.ConsumerFactory;
import reactor.util.retry.Retry;

/** Creates consumers, one after another, and converts polled records to deliveries. */
final class DeliverySource {
  private static final Logger LOG = LoggerFactory.getLogger(DeliverySource.class);

  /** How long a consumer may take to commit and to leave its group. */
  static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** The batches of a poll that reactor-kafka requests from the consumer ahead of demand. */
  private static final int PREFETCH_BATCHES = 1;

  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(5);

  private record Session(PollingConsumer consumer, Assignments assignments) {}

  private final BusSettings settings;
  private final String cluster;
  private final Scheduler blocking;
  private final Scheduler delivering;
  private final BusCounters counters;
  private final AtomicReference<@Nullable Session> latest = new AtomicReference<>();
  private final AtomicLong assigned = new AtomicLong();
  private final PollingConsumer.Held held = new PollingConsumer.Held();
  private final AtomicBoolean oneAtATime = new AtomicBoolean();
  private volatile boolean worked;

  DeliverySource(
      BusSettings settings,
      String cluster,
      Scheduler blocking,
      Scheduler delivering,
      BusCounters counters) {
    this.settings = settings;
    this.cluster = cluster;
    this.blocking = blocking;
    this.delivering = delivering;
    this.counters = counters;
  }

  /**
   * Emits the polled batches of one consumer after another, without empty ones. Values that are too
   * long are cut, and the bytes of a batch are bounded. A failed consumer is replaced after a
   * backoff of at most 5 s, unless the failure is terminal.
   *
   * @param room receives the records and bytes that acknowledgements and ended assignments free
   */
  Flux<List<Delivery>> batches(Room room) {
    return Mono.fromCallable(() -> new Assignments(room::passed, assigned::incrementAndGet))
        .subscribeOn(blocking)
        .flatMapMany(
            assignments -> batches(assignments, room).doFinally(signal -> assignments.endAll()))
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, FIRST_BACKOFF)
                .maxBackoff(BACKOFF_MAX)
                .transientErrors(true)
                .scheduler(blocking)
                .filter(failure -> !KafkaErrors.endsReceiving(failure, worked))
                .doBeforeRetry(
                    signal -> LOG.warn("receiving failed and is retried", signal.failure())))
        .onErrorMap(failure -> new BusRefusedException("receive " + settings.topics(), failure));
  }

  private Flux<List<Delivery>> batches(Assignments assignments, Room room) {
    return receiver(assignments)
        .receiveBatch(PREFETCH_BATCHES)
        .concatMap(
            polled ->
                polled.<Delivery>handle((one, sink) -> deliver(one, room, sink)).collectList(),
            0)
        .filter(batch -> !batch.isEmpty());
  }

  /** Stops polling these topics, also with later consumers, until the next call. */
  void hold(Set<String> topics) {
    held.set(topics);
    Session session = latest.get();
    if (session != null) {
      session.consumer().heldChanged();
    }
  }

  Set<Integer> assignedPartitions() {
    Session session = latest.get();
    return session == null ? Set.of() : session.assignments().partitions();
  }

  long lag(String topic, int partition) {
    Session session = latest.get();
    return session == null ? 0 : session.assignments().lag(new TopicPartition(topic, partition));
  }

  long assignment(int partition) {
    Session session = latest.get();
    return session == null ? 0 : session.assignments().number(partition);
  }

  /**
   * Waits until the last consumer has committed and left its group, at most its close timeout.
   * Blocks. Returns whether it has closed.
   */
  boolean awaitClosed() throws InterruptedException {
    Session session = latest.get();
    return session == null || session.consumer().awaitClosed(CLOSE_TIMEOUT.multipliedBy(2));
  }

  private KafkaReceiver<byte[], StampedValue> receiver(Assignments assignments) {
    ConsumerFactory consumers =
        new ConsumerFactory() {
          @Override
          @SuppressWarnings("unchecked")
          public <K, V> Consumer<K, V> createConsumer(ReceiverOptions<K, V> options) {
            PollingConsumer consumer = consumer(options.consumerProperties(), assignments);
            latest.set(new Session(consumer, assignments));
            return (Consumer<K, V>) consumer;
          }
        };
    return KafkaReceiver.create(consumers, options(assignments));
  }

  private PollingConsumer consumer(Map<String, Object> properties, Assignments assignments) {
    Map<String, Object> bounded = new HashMap<>(properties);
    bounded.put(
        ConsumerConfig.MAX_POLL_RECORDS_CONFIG, oneAtATime.get() ? 1 : settings.batchRecordsMax());
    return new PollingConsumer(
        bounded,
        assignments,
        counters,
        held,
        oneAtATime,
        new CuttingDeserializer(settings.recordBytesMax(), settings.pollBytesMax()));
  }

  private ReceiverOptions<byte[], StampedValue> options(Assignments assignments) {
    Map<String, Object> properties = ClientProperties.consumer(settings);
    return ReceiverOptions.<byte[], StampedValue>create(properties)
        .subscription(settings.topics())
        .commitInterval(Duration.ofMillis(settings.commitIntervalMillis()))
        .commitBatchSize(0)
        // Our watermark decides which offsets are acknowledged; reactor-kafka's own can stall
        // forever.
        .maxDeferredCommits(0)
        // By default a rebalance waits for one acknowledgement per record; ours cover many records,
        // so it would wait in vain.
        .maxDelayRebalance(Duration.ZERO)
        .closeTimeout(CLOSE_TIMEOUT)
        .schedulerSupplier(() -> delivering)
        .addAssignListener(
            partitions -> {
              worked = true;
              assignments.assigned(places(partitions));
              consumer().applyHold();
            })
        // reactor-kafka has committed the acknowledged offsets at this point.
        .addRevokeListener(
            partitions -> {
              assignments.revoked(places(partitions));
              consumer().revoked(places(partitions));
            });
  }

  private PollingConsumer consumer() {
    return Objects.requireNonNull(latest.get(), "a consumer").consumer();
  }

  private void deliver(
      ReceiverRecord<byte[], StampedValue> polled, Room room, SynchronousSink<Delivery> sink) {
    StampedValue stamped = polled.value();
    Assignment assignment = Objects.requireNonNull(stamped.assignment(), "a record not stamped");
    if (!assignment.deliver(polled.receiverOffset())) {
      return;
    }
    sink.next(
        new Delivery(
            cluster,
            polled.topic(),
            polled.partition(),
            polled.offset(),
            polled.key(),
            stamped.value(),
            stamped.cut(),
            stamped.unreadable(),
            settings.traced() ? traceparent(polled.headers()) : null,
            new RecordAcknowledgement(assignment, polled.offset(), stamped.valueBytes(), room)));
  }

  /** Returns the header that says what a record belongs to, if it has that header's length. */
  static byte @Nullable [] traceparent(Headers headers) {
    Header header = headers.lastHeader(Delivery.TRACEPARENT);
    byte[] value = header == null ? null : header.value();
    return value == null || value.length != Delivery.TRACEPARENT_BYTES ? null : value;
  }

  private static List<TopicPartition> places(Collection<ReceiverPartition> partitions) {
    return partitions.stream().map(ReceiverPartition::topicPartition).toList();
  }
}
