package dev.canswarm.pipeline.cli.need;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.dlq.DeadLetterRecord;
import dev.canswarm.pipeline.cli.dlq.LetterCheck;
import dev.canswarm.pipeline.cli.dlq.LetterCheck.Standing;
import dev.canswarm.pipeline.cli.kafka.MessageCheck;
import dev.canswarm.pipeline.cli.kafka.TopicTail;
import dev.canswarm.pipeline.cli.text.Printable;
import dev.canswarm.pipeline.cli.thread.AttemptErrors;
import dev.canswarm.pipeline.cli.thread.StoreAccess;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.reader.StoredCheck;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.payload.Finalize;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Waits for the end of one NEED: its FINALIZE or its dead letter. */
final class NeedFollower implements AutoCloseable {
  private static final long POLL_MILLIS = 100;
  private static final int LETTERS_MAX = 16;
  private static final long POLL_NANOS = 1_000_000_000;
  private static final int ERRORS_SHOWN_MAX = 8;
  private static final int SHOWN_BYTES_MAX = 1 << 20;
  private static final double NANOS_PER_SECOND = 1e9;

  /** The FINALIZE, or the reason for its refusal. */
  private record End(Optional<Envelope> finalized, String refusal) {}

  /** Dead letters of the NEED to check; further ones are dropped, since one of them is enough. */
  private final BlockingQueue<DeadLetterRecord> letters = new ArrayBlockingQueue<>(LETTERS_MAX);

  private final CompletableFuture<End> end = new CompletableFuture<>();
  private final Envelope need;
  private final Predicate<byte[]> isAnnounced;
  private final Optional<KeyedNeed> keyed;
  private final DataAccess access;
  private final CommandContext context;
  private final PostgresSlotStore store;
  private final TopicTail tail;

  /** Whether a FINALIZE of the NEED was seen on the topic, so that the store is worth a look. */
  private volatile boolean isSeen;

  /** What was noted last about an end that is not believed, so that it is noted once. */
  private String noted = "";

  /** The NEED whose end is awaited: the one that was sent, or the one that has its key. */
  private volatile Envelope followed;

  private NeedFollower(
      KafkaEndpoint kafka,
      Envelope need,
      EnvelopeCodec codec,
      TrustRegistry everListed,
      Optional<KeyedNeed> keyed,
      DataAccess access,
      CommandContext context)
      throws CommandException {
    this.need = need;
    this.followed = need;
    this.isAnnounced = value -> StoredEnd.isAnnounced(value, followed, codec, everListed);
    this.keyed = keyed;
    this.access = access;
    this.context = context;
    this.store = StoreAccess.open(access);
    this.tail =
        TopicTail.start(
            kafka,
            List.of(Verb.FINALIZE.topic(), Topics.DEAD_LETTERS),
            false,
            "swarm-need-wait",
            this::take);
  }

  /**
   * Starts reading; call it before the NEED is sent.
   *
   * @param everListed keys that are or were in force
   * @param keyed where a NEED with the same idempotency key is looked up
   * @throws CommandException ENVIRONMENT if there is no PostgreSQL, which holds what is believed
   */
  static NeedFollower start(
      KafkaEndpoint kafka,
      Envelope need,
      EnvelopeCodec codec,
      TrustRegistry everListed,
      Optional<KeyedNeed> keyed,
      DataAccess access,
      CommandContext context)
      throws CommandException {
    return new NeedFollower(kafka, need, codec, everListed, keyed, access, context);
  }

  private void take(ConsumerRecord<byte[], byte[]> message) {
    byte[] value = message.value();
    if (message.topic().equals(Topics.DEAD_LETTERS)) {
      if (Arrays.equals(value, need.bytes())) {
        DeadLetterRecord.of(message).ifPresent(letters::offer);
      }
    } else if (value != null && isAnnounced.test(value)) {
      isSeen = true;
    }
  }

  /** Takes dead letters, which are not signed, only if the store has the same content. */
  private void takeLetters() {
    DeadLetterRecord letter = letters.poll();
    if (letter == null) {
      return;
    }
    Standing standing = new LetterCheck(store, StoreAccess.wait(access)).of(List.of(letter)).get(0);
    String says = letter.reason() + ": " + Printable.value(letter.detail());
    if (standing == Standing.VERIFIED) {
      end.complete(new End(Optional.empty(), says));
    } else {
      context.console().note("swarm: a dead letter that is " + standing + " says " + says);
    }
  }

  /** Takes the end that the store holds; one that is only on the topic is noted. */
  private void takeEnd() throws Exception {
    try {
      StoredEnd stored = StoredEnd.read(access, store, followed, context.time());
      stored.end().ifPresent(one -> end.complete(new End(Optional.of(one), "")));
      if (!stored.problem().isEmpty()) {
        note("the stored FINALIZE is UNVERIFIED, " + Printable.value(stored.problem()));
      } else if (stored.end().isEmpty() && isSeen) {
        note("a FINALIZE on the topic is UNVERIFIED: PostgreSQL does not hold it");
      }
    } catch (RetryableException | IllegalStateException away) {
      if (isSeen) {
        note(
            "a FINALIZE on the topic is UNKNOWN: PostgreSQL, which tells whether it counts, is"
                + " away: "
                + away.getMessage());
      }
    }
  }

  private void note(String words) {
    if (!words.equals(noted)) {
      noted = words;
      context.console().note("swarm: " + words);
    }
  }

