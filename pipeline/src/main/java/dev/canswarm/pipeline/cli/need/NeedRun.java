package dev.canswarm.pipeline.cli.need;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.pipeline.cli.chain.TrustView;
import dev.canswarm.pipeline.cli.command.CheckedOptions;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ConfiguredEngine;
import dev.canswarm.pipeline.cli.command.ConfiguredKeys;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.command.LargeInput;
import dev.canswarm.pipeline.cli.data.AgentKeys;
import dev.canswarm.pipeline.cli.data.AgentNames;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.kafka.Clients;
import dev.canswarm.pipeline.cli.thread.StoreAccess;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.RetryableException;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.verb.Admission;
import dev.canswarm.protocol.verb.Verbs;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** One {@code ./swarm need}. */
final class NeedRun {
  private static final int NONCE_BYTES = 16;
  private static final int THREAD_BYTES = 4;

  private final NeedCommand command;
  private final CommandContext context;

  NeedRun(NeedCommand command) {
    this.command = command;
    this.context = command.context();
  }

  int run() throws Exception {
    CheckedOptions.timeout(command.timeoutMillis);
    JsonObject asked = NeedPayload.of(command, context.workingDirectory());
    String name = command.thread == null ? "need-" + random(THREAD_BYTES) : command.thread;
    ThreadId thread =
        ThreadId.parse(name)
            .orElseThrow(
                () ->
                    new CommandException(
                        ExitCode.USAGE, "--thread: expected " + ThreadId.FORM + ", got " + name));
    DataAccess access = DataAccess.of(command);
    KafkaEndpoint kafka = access.kafka();
    SignatureEngine engine = ConfiguredEngine.forFew(access.settings());
    EnvelopeCodec codec =
        new EnvelopeCodec(access.settings().swarmId(), engine, EnvelopeLimits.DEFAULT);
    TrustView view;
    Envelope need;
    try (KeyAccess kept = ConfiguredKeys.of(access.settings(), engine, context)) {
      view = view(access, engine, kept);
      Optional<SigningKey> client = view.key(AgentNames.CLIENT);
      SigningKey key =
          client.isPresent()
              ? client.get()
              : AgentKeys.read(access.dataDir(), access.trustFile(), kept).key(AgentNames.CLIENT);
      JsonObject payload = LargeInput.fit(asked, view.policy(), access);
      need = signed(codec, key, payload, thread, view.policy());
    }
    Policy policy = view.policy();
    TrustRegistry trust = view.inForce();
    PolicyCheck check = new PolicyCheck(policy, trust);
    Optional<KeyedNeed> keyed = admitted(need, check, policy, trust, access, codec);
    Optional<Envelope> stored = keyed.flatMap(KeyedNeed::first);
    if (!command.await) {
      context.console().result(sent(kafka, need, stored));
      context.console().summary(ExitCode.OK, members(stored.orElse(need)));
      return ExitCode.OK;
    }
    try (NeedFollower follower =
        NeedFollower.start(kafka, need, codec, view.chain().everListed(), keyed, access, context)) {
      long startedNanos = System.nanoTime();
      context.console().note("swarm: " + sent(kafka, need, stored));
      return follower.await(command.timeoutMillis, startedNanos, members(need));
    }
  }

  /** Reads the keys in force, as far as there is a database: without one a NEED can be sent too. */
  private TrustView view(DataAccess access, SignatureEngine engine, KeyAccess kept)
      throws Exception {
    if (access.settings().postgres().endpoint().isEmpty()) {
      return TrustView.ofTrustFile(access, kept, context.time());
    }
    PostgresSlotStore store = StoreAccess.open(access);
    try {
      return TrustView.read(access, store, StoreAccess.wait(access), engine, kept, context.time());
    } catch (RetryableException away) {
      context.console().note("swarm: the control chain cannot be read: " + away.getMessage());
      return TrustView.ofTrustFile(access, kept, context.time());
    } finally {
      store.closeLater().block(StoreAccess.CLOSE_MAX);
    }
  }

  /**
   * Makes the same checks as every process of the swarm, so that a refusal is reported here and not
   * only by a dead letter. Only the task types that the planners know are not known here.
   *
   * @return where a NEED with its idempotency key is looked up, if it has one
   * @throws CommandException FAILED with the reason
   */
  private static Optional<KeyedNeed> admitted(
      Envelope need,
      PolicyCheck check,
      Policy policy,
      TrustRegistry trust,
      DataAccess access,
      EnvelopeCodec codec)
      throws CommandException {
    Rules rules = new Rules(policy, trust, new TreeSet<>());
    try {
      Payload payload = new Admission(check, rules, false).check(need, Verb.NEED.topic());
      if (!(payload instanceof Need asked) || asked.idempotencyKey() == null) {
        return Optional.empty();
      }
      KeyedNeed keyed = new KeyedNeed(access, codec, Verbs.slot(need, payload, trust), need);
      keyed.lookUp();
      return Optional.of(keyed);
    } catch (RefusedException e) {
      throw refused(e.reason().name() + ": " + e.detail());
    }
  }

  /** Returns the error of a NEED that the swarm refuses. */
  static CommandException refused(String why) {
    return new CommandException(ExitCode.FAILED, "the NEED was refused, " + why);
  }

  private Envelope signed(
      EnvelopeCodec codec, SigningKey key, JsonObject payload, ThreadId thread, Policy policy)
      throws Exception {
    String nonce =
        payload.get("idempotency_key") instanceof JsonString idempotent
            ? idempotent.value()
            : random(NONCE_BYTES);
    Draft draft = Draft.need(thread, nonce, policy.hash(), payload);
    try {
      return codec.sign(draft, key, context.time().epochNanos());
    } catch (RefusedException e) {
      throw new CommandException(ExitCode.USAGE, "not a NEED: " + e.getMessage(), e);
    }
  }

  /** Sends the NEED unless one with its idempotency key is stored; returns a line about it. */
  private static String sent(KafkaEndpoint kafka, Envelope need, Optional<Envelope> stored)
      throws Exception {
    if (stored.isEmpty()) {
      send(kafka, need);
    }
    return "%s need=%s thread=%s"
        .formatted(
            stored.isEmpty() ? "sent" : "known by its idempotency key:",
            stored.orElse(need).id(),
            need.threadId());
  }

  private static void send(KafkaEndpoint kafka, Envelope need) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = Clients.producer(kafka)) {
      byte[] key = need.threadId().text().getBytes(StandardCharsets.UTF_8);
      Clients.send(producer, new ProducerRecord<>(Verb.NEED.topic(), key, need.bytes()));
    }
  }

  private static Map<String, Object> members(Envelope need) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("need_id", need.id().text());
    members.put("thread_id", need.threadId().text());
    return members;
  }

  private String random(int bytes) {
    byte[] random = new byte[bytes];
    context.random().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
