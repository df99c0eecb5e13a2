package dev.canswarm.pipeline.cli.dlq;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.pipeline.cli.audit.RawAudit;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.dlq.LetterCheck.Standing;
import dev.canswarm.pipeline.cli.kafka.Clients;
import dev.canswarm.pipeline.cli.kafka.RecordLookup;
import dev.canswarm.pipeline.cli.kafka.TopicReader;
import dev.canswarm.pipeline.cli.text.Printable;
import dev.canswarm.pipeline.cli.thread.StoreAccess;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;

/** One {@code ./swarm dlq}. */
final class DlqRun {
  /** Most letters of one command, since it keeps their positions in memory. */
  static final int LETTERS_MAX = 1_000_000;

  private static final byte[] NO_BYTES = {};

  /** The partition and the offset of a record that is not sent yet. */
  private static final int NONE = -1;

  private final DlqCommand command;
  private final Console console;
  private final LetterFilter filter;
  private final KafkaEndpoint kafka;
  private final LetterCheck check;
  private final Map<String, Long> reasons = new TreeMap<>();
  private long malformed;
  private long taken;

  private DlqRun(DlqCommand command, LetterFilter filter, KafkaEndpoint kafka, LetterCheck check) {
    this.command = command;
    this.console = command.console();
    this.filter = filter;
    this.kafka = kafka;
    this.check = check;
  }

  static int run(DlqCommand command) throws Exception {
    LetterFilter filter = LetterFilter.of(command, command.context().time().epochMillis());
    DataAccess access = DataAccess.of(command);
    PostgresSlotStore store = StoreAccess.open(access);
    try {
      LetterCheck check = new LetterCheck(store, StoreAccess.wait(access));
      DlqRun run = new DlqRun(command, filter, access.kafka(), check);
      return switch (Objects.requireNonNull(command.action)) {
        case list -> run.list();
        case show -> run.show();
        case redrive -> run.redrive(access);
      };
    } finally {
      store.closeLater().block(StoreAccess.CLOSE_MAX);
    }
  }

  /** Returns the last letters that the filter selects, oldest first, and counts all of them. */
  private List<DeadLetterRecord> last() throws Exception {
    Deque<DeadLetterRecord> last = new ArrayDeque<>();
    read(
        letter -> {
          last.add(letter.withoutContent());
          if (last.size() > command.max) {
            last.remove();
          }
        });
    return List.copyOf(last);
  }

  /** Reads letters; one that was sent twice because of a crash is passed on once. */
  private void read(Consumer<DeadLetterRecord> letters) throws Exception {
    Set<String> seen = new HashSet<>();
    try (TopicReader reader = TopicReader.open(kafka, List.of(Topics.DEAD_LETTERS))) {
      reader.read(
          message -> {
            DeadLetterRecord letter = DeadLetterRecord.of(message).orElse(null);
            if (letter == null) {
              malformed++;
            } else if (filter.takes(letter)
                && seen.size() < LETTERS_MAX
                && seen.add(letter.source() + " " + letter.contentHash() + letter.reason())) {
              reasons.merge(letter.reason(), 1L, Long::sum);
              taken++;
              letters.accept(letter);
            }
          });
    }
  }

  private int list() throws Exception {
    List<DeadLetterRecord> last = last();
    List<Standing> standings = check.of(last);
    for (int i = 0; i < last.size(); i++) {
      DeadLetterRecord letter = last.get(i);
      console.result(
          "%s  %-22s %-20s %s%s"
              .formatted(
                  Instant.ofEpochMilli(letter.atMillis()),
                  Printable.value(letter.reason()),
                  Printable.value(letter.source().toString()),
                  mark(standings.get(i)),
                  Printable.value(letter.detail())));
      console.object("letter", members(letter, standings.get(i)));
    }
    for (Map.Entry<String, Long> count : reasons.entrySet()) {
      console.result("%8d  %s".formatted(count.getValue(), Printable.value(count.getKey())));
    }
    return summary(ExitCode.OK, standings, Map.of());
  }

  private int show() throws Exception {
    List<DeadLetterRecord> shown = new ArrayList<>();
    // Content is printed as it is read, so that only one is in memory.
    Set<String> wanted = new HashSet<>();
    last().forEach(letter -> wanted.add(letter.source() + letter.contentHash()));
    reasons.clear();
    taken = 0;
    List<Standing> standings = new ArrayList<>();
    read(
        letter -> {
          if (wanted.contains(letter.source() + letter.contentHash())) {
            Standing standing = check.of(List.of(letter)).get(0);
            standings.add(standing);
            shown.add(letter.withoutContent());
            show(letter, standing);
          }
        });
    if (shown.isEmpty()) {
      throw new CommandException(
          ExitCode.FAILED, "no such dead letter; those there are: ./swarm dlq list");
    }
    return summary(ExitCode.OK, standings, Map.of());
  }

  private void show(DeadLetterRecord letter, Standing standing) {
    console.result("position  " + Printable.value(letter.source().toString()));
    console.result(
        "refused   "
            + mark(standing)
            + Printable.value(letter.reason() + " (" + letter.stage() + "): " + letter.detail()));
    console.result("sent      " + Instant.ofEpochMilli(letter.atMillis()));
    byte[] key = letter.key();
    if (key != null) {
      console.result("key       " + Printable.value(new String(key, StandardCharsets.UTF_8)));
    }
    console.result("value     " + letter.valueBytes() + " bytes, SHA-256 " + letter.contentHash());
    byte[] value = letter.value() == null ? NO_BYTES : letter.value();
    console.result(value);
    console.result("");
    Map<String, Object> members = members(letter, standing);
    if (key != null) {
      members.put("key_b64", Base64.getEncoder().encodeToString(key));
    }
    if (letter.value() != null) {
      members.put("value_b64", Base64.getEncoder().encodeToString(value));
    }
    console.object("letter", members);
  }