  /**
   * Waits for the end, then prints the results' bytes.
   *
   * @param members of the summary
   * @throws CommandException TIMED_OUT, FAILED for a refused NEED
   */
  int await(long timeoutMillis, long startedNanos, Map<String, Object> members) throws Exception {
    Envelope finalized = finalized(timeoutMillis, startedNanos);
    double seconds = (System.nanoTime() - startedNanos) / NANOS_PER_SECOND;
    Finalize result = Finalize.parse(finalized.payload());
    Console console = context.console();
    List<Map<String, Object>> results = new ArrayList<>();
    for (Finalize.Result one : result.results()) {
      results.add(printed(console, access.dataDir(), one));
    }
    String reason = result.reason() == null ? "" : " (" + result.reason() + ")";
    console.note(
        "swarm: %s%s after %.2f s; check it with: ./swarm replay %s"
            .formatted(result.outcome(), reason, seconds, need.threadId()));
    boolean isAccepted = result.outcome() == Finalize.Outcome.ACCEPTED;
    if (!isAccepted) {
      members.put("errors", errors(console));
    }
    members.put("need_id", followed.id().text());
    members.put("outcome", result.outcome().name());
    if (result.reason() != null) {
      members.put("reason", result.reason());
    }
    members.put("result_hash", result.resultHash());
    members.put("results", results);
    members.put("seconds", Math.round(seconds * 1000) / 1000.0);
    int exit = isAccepted ? ExitCode.OK : ExitCode.FAILED;
    console.summary(exit, members);
    return exit;
  }

  /** Prints the errors that ended attempts, only the last ones if there are many. */
  private List<Map<String, Object>> errors(Console console) throws Exception {
    List<AttemptErrors.Entry> all;
    try {
      Duration wait = StoreAccess.wait(access);
      StoredCheck check = MessageCheck.ofStored(access, store, wait, context.time());
      all = AttemptErrors.read(store, check, followed, wait);
    } catch (RetryableException | IllegalStateException away) {
      console.note("swarm: what ended the attempts cannot be read: " + away.getMessage());
      return List.of();
    }
    List<AttemptErrors.Entry> last =
        all.subList(Math.max(0, all.size() - ERRORS_SHOWN_MAX), all.size());
    if (last.size() < all.size()) {
      console.note(
          "swarm: the last %d of %d errors; all: ./swarm thread %s"
              .formatted(last.size(), all.size(), need.threadId()));
    }
    Map<String, String> names = StoreAccess.names(access);
    last.forEach(entry -> console.note("swarm: " + entry.line(names)));
    return last.stream().map(entry -> entry.members(names)).toList();
  }

  private Envelope finalized(long timeoutMillis, long startedNanos) throws Exception {
    long deadline = startedNanos + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    long polledNanos = System.nanoTime() - POLL_NANOS;
    while (System.nanoTime() - deadline < 0) {
      context.stop().check();
      if (tail.failure().isPresent()) {
        throw new CommandException(
            ExitCode.ENVIRONMENT,
            "Kafka cannot be read: "
                + tail.failure().get()
                + "; see whether it runs: ./swarm status",
            tail.failure().get());
      }
      takeLetters();
      boolean isDue = System.nanoTime() - polledNanos >= POLL_NANOS;
      if (isDue && keyed.isPresent()) {
        lookUp(keyed.get());
      }
      if (isDue && (isSeen || keyed.isPresent())) {
        takeEnd();
        polledNanos = System.nanoTime();
      }
      try {
        End found = end.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
        return found.finalized().orElseThrow(() -> NeedRun.refused(found.refusal()));
      } catch (TimeoutException again) {
        // No FINALIZE yet: poll again.
      }
    }
    errors(context.console());
    throw new CommandException(
        ExitCode.TIMED_OUT,
        "no FINALIZE within %d ms; see how far it came: ./swarm thread %s"
            .formatted(timeoutMillis, need.threadId()));
  }

  /** Reads the stored NEED with this key: it may have ended, and its FINALIZE is not sent again. */
  private void lookUp(KeyedNeed key) throws CommandException {
    try {
      key.stored().ifPresent(stored -> followed = stored);
    } catch (RefusedException e) {
      throw NeedRun.refused(e.reason().name() + ": " + e.detail());
    }
  }

  static Map<String, Object> printed(Console console, Path dataDir, Finalize.Result result)
      throws Exception {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("task_id", result.taskId().text());
    members.put("task_type", result.taskType());
    members.put("artifact", result.artifact());
    String address = result.artifact();
    Path file =
        dataDir
            .resolve("artifacts")
            .resolve(address.substring(0, 2))
            .resolve(address.substring(2, 4))
            .resolve(address);
    if (!Files.isReadable(file)) {
      console.note("swarm: artifact " + address + " is not on this machine");
      return members;
    }
    if (Files.size(file) > SHOWN_BYTES_MAX) {
      console.result("artifact " + file);
      return members;
    }
    byte[] content = Files.readAllBytes(file);
    if (!Sha256.hex(content).equals(address)) {
      console.note("swarm: artifact " + file + " is damaged: its content has another hash");
      return members;
    }
    console.result(content);
    if (content.length == 0 || content[content.length - 1] != '\n') {
      console.result("");
    }
    try {
      members.put(
          "text", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString());
    } catch (CharacterCodingException binary) {
      members.put("file", file.toString());
    }
    return members;
  }

  @Override
  public void close() {
    tail.close();
    store.closeLater().block(StoreAccess.CLOSE_MAX);
  }
}
