package dev.canswarm.pipeline.cli.need;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Envelope;
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
import dev.canswarm.pipeline.cli.kafka.TopicTail;
import dev.canswarm.pipeline.cli.text.Printable;
import dev.canswarm.pipeline.cli.thread.AttemptErrors;
import dev.canswarm.pipeline.cli.thread.StoreAccess;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.payload.Finalize;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private final FinalizeCheck check;
  private final Optional<KeyedNeed> keyed;
  private final TopicTail tail;

  /** The NEED whose end is awaited: the one that was sent, or the one that has its key. */
  private volatile Envelope followed;

  private NeedFollower(
      KafkaEndpoint kafka, Envelope need, FinalizeCheck check, Optional<KeyedNeed> keyed) {
    this.need = need;
    this.followed = need;
    this.check = check;
    this.keyed = keyed;
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
   * @param keyed where a NEED with the same idempotency key is looked up
   */
  static NeedFollower start(
      KafkaEndpoint kafka, Envelope need, FinalizeCheck check, Optional<KeyedNeed> keyed) {
    return new NeedFollower(kafka, need, check, keyed);
  }

  private void take(ConsumerRecord<byte[], byte[]> message) {
    if (message.topic().equals(Topics.DEAD_LETTERS)) {
      if (Arrays.equals(message.value(), need.bytes())) {
        DeadLetterRecord.of(message).ifPresent(letters::offer);
      }
      return;
    }
    Optional.ofNullable(message.value())
        .flatMap(value -> check.of(value, followed))
        .ifPresent(seen -> end.complete(new End(Optional.of(seen), "")));
  }

  /** Takes dead letters, which are not signed, only if the store has the same content. */
  private void takeLetters(CommandContext context, DataAccess access) throws CommandException {
    DeadLetterRecord letter = letters.poll();
    if (letter == null) {
      return;
    }
    PostgresSlotStore store = StoreAccess.open(access);
    try {
      Standing standing =
          new LetterCheck(store, StoreAccess.wait(access)).of(List.of(letter)).get(0);
      String says = letter.reason() + ": " + Printable.value(letter.detail());
      if (standing == Standing.VERIFIED) {
        end.complete(new End(Optional.empty(), says));
      } else {
        context.console().note("swarm: a dead letter that is " + standing + " says " + says);
      }
    } finally {
      store.closeLater().block(StoreAccess.CLOSE_MAX);
    }
  }

  /**
   * Waits for the end, then prints the results' bytes.
   *
   * @param members of the summary
   * @throws CommandException TIMED_OUT, FAILED for a refused NEED
   */
  int await(
      CommandContext context,
      long timeoutMillis,
      long startedNanos,
      DataAccess access,
      Map<String, Object> members)
      throws Exception {
    Envelope finalized = finalized(context, timeoutMillis, startedNanos, access);
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
      members.put("errors", errors(console, access));
    }
    members.put("need_id", followed.id());
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
  private List<Map<String, Object>> errors(Console console, DataAccess access) throws Exception {
    List<AttemptErrors.Entry> all;
    try {
      all = AttemptErrors.read(access, followed.need());
    } catch (CommandException | RetryableException away) {
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

  private Envelope finalized(
      CommandContext context, long timeoutMillis, long startedNanos, DataAccess access)
      throws Exception {
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
      takeLetters(context, access);
      if (keyed.isPresent() && System.nanoTime() - polledNanos >= POLL_NANOS) {
        lookUp(keyed.get());
        polledNanos = System.nanoTime();
      }
      try {
        End found = end.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
        return found.finalized().orElseThrow(() -> NeedRun.refused(found.refusal()));
      } catch (TimeoutException again) {
        // No FINALIZE yet: poll again.
      }
    }
    throw new CommandException(
        ExitCode.TIMED_OUT,
        "no FINALIZE within %d ms; see how far it came: ./swarm thread %s"
            .formatted(timeoutMillis, need.threadId()));
  }

  /** Reads the stored NEED with this key: it may have ended, and its FINALIZE is not sent again. */
  private void lookUp(KeyedNeed key) throws CommandException {
    try {
      Optional<Envelope> stored = key.stored();
      if (stored.isPresent()) {
        followed = stored.get();
        key.end(followed)
            .flatMap(value -> check.of(value, followed))
            .ifPresent(seen -> end.complete(new End(Optional.of(seen), "")));
      }
    } catch (RefusedException e) {
      throw NeedRun.refused(e.reason().name() + ": " + e.detail());
    }
  }

  private static Map<String, Object> printed(Console console, Path dataDir, Finalize.Result result)
      throws Exception {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("task_id", result.taskId());
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
  }
}
