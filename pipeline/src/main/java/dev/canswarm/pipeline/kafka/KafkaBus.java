package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.Bus;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * <p>A record is committed once it and all delivered before it in its topic-partition are
 * acknowledged. Only then its place in flight is free, so one slow topic-partition may fill the
 * window: that bounds what comes again after a crash. Deliveries outlive broker restarts and
 * rebalances; what was not committed comes again, and acknowledgements of an earlier assignment
 * free their places and commit nothing.
 */
public final class KafkaBus implements Bus, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaBus.class);
  private static final Duration SEND_CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIMEOUT = SEND_CLOSE_TIMEOUT.multipliedBy(3);
  private static final int SEND_TASKS_MAX = 64;

  private final Settings settings;
  private final Receiving receiving;
  private final KafkaOutbox outbox;
  private final BusCounters counters = new BusCounters();
  private final AtomicReference<@Nullable InFlightGate> gate = new AtomicReference<>();
  private final Scheduler delivering;
  private final Scheduler sending;
  private final Scheduler answering;
  private final AtomicBoolean closing = new AtomicBoolean();

  /**
   * A bus that connects when it is first used.
   *
   * @param cluster what {@link Delivery#cluster()} says: the id that {@link KafkaTopics#ensure}
   *     answered
   * @param blocking where consumers are made, which looks up addresses
   */
  public KafkaBus(Settings settings, String cluster, Scheduler blocking) {
    this.settings = settings;
    this.delivering = Schedulers.newSingle("bus-deliver-" + settings.groupId(), true);
    this.answering = Schedulers.newSingle("bus-sent-" + settings.groupId(), true);
    this.sending =
        Schedulers.newBoundedElastic(
            1, SEND_TASKS_MAX, "bus-send-" + settings.groupId(), Integer.MAX_VALUE, true);
    this.receiving = new Receiving(settings, cluster, blocking, delivering, counters);
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
   * Makes sure of all the swarm's topics, then answers a bus. Fails as {@link KafkaTopics} says.
   */
  public static Mono<KafkaBus> open(Settings settings, Scheduler blocking) {
    return KafkaTopics.ensure(settings, blocking)
        .map(cluster -> new KafkaBus(settings, cluster, blocking));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Emitted on one thread of the bus, which must not be blocked. Fails with {@link
   * BusRefusedException} when the settings cannot work; otherwise it goes on until it is cancelled.
   */
  @Override
  public Flux<Delivery> deliveries() {
    return Flux.from(subscriber -> subscribe(Operators.toCoreSubscriber(subscriber)));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Begins when subscribed to; completes on a thread of the bus, which must not be blocked. At
   * most {@code sendInFlightMax} are under way; more wait for their turn. Fails with {@link
   * BusRefusedException} when the record itself cannot be taken, such as a too large one.
   */
  @Override
  public Mono<Void> send(OutgoingRecord message) {
    return Mono.defer(
        () -> {
          if (closing.get()) {
            return Mono.error(new IllegalStateException("the bus is closed"));
          }
          int bytes = bytes(message);
          int bytesMax = settings.bytesMax(message.topic());
          return bytes > bytesMax
              ? Mono.error(BusRefusedException.tooLarge(message.topic(), bytes, bytesMax))
              : outbox.send(toKafka(message));
        });
  }

  @Override
  public Set<Integer> assignedPartitions() {
    return gate.get() == null ? Set.of() : receiving.assignedPartitions();
  }

  @Override
  public long assignment(int partition) {
    return gate.get() == null ? 0 : receiving.assignment(partition);
  }

  @Override
  public int partitionOf(String key) {
    return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8)))
        % settings.partitions();
  }

  /**
   * Records taken from Kafka so far, repetitions included. Those taken and not done are at most
   * {@link Settings#takenMax()}.
   */
  public long taken() {
    return counters.taken();
  }

  /** Records handed out and not passed by their watermark; at most {@code inFlightMax}. */
  public int inFlight() {
    InFlightGate present = gate.get();
    return present == null ? 0 : present.inFlight();
  }

  /** Topic-partitions that are assigned and not fetched from now, for want of demand. */
  public int pausedPartitions() {
    return counters.paused();
  }

  /** Sends that are with Kafka now; at most {@code sendInFlightMax}. */
  public int sendsInFlight() {
    return outbox.inFlight();
  }

  /**
   * Asks for no more records; those asked for may still come. Acknowledgements count, and are
   * committed, until the subscription is cancelled or the bus closed. To drain: call this, wait for
   * {@link #inFlight()} to be 0 for as long as is bearable, {@link #close()}.
   */
  public void stopTaking() {
    InFlightGate present = gate.get();
    if (present != null) {
      present.stop();
    }
  }

  /**
   * Cancels deliveries, commits what is acknowledged without a hole, leaves the group, lets sends
   * under way end. Blocks for at most some 25 s when Kafka is away. Idempotent.
   */
  @Override
  public void close() {
    if (closing.getAndSet(true)) {
      return;
    }
    InFlightGate present = gate.get();
    if (present != null) {
      present.cancel();
    }
    try {
      if (!receiving.awaitClosed()) {
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

  private void subscribe(CoreSubscriber<? super Delivery> subscriber) {
    InFlightGate next =
        new InFlightGate(
            subscriber,
            settings.inFlightMax(),
            delivering.createWorker(),
            over -> gate.compareAndSet(over, null));
    if (closing.get() || !gate.compareAndSet(null, next)) {
      Operators.error(
          subscriber,
          new IllegalStateException(
              closing.get()
                  ? "the bus is closed"
                  : "the bus has a subscription already: one at a time, cancel it first"));
      return;
    }
    receiving.deliveries(next::release).subscribe(next);
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

  /**
   * How a process uses Kafka. All counts and sizes are at least 1.
   *
   * @param bootstrap host:port, comma-separated
   * @param groupId processes of one group share the partitions
   * @param memberId of this process in the group, the same at every start and nobody else's at that
   *     time: one that was killed and comes back has its partitions at once, and the others keep
   *     theirs; without one, all wait until {@code sessionTimeoutMillis} have passed
   * @param topics what this process reads; they must have the same number of partitions
   * @param partitions of every topic
   * @param replication copies of every topic
   * @param minInsync copies that must have a record before it counts as sent, at most {@code
   *     replication}
   * @param retentionMillis how long topics keep records; longer than the longest deadline
   * @param inFlightMax records handed out and not done
   * @param pollRecordsMax records of one poll
   * @param commitIntervalMillis between commits of what is done
   * @param sendInFlightMax sends that are with Kafka at a time
   * @param sessionTimeoutMillis after which the group takes a silent process for dead
   * @param recordBytesMax key, value and headers of a record
   * @param deadLetterBytesMax of a record on {@link Topics#DEAD_LETTERS}; larger, since it holds a
   *     whole record and the reason
   * @param extra further properties for Kafka's clients, such as those for TLS; they do not
   *     override what the bus's guarantees rest on
   */
  public record Settings(
      String bootstrap,
      String groupId,
      Optional<String> memberId,
      List<String> topics,
      int partitions,
      int replication,
      int minInsync,
      long retentionMillis,
      int inFlightMax,
      int pollRecordsMax,
      long commitIntervalMillis,
      int sendInFlightMax,
      int sessionTimeoutMillis,
      int recordBytesMax,
      int deadLetterBytesMax,
      Map<String, String> extra) {
    /** Batches of a poll that wait inside reactor-kafka for demand. */
    private static final int BUFFERED_POLLS_MAX = 2;

    /** Checks bounds. */
    public Settings {
      topics = List.copyOf(topics);
      extra = Map.copyOf(extra);
      atLeast("topics", 1, topics.size());
      atLeast("partitions", 1, partitions);
      atLeast("replication", 1, replication);
      atLeast("minInsync", 1, minInsync);
      atLeast("replication (minInsync copies are asked for)", minInsync, replication);
      atLeast("retentionMillis", 1, retentionMillis);
      atLeast("inFlightMax", 1, inFlightMax);
      atLeast("pollRecordsMax", 1, pollRecordsMax);
      atLeast("commitIntervalMillis", 1, commitIntervalMillis);
      atLeast("sendInFlightMax", 1, sendInFlightMax);
      atLeast("sessionTimeoutMillis", 1, sessionTimeoutMillis);
      atLeast("recordBytesMax", 1, recordBytesMax);
      atLeast("deadLetterBytesMax (above recordBytesMax)", recordBytesMax + 1L, deadLetterBytesMax);
    }

    /**
     * Most records that are taken from Kafka and not done: {@code inFlightMax} handed out, and two
     * polls' worth that wait inside reactor-kafka. Beside these the client holds fetched bytes, at
     * most 16 MiB per broker.
     */
    public int takenMax() {
      return inFlightMax + BUFFERED_POLLS_MAX * pollRecordsMax;
    }

    int bytesMax(String topic) {
      return topic.equals(Topics.DEAD_LETTERS) ? deadLetterBytesMax : recordBytesMax;
    }

    private static void atLeast(String what, long least, long actual) {
      if (actual < least) {
        throw new IllegalArgumentException(
            "%s: expected at least %d, got %d".formatted(what, least, actual));
      }
    }
  }
}
