package dev.canswarm.pipeline.kafka;

import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.Bus;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The {@link Bus} over Kafka. Thread-safe.
 *
 * <p>The offset of a record is committed once it and all records delivered before it in its
 * topic-partition are acknowledged. A record is in flight until it is acknowledged. Acknowledged
 * records that wait behind an earlier one have a bound of their own, {@link
 * BusSettings#uncommittedMax}, which limits what a crash redelivers. Deliveries continue after
 * broker restarts and rebalances. Records without a committed offset are redelivered;
 * acknowledgements from an earlier assignment free their room but commit nothing.
 */
public final class KafkaBus implements Bus, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaBus.class);
  private static final Duration SEND_CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIMEOUT = SEND_CLOSE_TIMEOUT.multipliedBy(3);
  private static final int SEND_TASKS_MAX = 64;

  private final BusSettings settings;
  private final DeliverySource source;
  private final KafkaOutbox outbox;
  private final BusCounters counters = new BusCounters();
  private final AtomicReference<@Nullable BatchGate> gate = new AtomicReference<>();
  private final AtomicBoolean subscribed = new AtomicBoolean();
  private final Scheduler delivering;
  private final Scheduler sending;
  private final Scheduler answering;
  private final AtomicBoolean closing = new AtomicBoolean();

  /**
   * Creates a bus that connects on first use.
   *
   * @param cluster the value of {@link Delivery#cluster()}: the id that {@link KafkaTopics#ensure}
   *     returned
   * @param blocking creates consumers, which blocks to resolve host names
   */
  public KafkaBus(BusSettings settings, String cluster, Scheduler blocking) {
    this.settings = settings;
    this.delivering = Schedulers.newSingle("bus-deliver-" + settings.groupId(), true);
    this.answering = Schedulers.newSingle("bus-sent-" + settings.groupId(), true);
    this.sending =
        Schedulers.newBoundedElastic(
            1, SEND_TASKS_MAX, "bus-send-" + settings.groupId(), Integer.MAX_VALUE, true);
    this.source = new DeliverySource(settings, cluster, blocking, delivering, counters);
    this.outbox =
        new KafkaOutbox(
            () ->
                new KafkaProducer<>(
                    ClientProperties.producer(settings),
                    new ByteArraySerializer(),
                    new ByteArraySerializer()),
            settings.sendInFlightMax(),
            sending,
            answering);
  }

  /**
   * Ensures that all topics of the swarm exist, then returns a bus. Fails as {@link
   * KafkaTopics#ensure} does.
   */
  public static Mono<KafkaBus> open(BusSettings settings, Scheduler blocking) {
    return KafkaTopics.ensure(settings, blocking)
        .map(cluster -> new KafkaBus(settings, cluster, blocking));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Emits on one thread of the bus, which must not be blocked. A batch has at most {@link
   * BusSettings#batchRecordsMax} records of about {@link BusSettings#pollBytesMax} bytes; it is
   * requested when that many records fit under {@code inFlightMax} and less than {@code
   * inFlightBytesMax} bytes are in flight. A value longer than {@code recordBytesMax} is cut
   * ({@link Delivery#cut}). Fails with {@link BusRefusedException} if Kafka refuses the settings;
   * otherwise it continues until it is cancelled.
   */
  @Override
  public Flux<List<Delivery>> batches() {
    return Flux.from(subscriber -> subscribe(Operators.toCoreSubscriber(subscriber)));
  }

  /**
   * {@inheritDoc}
   *
   * <p>At most two polls' records of these topics may still be delivered.
   */
  @Override
  public void hold(Set<String> topics) {
    source.hold(topics);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Starts when subscribed to; completes on a thread of the bus, which must not be blocked. At
   * most {@code sendInFlightMax} records are in flight, unless one list alone has more; further
   * lists wait in the order of subscription. Fails with {@link BusRefusedException} if Kafka can
   * never accept one of the records; if that is for its size, nothing of the list was sent.
   */
  @Override
  public Mono<Void> send(List<OutgoingRecord> records) {
    if (records.isEmpty()) {
      return Mono.empty();
    }
    return Mono.defer(
        () -> {
          if (closing.get()) {
            return Mono.error(new IllegalStateException("the bus is closed"));
          }
          List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>(records.size());
          for (OutgoingRecord asked : records) {
            int bytesMax = settings.bytesMax(asked.topic());
            OutgoingRecord one = fitting(asked, bytesMax);
            int bytes = bytes(one);
            if (bytes > bytesMax) {
              return Mono.error(BusRefusedException.tooLarge(one.topic(), bytes, bytesMax));
            }
            all.add(toKafka(one));
          }
          return outbox.send(all);
        });
  }

  @Override
  public Set<Integer> assignedPartitions() {
    return !subscribed.get() ? Set.of() : source.assignedPartitions();
  }

  @Override
  public long assignment(int partition) {
    return !subscribed.get() ? 0 : source.assignment(partition);
  }

  /**
   * {@inheritDoc}
   *
   * <p>As of the last poll. Of a partition that is held, or paused for lack of room, nothing new is
   * heard meanwhile: at least 1 is returned.
   */
  @Override
  public long lag(String topic, int partition) {
    return !subscribed.get() ? 0 : source.lag(topic, partition);
  }

  @Override
  public int partitionOf(ThreadId thread) {
    return Utils.toPositive(Utils.murmur2(thread.text().getBytes(StandardCharsets.UTF_8)))
        % settings.partitions();
  }

  /**
   * Returns the number of records polled so far, including redeliveries. At most {@link
   * BusSettings#polledMax()} of them are not done.
   */
  public long polled() {
    return counters.polled();
  }

  /** Returns the number of delivered records not acknowledged; at most {@code inFlightMax}. */
  public int inFlight() {
    BatchGate present = gate.get();
    return present == null ? 0 : present.inFlight();
  }

  /**
   * Returns the number of delivered records that their watermark has not passed; at most {@link
   * BusSettings#uncommittedMax}.
   */
  public int uncommitted() {
    BatchGate present = gate.get();
    return present == null ? 0 : present.uncommitted();
  }

  /** Returns the number of assigned topic-partitions that are paused for lack of demand. */
  public int pausedPartitions() {
    return counters.paused();
  }

  /** Returns the number of sends in flight; at most {@code sendInFlightMax}. */
  public int sendsInFlight() {
    return outbox.inFlight();
  }

  /**
   * Stops requesting batches; one that was requested before may still arrive. Acknowledgements are
   * still committed until the subscription is cancelled or the bus is closed. To drain, call this,
   * wait until {@link #inFlight()} is 0 (up to your drain timeout), and call {@link #close()}.
   */
  public void stopRequesting() {
    BatchGate present = gate.get();
    if (present != null) {
      present.stop();
    }
  }

  /**
   * Cancels the subscription, commits the offsets up to the first record that is not acknowledged,
   * leaves the group, and completes the sends in flight. Blocks up to about 25 s if Kafka is
   * unavailable. Idempotent.
   */
  @Override
  public void close() {
    if (closing.getAndSet(true)) {
      return;
    }
    BatchGate present = gate.get();
    if (present != null) {
      present.cancel();
    }
    try {
      if (!source.awaitClosed()) {
        LOG.warn("the consumer of {} did not close in time", settings.groupId());
      }
      outbox.close(SEND_CLOSE_TIMEOUT).block(CLOSE_TIMEOUT);
      answering.disposeGracefully().block(SEND_CLOSE_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IllegalStateException e) {
      LOG.warn("the producer of {} did not close in time", settings.groupId(), e);
    } finally {
      delivering.dispose();
      sending.dispose();
      answering.dispose();
    }
  }

  private void subscribe(CoreSubscriber<? super List<Delivery>> subscriber) {
    if (closing.get() || !subscribed.compareAndSet(false, true)) {
      Operators.error(
          subscriber,
          new IllegalStateException(
              closing.get()
                  ? "the bus is closed"
                  : "the bus has a subscription already: one at a time, cancel it first"));
      return;
    }
    BatchGate next =
        new BatchGate(
            subscriber,
            new BatchGate.Bounds(
                settings.inFlightMax(),
                settings.uncommittedMax(),
                settings.batchRecordsMax(),
                settings.inFlightBytesMax()),
            delivering.createWorker(),
            over -> {
              if (gate.compareAndSet(over, null)) {
                subscribed.set(false);
              }
            });
    gate.set(next);
    source.batches(next).subscribe(next);
  }

  /** A trace must not make a record too large: it does without the link then. */
  private static OutgoingRecord fitting(OutgoingRecord message, int bytesMax) {
    return message.headers().containsKey(Delivery.TRACEPARENT) && bytes(message) > bytesMax
        ? message.without(Delivery.TRACEPARENT)
        : message;
  }

  private static int bytes(OutgoingRecord message) {
    byte[] key = message.key();
    byte[] value = message.value();
    int sum = (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
    for (Map.Entry<String, String> header : message.headers().entrySet()) {
      sum += utf8(header.getKey()).length + utf8(header.getValue()).length;
    }
    return sum;
  }

  private static ProducerRecord<byte[], byte[]> toKafka(OutgoingRecord message) {
    List<Header> headers = new ArrayList<>();
    message.headers().forEach((name, value) -> headers.add(new RecordHeader(name, utf8(value))));
    return new ProducerRecord<>(message.topic(), null, message.key(), message.value(), headers);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
