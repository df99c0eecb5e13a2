package dev.canswarm.pipeline.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka consumer that attaches the {@link Assignment} to each polled record. Only the consumer
 * knows it reliably: a rebalance happens inside {@code poll}, before it returns records. Not
 * thread-safe, like its superclass, except for {@link #awaitClosed}.
 */
final class PollingConsumer extends KafkaConsumer<byte[], StampedValue> {
  private static final Logger LOG = LoggerFactory.getLogger(PollingConsumer.class);
  private static final byte @Nullable [] NO_KEY = null;

  private final Assignments assignments;
  private final BusCounters counters;
  private final Held held;
  private final CuttingDeserializer cutting;

  /** The partitions that the caller paused, in addition to the held topics. */
  private final Set<TopicPartition> pausedByCaller = new HashSet<>();

  /** Whether consumers read one record at a time, since a library does not load. */
  private final AtomicBoolean oneAtATime;

  /** Why the last poll could not read a record, until the next one says which. */
  private @Nullable Error missing;

  /** Where an unreadable batch may go on, so that it is logged once; of assigned partitions. */
  private final Map<TopicPartition, Long> unreadableNext = new HashMap<>();

  private volatile boolean polling;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** The topics that consumers do not poll. Shared by successive consumers. Thread-safe. */
  static final class Held {
    private volatile Set<String> topics = Set.of();

    void set(Set<String> wanted) {
      topics = Set.copyOf(wanted);
    }

    boolean has(TopicPartition place) {
      return topics.contains(place.topic());
    }

    boolean isNone() {
      return topics.isEmpty();
    }
  }

  /**
   * @param oneAtATime whether the properties let a poll return one record only; set if that is
   *     necessary from the next consumer on
   * @param cutting deserialises values: cuts the too long ones, and ends a poll that has enough
   *     bytes
   */
  PollingConsumer(
      Map<String, Object> properties,
      Assignments assignments,
      BusCounters counters,
      Held held,
      AtomicBoolean oneAtATime,
      CuttingDeserializer cutting) {
    super(properties, new ByteArrayDeserializer(), cutting);
    this.assignments = assignments;
    this.counters = counters;
    this.held = held;
    this.oneAtATime = oneAtATime;
    this.cutting = cutting;
  }

  @Override
  public ConsumerRecords<byte[], StampedValue> poll(Duration timeout) {
    Set<TopicPartition> paused = super.paused();
    counters.paused(paused.size());
    cutting.beginPoll();
    polling = true;
    ConsumerRecords<byte[], StampedValue> records;
    try {
      applyHold(paused);
      records = super.poll(timeout);
    } catch (KafkaException failure) {
      records = standIn(failure);
    } catch (Error failure) {
      if (failure instanceof VirtualMachineError) {
        throw failure;
      }
      records = withoutLibrary(failure);
    } finally {
      polling = false;
    }
    ConsumerRecords<byte[], StampedValue> stamped = records.isEmpty() ? records : stamped(records);
    noteLag();
    // Under load there is no need: a later record's commit passes what lies before it.
    if (records.isEmpty()) {
      commitPassed();
    }
    return stamped;
  }

  /**
   * As an Error this would end the polling thread, and nobody would hear of it. What the poll had
   * read of other records is lost with it, so this consumer may go on only if it reads one at a
   * time. Its next poll then says which partition it was.
   */
  private ConsumerRecords<byte[], StampedValue> withoutLibrary(Error failure) {
    if (!oneAtATime.getAndSet(true)) {
      throw new KafkaException("a library that reads records does not load: " + failure, failure);
    }
    missing = failure;
    return ConsumerRecords.empty();
  }

  /**
   * Returns a placeholder for the record that could not be read, and continues with the next: a
   * consumer that stays there never gets any further. Kafka reads batch by batch and says only at
   * which offset it failed, so each of the batch's records comes here.
   *
   * @throws KafkaException the given one, if it is about anything but an unreadable record
   */
  private ConsumerRecords<byte[], StampedValue> standIn(KafkaException failure) {
    TopicPartition place = KafkaErrors.unreadable(failure, assignment()).orElseThrow(() -> failure);
    long offset = knownPosition(place).orElseThrow(() -> failure);
    String reason =
        KafkaErrors.whyUnreadable(
            failure.getCause() == null && missing != null ? missing : failure);
    missing = null;
    if (!Long.valueOf(offset).equals(unreadableNext.put(place, offset + 1))) {
      LOG.warn(
          "records of {} from offset {} on cannot be read and become dead letters: {}",
          place,
          offset,
          reason,
          failure);
    }
    seek(place, offset + 1);
    return new ConsumerRecords<>(
        Map.of(
            place,
            List.of(
                new ConsumerRecord<>(
                    place.topic(),
                    place.partition(),
                    offset,
                    NO_KEY,
                    StampedValue.unreadable(reason)))),
        Map.of(place, new OffsetAndMetadata(offset + 1)));
  }

  /** Commits past markers of transactions and aborted records, which nobody acknowledges. */
  private void commitPassed() {
    Map<TopicPartition, OffsetAndMetadata> passed = new HashMap<>();
    for (TopicPartition place : assignment()) {
      Assignment assignment = assignments.of(place);
      if (assignment != null && assignment.isHeardOf()) {
        knownPosition(place)
            .ifPresent(
                position -> {
                  if (assignment.passes(position)) {
                    passed.put(place, new OffsetAndMetadata(position));
                  }
                });
      }
    }
    if (!passed.isEmpty()) {
      super.commitAsync(passed, null);
    }
  }

  /** The position, unless the broker would have to be asked for it. */
  private OptionalLong knownPosition(TopicPartition place) {
    try {
      return OptionalLong.of(position(place, Duration.ZERO));
    } catch (TimeoutException unknown) {
      return OptionalLong.empty();
    }
  }

  /** Commits what was acknowledged; never less than what was passed. */
  @Override
  public void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> offsets, @Nullable OffsetCommitCallback callback) {
    super.commitAsync(atLeastPassed(offsets), callback);
  }

  /** Commits what was acknowledged; never less than what was passed. */
  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    super.commitSync(atLeastPassed(offsets));
  }

  private Map<TopicPartition, OffsetAndMetadata> atLeastPassed(
      Map<TopicPartition, OffsetAndMetadata> offsets) {
    Map<TopicPartition, OffsetAndMetadata> raised = new HashMap<>(offsets);
    raised.replaceAll(
        (place, offset) -> {
          Assignment assignment = assignments.of(place);
          return assignment == null || assignment.passed() <= offset.offset()
              ? offset
              : new OffsetAndMetadata(assignment.passed());
        });
    return raised;
  }

  /**
   * Notes what is left at the broker, from what the client has heard with its records. Of a paused
   * partition nothing new is heard, so at least one record is assumed.
   */
  private void noteLag() {
    Set<TopicPartition> paused = super.paused();
    for (TopicPartition place : assignment()) {
      Assignment assignment = assignments.of(place);
      if (assignment != null && assignment.isHeardOf()) {
        long known = currentLag(place).orElse(1);
        assignment.leftAtBroker(paused.contains(place) ? Math.max(1, known) : known);
      }
    }
  }

  /** Wakes a poll that may wait for topics that are no longer held. Thread-safe. */
  void heldChanged() {
    if (polling) {
      wakeup();
    }
  }

  /**
   * Pauses the partitions of held topics and resumes the others. Called before each poll, and
   * inside one when partitions were assigned, before any of their records are polled.
   */
  void applyHold() {
    applyHold(super.paused());
  }

  /**
   * @param paused all paused partitions: the client creates this set for each call, of all the
   *     partitions that it has
   */
  private void applyHold(Set<TopicPartition> paused) {
    if (paused.isEmpty() && pausedByCaller.isEmpty() && held.isNone()) {
      return;
    }
    List<TopicPartition> pause = new ArrayList<>();
    List<TopicPartition> resume = new ArrayList<>();
    for (TopicPartition place : assignment()) {
      boolean wanted = pausedByCaller.contains(place) || held.has(place);
      if (wanted != paused.contains(place)) {
        (wanted ? pause : resume).add(place);
      }
    }
    super.pause(pause);
    super.resume(resume);
  }

  @Override
  public void pause(Collection<TopicPartition> places) {
    pausedByCaller.addAll(places);
    super.pause(places);
  }

  @Override
  public void resume(Collection<TopicPartition> places) {
    pausedByCaller.removeAll(places);
    super.resume(places.stream().filter(place -> !held.has(place)).toList());
  }

  /**
   * Forgets that the caller paused these partitions: a partition that is assigned again is not
   * paused, and the caller, who never paused the new assignment, would never resume it. Called
   * inside a poll.
   */
  void revoked(Collection<TopicPartition> places) {
    pausedByCaller.removeAll(places);
    places.forEach(unreadableNext::remove);
  }

  /** Returns what the caller paused; it does not see the partitions of held topics. */
  @Override
  public Set<TopicPartition> paused() {
    Set<TopicPartition> places = new HashSet<>(super.paused());
    places.retainAll(pausedByCaller);
    return places;
  }

  private ConsumerRecords<byte[], StampedValue> stamped(
      ConsumerRecords<byte[], StampedValue> records) {
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(records.nextOffsets());
    int count = 0;
    Map<TopicPartition, List<ConsumerRecord<byte[], StampedValue>>> stamped = new HashMap<>();
    for (TopicPartition place : records.partitions()) {
      List<ConsumerRecord<byte[], StampedValue>> polled =
          fitting(place, records.records(place), next);
      if (polled.isEmpty()) {
        continue;
      }
      count += polled.size();
      Assignment assignment =
          assignmentOf(
              place, polled.get(0).offset(), polled.get(polled.size() - 1).offset(), polled.size());
      List<ConsumerRecord<byte[], StampedValue>> list = new ArrayList<>(polled.size());
      polled.forEach(polledRecord -> list.add(stamp(polledRecord, assignment)));
      stamped.put(place, list);
    }
    counters.polled(count);
    return new ConsumerRecords<>(stamped, next);
  }

  /**
   * Returns the records that the poll has room for; the others of the partition are polled again.
   */
  private List<ConsumerRecord<byte[], StampedValue>> fitting(
      TopicPartition place,
      List<ConsumerRecord<byte[], StampedValue>> polled,
      Map<TopicPartition, OffsetAndMetadata> next) {
    int first = 0;
    while (first < polled.size() && polled.get(first).value() != StampedValue.NO_ROOM) {
      first++;
    }
    if (first == polled.size()) {
      return polled;
    }
    long offset = polled.get(first).offset();
    seek(place, offset);
    next.put(place, new OffsetAndMetadata(offset));
    return polled.subList(0, first);
  }

  /**
   * Returns the assignment of a polled batch. If the position went back within an assignment, the
   * log was truncated and the same offsets now denote other records. This starts a new assignment;
   * otherwise the old watermark would hide the new records.
   */
  private Assignment assignmentOf(TopicPartition place, long first, long last, int records) {
    Assignment assignment = assignments.of(place);
    if (assignment == null || !assignment.onPolled(first, last, records)) {
      assignment = assignments.renew(place);
      assignment.onPolled(first, last, records);
    }
    return assignment;
  }

  private static ConsumerRecord<byte[], StampedValue> stamp(
      ConsumerRecord<byte[], StampedValue> polled, Assignment assignment) {
    @Nullable StampedValue value = polled.value();
    return new ConsumerRecord<>(
        polled.topic(),
        polled.partition(),
        polled.offset(),
        polled.timestamp(),
        polled.timestampType(),
        polled.serializedKeySize(),
        polled.serializedValueSize(),
        polled.key(),
        value == null ? StampedValue.tombstone(assignment) : value.under(assignment),
        polled.headers(),
        polled.leaderEpoch());
  }

  /**
   * Closes the consumer; reactor-kafka calls this overload. A static member would stay in the group
   * to return later. An orderly close leaves the group, so that other members get the partitions at
   * once.
   */
  @Override
  @SuppressWarnings("deprecation")
  public void close(Duration timeout) {
    try {
      super.close(
          CloseOptions.timeout(timeout)
              .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    } finally {
      assignments.endAll();
      counters.paused(0);
      closed.countDown();
    }
  }

  /**
   * Waits until the consumer is closed, at most for {@code most}. Blocks. Returns whether it is
   * closed.
   */
  boolean awaitClosed(Duration most) throws InterruptedException {
    return closed.await(most.toMillis(), TimeUnit.MILLISECONDS);
  }
}
