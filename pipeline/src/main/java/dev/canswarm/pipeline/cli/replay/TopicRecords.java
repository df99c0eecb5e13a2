package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.kafka.TopicReader;
import dev.canswarm.policy.Chain;
import dev.canswarm.port.Topics;
import dev.canswarm.replay.ReplayRecord;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The records of the verbs' topics that Kafka still keeps, without dead-lettered ones, which took
 * no effect. A topic does not show which of two candidates filled a slot. Deciders and coordinators
 * store before they send, so a message of {@link Chain#settling} must have filled its slot. Any
 * other message may come from outside and may have lost its slot: it counts only if a FINALIZE
 * follows from it.
 */
final class TopicRecords implements RecordSource, AutoCloseable {
  /**
   * Most dead letters whose positions are kept in memory; a swarm that refuses more is under
   * attack.
   */
  static final int REFUSED_MAX = 1_000_000;

  private final TopicReader reader;
  private final Set<Position> refused;

  private record Position(String topic, int partition, long offset) {}

  private TopicRecords(TopicReader reader, Set<Position> refused) {
    this.reader = reader;
    this.refused = refused;
  }

  /**
   * Looks up where the topics end, then reads the dead letters.
   *
   * @throws CommandException ENVIRONMENT if there is no topic of a swarm
   * @throws Exception of a type that {@code Failures} can say
   */
  static TopicRecords open(KafkaEndpoint kafka) throws Exception {
    TopicReader reader = TopicReader.open(kafka, Topics.ofVerbs());
    boolean opened = false;
    try {
      if (reader.topics() == 0) {
        throw new CommandException(
            ExitCode.ENVIRONMENT,
            "no topic of a swarm on "
                + kafka
                + ", so nothing to replay; pass the --kafka-bootstrap of a swarm, or --from audit");
      }
      // Dead letters are read after the ends are looked up, so that every refusal of a read record
      // is known.
      TopicRecords records = new TopicRecords(reader, refused(kafka));
      opened = true;
      return records;
    } finally {
      if (!opened) {
        reader.close();
      }
    }
  }

  private static Set<Position> refused(KafkaEndpoint kafka) throws Exception {
    Set<Position> refused = new HashSet<>();
    try (TopicReader letters = TopicReader.open(kafka, List.of(Topics.DEAD_LETTERS))) {
      letters.read(
          letter -> {
            Position position = source(letter);
            if (position != null && refused.size() < REFUSED_MAX) {
              refused.add(position);
            }
          });
    }
    if (refused.size() == REFUSED_MAX) {
      throw new CommandException(
          ExitCode.ENVIRONMENT,
          "more than %d dead letters; replay from the audit log or the store"
              .formatted(REFUSED_MAX));
    }
    return refused;
  }

  private static @Nullable Position source(ConsumerRecord<byte[], byte[]> letter) {
    try {
      return new Position(
          header(letter, "swarm-topic"),
          Integer.parseInt(header(letter, "swarm-partition")),
          Long.parseLong(header(letter, "swarm-offset")));
    } catch (NumberFormatException noDeadLetter) {
      return null;
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    Header header = letter.headers().lastHeader(name);
    return header == null || header.value() == null
        ? ""
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public String described(long records) {
    String without =
        refused.isEmpty()
            ? ""
            : ", without " + CountText.counted(refused.size(), "dead-lettered one");
    return CountText.counted(records, "record")
        + " of "
        + CountText.counted(reader.topics(), "topic")
        + without;
  }

  @Override
  public long read(Consumer<LogEntry> entries) {
    AtomicLong count = new AtomicLong();
    reader.read(
        found -> {
          Position position = new Position(found.topic(), found.partition(), found.offset());
          if (!refused.contains(position)) {
            count.incrementAndGet();
            entries.accept(entry(found));
          }
        });
    return count.get();
  }

  /** Returns the envelope in a record, and whether it must hold. */
  static LogEntry entry(ConsumerRecord<byte[], byte[]> found) {
    byte[] bytes = found.value() == null ? new byte[0] : found.value();
    String where = found.topic() + "/" + found.partition() + ":" + found.offset();
    LogEntry seen = LogEntry.of(new ReplayRecord(where, bytes, false));
    boolean holds = Chain.settling().stream().anyMatch(verb -> verb.name().equals(seen.kind()));
    return holds ? seen.taken() : seen;
  }

  @Override
  public void close() {
    reader.close();
  }
}
