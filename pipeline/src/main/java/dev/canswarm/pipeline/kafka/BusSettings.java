package dev.canswarm.pipeline.kafka;

import dev.canswarm.port.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a process uses Kafka; made with {@link #builder}. All counts and sizes are at least 1.
 *
 * @param bootstrap {@code host:port,…}
 * @param groupId processes of one group share the partitions
 * @param memberId the static id of this process in the group: the same at every start, and of no
 *     other process at that time. A process that is killed and started again then has its
 *     partitions at once, and the others keep theirs; without an id, all wait until {@code
 *     sessionTimeoutMillis} have passed
 * @param clientId the consumer's client id, which the brokers show to other clients, such as the
 *     roles of the process
 * @param topics the topics that this process reads; they must have the same number of partitions
 * @param partitions the partitions of every topic
 * @param replication the replicas of every partition
 * @param minInsync the replicas that must store a record before Kafka acknowledges it, at most
 *     {@code replication}
 * @param retentionMillis how long topics keep records, in milliseconds; longer than the longest
 *     deadline
 * @param inFlightMax the most records that are delivered and not acknowledged; {@link
 *     #uncommittedMax} bounds those that wait for their commit
 * @param inFlightBytesMax the most bytes of values that are delivered and not acknowledged; one
 *     poll may exceed it
 * @param pollRecordsMax the most records that one poll returns
 * @param commitIntervalMillis the time between offset commits, in milliseconds
 * @param sendInFlightMax the most records that are sent and not yet acknowledged by Kafka
 * @param sessionTimeoutMillis the time without a heartbeat after which the consumer group removes a
 *     member, in milliseconds
 * @param recordBytesMax the size limit of a record with key, value and headers, in bytes
 * @param deadLetterBytesMax the same for {@link Topics#DEAD_LETTERS}; larger, since a dead letter
 *     contains a whole record and the reason
 * @param traced whether deliveries have the header {@code traceparent} of their records
 * @param extra further properties for Kafka's clients, such as those for TLS; they cannot override
 *     the properties that the guarantees of the bus rely on
 */
public record BusSettings(
    String bootstrap,
    String groupId,
    Optional<String> memberId,
    Optional<String> clientId,
    List<String> topics,
    int partitions,
    int replication,
    int minInsync,
    long retentionMillis,
    int inFlightMax,
    long inFlightBytesMax,
    int pollRecordsMax,
    long commitIntervalMillis,
    int sendInFlightMax,
    int sessionTimeoutMillis,
    int recordBytesMax,
    int deadLetterBytesMax,
    boolean traced,
    Map<String, String> extra) {
  /** The number of polls whose values together reach the bound of bytes in flight. */
  private static final int POLLS_IN_FLIGHT = 4;

  /** Uncommitted records for each record in flight: each takes one entry of a watermark. */
  private static final int UNCOMMITTED_FACTOR = 16;

  /** The polled batches that reactor-kafka buffers ahead of demand. */
  private static final int BUFFERED_POLLS_MAX = 2;

  /** Checks bounds. */
  public BusSettings {
    topics = List.copyOf(topics);
    extra = Map.copyOf(extra);
    atLeast("topics", 1, topics.size());
    atLeast("partitions", 1, partitions);
    atLeast("replication", 1, replication);
    atLeast("minInsync", 1, minInsync);
    atLeast("replication (at least minInsync)", minInsync, replication);
    atLeast("retentionMillis", 1, retentionMillis);
    atLeast("inFlightMax", 1, inFlightMax);
    atLeast("inFlightBytesMax", 1, inFlightBytesMax);
    atLeast("pollRecordsMax", 1, pollRecordsMax);
    atLeast("commitIntervalMillis", 1, commitIntervalMillis);
    atLeast("sendInFlightMax", 1, sendInFlightMax);
    atLeast("sessionTimeoutMillis", 1, sessionTimeoutMillis);
    atLeast("recordBytesMax", 1, recordBytesMax);
    atLeast("deadLetterBytesMax (above recordBytesMax)", recordBytesMax + 1L, deadLetterBytesMax);
  }

  /**
   * Returns the most records that are polled and not done: {@code inFlightMax} that are delivered,
   * and two polls that reactor-kafka buffers. In addition the client buffers fetched bytes, at most
   * 16 MiB per broker.
   */
  public int polledMax() {
    return inFlightMax + BUFFERED_POLLS_MAX * pollRecordsMax;
  }

  /**
   * Returns the most delivered records that their watermark has not passed: those in flight, and
   * those that are acknowledged and wait behind an earlier record of their topic-partition. A crash
   * redelivers them.
   */
  public int uncommittedMax() {
    return UNCOMMITTED_FACTOR * inFlightMax;
  }

  /** Returns the most records of a batch: those of a poll, but at most {@code inFlightMax}. */
  public int batchRecordsMax() {
    return Math.min(pollRecordsMax, inFlightMax);
  }

  /** Returns the bytes of values at which a poll ends; its last value may exceed them. */
  public long pollBytesMax() {
    return Math.max(1, inFlightBytesMax / POLLS_IN_FLIGHT);
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

  /** Returns a builder with these settings. */
  public Builder with() {
    Builder builder = new Builder(bootstrap, groupId);
    builder.memberId = memberId;
    builder.clientId = clientId;
    builder.topics = topics;
    builder.partitions = partitions;
    builder.replication = replication;
    builder.minInsync = minInsync;
    builder.retentionMillis = retentionMillis;
    builder.inFlightMax = inFlightMax;
    builder.inFlightBytesMax = inFlightBytesMax;
    builder.pollRecordsMax = pollRecordsMax;
    builder.commitIntervalMillis = commitIntervalMillis;
    builder.sendInFlightMax = sendInFlightMax;
    builder.sessionTimeoutMillis = sessionTimeoutMillis;
    builder.recordBytesMax = recordBytesMax;
    builder.deadLetterBytesMax = deadLetterBytesMax;
    builder.traced = traced;
    builder.extra = extra;
    return builder;
  }

  /**
   * Returns a builder with the defaults of the configuration, except for one partition and one
   * replica of every topic.
   */
  public static Builder builder(String bootstrap, String groupId) {
    return new Builder(bootstrap, groupId);
  }

  /** Builds settings. Not thread-safe. */
  public static final class Builder {
    private final String bootstrap;
    private final String groupId;
    private Optional<String> memberId = Optional.empty();
    private Optional<String> clientId = Optional.empty();
    private List<String> topics = List.of();
    private int partitions = 1;
    private int replication = 1;
    private int minInsync = 1;
    private long retentionMillis = 86_400_000L;
    private int inFlightMax = 1_024;
    private long inFlightBytesMax = 32L << 20;
    private int pollRecordsMax = 256;
    private long commitIntervalMillis = 200L;
    private int sendInFlightMax = 1_024;
    private int sessionTimeoutMillis = 10_000;
    private int recordBytesMax = 1 << 20;
    private int deadLetterBytesMax = (1 << 20) + 65_536;
    private boolean traced;
    private Map<String, String> extra = Map.of();

    private Builder(String bootstrap, String groupId) {
      this.bootstrap = bootstrap;
      this.groupId = groupId;
    }

    /** Makes this process a static member. */
    public Builder memberId(String id) {
      memberId = Optional.of(id);
      return this;
    }

    /** Sets the consumer's client id. */
    public Builder clientId(String id) {
      clientId = Optional.of(id);
      return this;
    }

    /** Sets the topics to read, and the number of partitions of every topic. */
    public Builder topics(List<String> read, int partitionCount) {
      topics = read;
      partitions = partitionCount;
      return this;
    }

    /** Sets the number of replicas, and how many of them must store a record. */
    public Builder copies(int replicas, int insyncMin) {
      replication = replicas;
      minInsync = insyncMin;
      return this;
    }

    /** Sets how long topics keep records, in milliseconds. */
    public Builder retention(long millis) {
      retentionMillis = millis;
      return this;
    }

    /** Sets the most records in flight. */
    public Builder inFlight(int recordsMax) {
      inFlightMax = recordsMax;
      return this;
    }

    /** Sets the most bytes of values in flight. */
    public Builder inFlightBytes(long bytesMax) {
      inFlightBytesMax = bytesMax;
      return this;
    }

    /** Sets the most records of one poll, and the milliseconds between commits. */
    public Builder poll(int recordsMax, long millisBetweenCommits) {
      pollRecordsMax = recordsMax;
      commitIntervalMillis = millisBetweenCommits;
      return this;
    }

    /** Sets the most records that are sent and not acknowledged. */
    public Builder sends(int inFlight) {
      sendInFlightMax = inFlight;
      return this;
    }

    /** Sets the session timeout, in milliseconds. */
    public Builder sessionTimeout(int millis) {
      sessionTimeoutMillis = millis;
      return this;
    }

    /** Sets the size limits of a record and of a dead letter, in bytes. */
    public Builder sizes(int ofRecord, int ofDeadLetter) {
      recordBytesMax = ofRecord;
      deadLetterBytesMax = ofDeadLetter;
      return this;
    }

    /** Sets whether deliveries have what their senders say they belong to. */
    public Builder traced(boolean wanted) {
      traced = wanted;
      return this;
    }

    /** Sets further properties for Kafka's clients. */
    public Builder extra(Map<String, String> properties) {
      extra = properties;
      return this;
    }

    /**
     * Returns the settings.
     *
     * @throws IllegalArgumentException if one is out of its bounds
     */
    public BusSettings build() {
      return new BusSettings(
          bootstrap,
          groupId,
          memberId,
          clientId,
          topics,
          partitions,
          replication,
          minInsync,
          retentionMillis,
          inFlightMax,
          inFlightBytesMax,
          pollRecordsMax,
          commitIntervalMillis,
          sendInFlightMax,
          sessionTimeoutMillis,
          recordBytesMax,
          deadLetterBytesMax,
          traced,
          extra);
    }
  }
}
