package dev.canswarm.pipeline.cli.need;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.cli.chain.TrustView;
import dev.canswarm.pipeline.cli.command.CheckedOptions;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ConfiguredEngine;
import dev.canswarm.pipeline.cli.command.ConfiguredKeys;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.AgentNames;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.kafka.Clients;
import dev.canswarm.pipeline.cli.text.Printable;
import dev.canswarm.pipeline.cli.thread.StoreAccess;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.wiring.NeedCanceller;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.protocol.payload.Cancel;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.stage.Signers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** One {@code ./swarm cancel}. */
final class CancelRun {
  private static final long POLL_MILLIS = 100;

  private final CancelCommand command;
  private final CommandContext context;
  private final NeedId needId;

  /**
   * @throws CommandException if its argument is not an id of a NEED
   */
  CancelRun(CancelCommand command) throws CommandException {
    this.command = command;
    this.context = command.context();
    this.needId = needId(command.needId);
  }

  private static NeedId needId(String text) throws CommandException {
    return NeedId.parse(text)
        .orElseThrow(
            () ->
                new CommandException(
                    ExitCode.USAGE,
                    "NEED_ID: expected 64 hexadecimal digits, got " + Printable.value(text)));
  }

  int run() throws Exception {
    CheckedOptions.text("--reason", command.reason);
    CheckedOptions.timeout(command.timeoutMillis);
    Cancel cancel = new Cancel(command.reason);
    DataAccess access = DataAccess.of(command);
    KafkaEndpoint kafka = access.kafka();
    PostgresSlotStore store = StoreAccess.open(access);
    try {
      return run(access, kafka, store, cancel);
    } finally {
      store.closeLater().block(StoreAccess.CLOSE_MAX);
    }
  }

  private int run(DataAccess access, KafkaEndpoint kafka, PostgresSlotStore store, Cancel cancel)
      throws Exception {
    SignatureEngine engine = ConfiguredEngine.forFew(access.settings());
    try (KeyAccess kept = ConfiguredKeys.of(access.settings(), engine, context)) {
      return run(access, kafka, store, cancel, engine, kept);
    }
  }

  private int run(
      DataAccess access,
      KafkaEndpoint kafka,
      PostgresSlotStore store,
      Cancel cancel,
      SignatureEngine engine,
      KeyAccess keys)
      throws Exception {
    Duration wait = StoreAccess.wait(access);
    EnvelopeCodec codec =
        new EnvelopeCodec(access.settings().swarmId(), engine, EnvelopeLimits.DEFAULT);
    TrustView view = TrustView.read(access, store, wait, engine, keys, context.time());
    Envelope need = need(store, codec, wait);
    Optional<Envelope> before = end(access, store, need);
    if (before.isPresent()) {
      return ended(need, before.get(), "already, before this");
    }
    send(
        kafka,
        signed(
            need,
            cancel,
            new NeedCanceller(view::head, new Signers(codec, context.time(), keys(view)))));
    return ended(need, awaited(access, store, need), "before it could be cancelled");
  }

  private static List<SigningKey> keys(TrustView view) throws Exception {
    List<SigningKey> own = new ArrayList<>();
    for (String name : List.of(AgentNames.OPERATOR, AgentNames.CLIENT)) {
      view.key(name).ifPresent(own::add);
    }
    return own;
  }

  private Envelope signed(Envelope need, Cancel cancel, NeedCanceller canceller)
      throws CommandException {
    if (!canceller.isAllowed()) {
      throw new CommandException(
          ExitCode.FAILED, "the policy in force allows no CANCEL; add it to its kinds");
    }
    if (canceller.agentFor(need).isEmpty()) {
      throw new CommandException(
          ExitCode.FAILED,
          "no key here may cancel NEED %s: it was signed by %s, and there is no operator's key; make one with ./swarm keys new NAME --role operator"
              .formatted(needId, need.sender().base64()));
    }
    return canceller.sign(need, cancel);
  }

  /** Reads the NEED and verifies it. */
  Envelope need(SlotStore store, EnvelopeCodec codec, Duration wait) throws CommandException {
    Optional<SlotRow> row =
        store.needs(List.of(needId)).flatMapIterable(rows -> rows).next().blockOptional(wait);
    if (row.isEmpty()) {
      throw new CommandException(
          ExitCode.FAILED, "no NEED " + needId + " is stored; those that are: ./swarm list");
    }
    try {
      Envelope need = codec.decodeAndVerify(row.get().bytes());
      if (!need.need().equals(needId) || need.verb() != Verb.NEED) {
        throw new RefusedException(Reason.BAD_ID, "its row holds " + need);
      }
      return need;
    } catch (RefusedException e) {
      throw new CommandException(
          ExitCode.FAILED,
          "NEED "
              + needId
              + " is not what its sender signed: "
              + e.getMessage()
              + "; see what is stored: ./swarm thread "
              + row.get().threadId(),
          e);
    }
  }

  /** Returns the stored FINALIZE if it is verified; empty if there is none. */
  private Optional<Envelope> end(DataAccess access, PostgresSlotStore store, Envelope need)
      throws Exception {
    StoredEnd stored = StoredEnd.read(access, store, need, context.time());
    if (!stored.problem().isEmpty()) {
      throw new CommandException(
          ExitCode.FAILED,
          "the stored FINALIZE of NEED %s is not verified, %s; see what is stored: ./swarm thread %s"
              .formatted(needId, Printable.value(stored.problem()), need.threadId()));
    }
    return stored.end();
  }

  private Envelope awaited(DataAccess access, PostgresSlotStore store, Envelope need)
      throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(command.timeoutMillis);
    while (System.nanoTime() - deadline < 0) {
      Optional<Envelope> end = end(access, store, need);
      if (end.isPresent()) {
        return end.get();
      }
      context.stop().await(POLL_MILLIS);
      context.stop().check();
    }
    throw new CommandException(
        ExitCode.TIMED_OUT,
        "the CANCEL was sent, and there was no FINALIZE within %d ms; see ./swarm status"
            .formatted(command.timeoutMillis));
  }

  int ended(Envelope need, Envelope end, String when) {
    Finalize how = Finalize.parse(end.payload());
    boolean isCancelled = Finalize.CANCELLED.equals(how.reason());
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("need_id", needId.text());
    members.put("thread_id", need.threadId().text());
    members.put("cancelled", isCancelled);
    members.put("outcome", how.outcome().name());
    if (how.reason() != null) {
      members.put("reason", how.reason());
    }
    members.put("finalize_id", end.id().text());
    int exit = isCancelled ? ExitCode.OK : ExitCode.FAILED;
    if (isCancelled) {
      context.console().result("cancelled need=" + needId + " thread=" + need.threadId());
    } else {
      context
          .console()
          .note(
              "swarm: NEED %s ended as %s%s %s; the result is final; see ./swarm thread %s"
                  .formatted(
                      needId,
                      how.outcome(),
                      how.reason() == null ? "" : " (" + Printable.value(how.reason()) + ")",
                      when,
                      need.threadId()));
    }
    context.console().summary(exit, members);
    return exit;
  }

  private static void send(KafkaEndpoint kafka, Envelope cancel) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = Clients.producer(kafka)) {
      byte[] key = cancel.threadId().text().getBytes(StandardCharsets.UTF_8);
      Clients.send(producer, new ProducerRecord<>(cancel.verb().topic(), key, cancel.bytes()));
    }
  }
}
