package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.Delivery;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
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

/** Makes consumers, one after another, and turns what they poll into deliveries. */
final class Receiving {
  private static final Logger LOG = LoggerFactory.getLogger(Receiving.class);

  /** How long a consumer may take to commit and leave its group. */
  static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** Batches of a poll that reactor-kafka takes from the consumer ahead of demand. */
  private static final int PREFETCH_BATCHES = 1;

  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(5);

  private record Session(PollingConsumer consumer, Assignments assignments) {}

  private final KafkaBus.Settings settings;
  private final String cluster;
  private final Scheduler blocking;
  private final Scheduler delivering;
  private final BusCounters counters;
  private final AtomicReference<@Nullable Session> latest = new AtomicReference<>();
  private final AtomicLong assigned = new AtomicLong();
  private volatile boolean worked;

  Receiving(
      KafkaBus.Settings settings,
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
   * Deliveries of one consumer after another: when one fails and another may do better, it is
   * replaced, after a pause of at most 5 s.
   *
   * @param freed told how many places in flight acknowledgements and ended assignments free
   */
  Flux<Delivery> deliveries(IntConsumer freed) {
    return Mono.fromCallable(() -> new Assignments(freed, assigned::incrementAndGet))
        .subscribeOn(blocking)
        .flatMapMany(assignments -> session(assignments, freed))
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, FIRST_BACKOFF)
                .maxBackoff(BACKOFF_MAX)
                .transientErrors(true)
                .scheduler(blocking)
                .filter(failure -> !KafkaErrors.endsReceiving(failure, worked))
                .doBeforeRetry(
                    signal -> LOG.warn("receiving failed, trying again", signal.failure())))
        .onErrorMap(failure -> new BusRefusedException("receive " + settings.topics(), failure));
  }

  Set<Integer> assignedPartitions() {
    Session session = latest.get();
    return session == null ? Set.of() : session.assignments().partitions();
  }

  long assignment(int partition) {
    Session session = latest.get();
    return session == null ? 0 : session.assignments().number(partition);
  }

  /** Waits until the last consumer has committed and left, at most its time to close. Blocks. */
  boolean awaitClosed() throws InterruptedException {
    Session session = latest.get();
    return session == null || session.consumer().awaitClosed(CLOSE_TIMEOUT.multipliedBy(2));
  }

  private Flux<Delivery> session(Assignments assignments, IntConsumer freed) {
    ConsumerFactory consumers =
        new ConsumerFactory() {
          @Override
          @SuppressWarnings("unchecked")
          public <K, V> Consumer<K, V> createConsumer(ReceiverOptions<K, V> options) {
            PollingConsumer consumer =
                new PollingConsumer(options.consumerProperties(), assignments, counters);
            latest.set(new Session(consumer, assignments));
            return (Consumer<K, V>) consumer;
          }
        };
    return KafkaReceiver.create(consumers, options(assignments))
        .receive(PREFETCH_BATCHES)
        .<Delivery>handle((polled, sink) -> deliver(polled, freed, sink))
        .doFinally(signal -> assignments.endAll());
  }

  private ReceiverOptions<byte[], Polled> options(Assignments assignments) {
    Map<String, Object> properties = ClientProperties.consumer(settings);
    return ReceiverOptions.<byte[], Polled>create(properties)
        .withKeyDeserializer(new ByteArrayDeserializer())
        .withValueDeserializer(Polled.DESERIALIZER)
        .subscription(settings.topics())
        .commitInterval(Duration.ofMillis(settings.commitIntervalMillis()))
        .commitBatchSize(0)
        // Our watermark decides what is acknowledged; reactor-kafka's own can stall for ever.
        .maxDeferredCommits(0)
        // It would count acknowledgements, and we make one for many records: it would never end.
        .maxDelayRebalance(Duration.ZERO)
        .closeTimeout(CLOSE_TIMEOUT)
        .schedulerSupplier(() -> delivering)
        .addAssignListener(
            partitions -> {
              worked = true;
              assignments.assigned(places(partitions));
            })
        // By now reactor-kafka has committed what was acknowledged.
        .addRevokeListener(partitions -> assignments.revoked(places(partitions)));
  }

  private void deliver(
      ReceiverRecord<byte[], Polled> polled, IntConsumer freed, SynchronousSink<Delivery> sink) {
    Polled stamped = polled.value();
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
            new OnceAcknowledgement(assignment, polled.offset(), freed)));
  }

  private static List<TopicPartition> places(Collection<ReceiverPartition> partitions) {
    return partitions.stream().map(ReceiverPartition::topicPartition).toList();
  }
}