  private int redrive(DataAccess access) throws Exception {
    if (filter.isEverything() && !command.all) {
      throw new CommandException(
          ExitCode.USAGE, "name positions or filters, or say --all to send every letter again");
    }
    Set<String> wanted = new HashSet<>();
    for (DeadLetterRecord letter : last()) {
      wanted.add(letter.source() + letter.contentHash());
    }
    if (wanted.isEmpty()) {
      throw new CommandException(
          ExitCode.FAILED, "no such dead letter; those there are: ./swarm dlq list");
    }
    List<Standing> standings = new ArrayList<>();
    Map<DeadLetterRecord, String> left = new LinkedHashMap<>();
    long[] sent = {0};
    reasons.clear();
    taken = 0;
    try (RawAudit audit = RawAudit.open(access, command.context());
        RecordLookup refused = RecordLookup.open(kafka);
        KafkaProducer<byte[], byte[]> producer = Clients.producer(kafka)) {
      read(
          letter -> {
            if (wanted.contains(letter.source() + letter.contentHash())) {
              Standing standing = check.of(List.of(letter)).get(0);
              standings.add(standing);
              Optional<String> obstacle = obstacle(letter, standing, refused::at);
              if (obstacle.isEmpty()) {
                again(letter, audit, producer);
                sent[0]++;
              } else {
                left.put(letter.withoutContent(), obstacle.get());
              }
            }
          });
    }
    left.forEach(
        (letter, obstacle) ->
            console.note(
                "swarm: not sent again: "
                    + Printable.value(letter.source().toString())
                    + ", "
                    + obstacle));
    int exit = left.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    return summary(
        exit, standings, Map.<String, Object>of("sent", sent[0], "dry_run", command.dryRun));
  }

  /**
   * Returns why a letter is not sent again. Its slot has the hash of the value alone, so its key is
   * compared with that of the refused record.
   */
  static Optional<String> obstacle(
      DeadLetterRecord letter,
      Standing standing,
      Function<RecordPosition, Optional<ConsumerRecord<byte[], byte[]>>> refused) {
    if (standing != Standing.VERIFIED) {
      return Optional.of("which is not verified");
    }
    if (letter.isCut()) {
      return Optional.of("whose content was cut");
    }
    ConsumerRecord<byte[], byte[]> record = refused.apply(letter.source()).orElse(null);
    if (record == null) {
      return Optional.of("whose key cannot be checked: its topic no longer has the record");
    }
    return Arrays.equals(record.key(), letter.key())
            && Arrays.equals(record.value(), letter.value())
        ? Optional.empty()
        : Optional.of("whose key or value is not that of the refused record");
  }

  private void again(
      DeadLetterRecord letter, RawAudit audit, KafkaProducer<byte[], byte[]> producer) {
    Map<String, Object> members = members(letter, Standing.VERIFIED);
    String to = "";
    if (!command.dryRun) {
      // First, and without a position: whatever happens next, nothing is sent that is not audited.
      audit(audit, letter, letter.source().topic(), NONE, NONE, "to be redriven");
      RecordMetadata at = send(letter, producer);
      audit(audit, letter, at.topic(), at.partition(), at.offset(), "redriven");
      to = at.topic() + "/" + at.partition() + "/" + at.offset();
      members.put("sent_to", to);
    }
    console.result(
        (command.dryRun ? "would send %s%s" : "sent %s again, now %s")
            .formatted(Printable.value(letter.source().toString()), to));
    console.object("redriven", members);
  }

  private static void audit(
      RawAudit audit,
      DeadLetterRecord letter,
      String topic,
      int partition,
      long offset,
      String what) {
    audit.write(
        Direction.RAW_PUBLISHED,
        topic,
        partition,
        offset,
        letter.value() == null ? NO_BYTES : letter.value(),
        what + " from dead letter " + letter.source() + " (" + letter.reason() + ")");
  }

  private static RecordMetadata send(
      DeadLetterRecord letter, KafkaProducer<byte[], byte[]> producer) {
    try {
      return Clients.send(
          producer, new ProducerRecord<>(letter.source().topic(), letter.key(), letter.value()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException("no answer of the broker", e);
    }
  }

  private static String mark(Standing standing) {
    return standing == Standing.VERIFIED ? "" : standing.name() + "  ";
  }

  private static Map<String, Object> members(DeadLetterRecord letter, Standing standing) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("topic", letter.source().topic());
    members.put("partition", letter.source().partition());
    members.put("offset", letter.source().offset());
    members.put("reason", letter.reason());
    members.put("stage", letter.stage());
    members.put("detail", letter.detail());
    members.put("at_ms", letter.atMillis());
    members.put("bytes", letter.valueBytes());
    members.put("sha256", letter.contentHash());
    members.put("standing", standing.name());
    return members;
  }

  private int summary(int exit, Collection<Standing> standings, Map<String, ?> more) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("letters", taken);
    members.put("malformed", malformed);
    members.put("reasons", reasons);
    members.put("unverified", standings.stream().filter(one -> one == Standing.UNVERIFIED).count());
    members.putAll(more);
    console.summary(exit, members);
    return exit;
  }
}
