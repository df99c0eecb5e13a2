package dev.canswarm.simulation.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.Topics;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.simulation.port.Observer;
import dev.canswarm.simulation.time.EventLoop;
import dev.canswarm.simulation.time.SeededRandom;
import dev.canswarm.stage.RowCodec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A checker, and a swarm with one agent of each role, whose effects it observes one by one. */
final class ObservedSwarm {
  static final String POLICY = "c".repeat(64);
  static final int NODE = 0;
  static final int IN_FLIGHT_MAX = 64;

  final EventLoop loop = new EventLoop(new SeededRandom(1));
  final Coverage coverage = new Coverage();
  final EnvelopeCodec codec = new EnvelopeCodec("sim", Engines.portable(), EnvelopeLimits.DEFAULT);
  final InvariantChecker checker;

  private final SignatureLog signatures = new SignatureLog();
  private final RowCodec rows = new RowCodec(codec);
  private long offset;

  ObservedSwarm() {
    Map<String, Set<RoleName>> roles = new TreeMap<>();
    for (RoleName role : RoleName.values()) {
      roles.put(key(role).publicKey().base64(), EnumSet.of(role));
    }
    checker =
        new InvariantChecker(
            loop,
            new Trace(loop, 0),
            coverage,
            new CheckParameters(1, 8, IN_FLIGHT_MAX, roles),
            signatures);
  }

  SigningKey key(RoleName role) {
    return signatures.watch(unwatched(role));
  }

  static SigningKey unwatched(RoleName role) {
    return Engines.portable().signingKey(Sha256.hash(role.name().getBytes(UTF_8)));
  }

  Envelope need(String nonce) {
    JsonObject payload =
        JsonObject.builder()
            .put("task_type", "hash.sha256")
            .put("input", new JsonString("x"))
            .build();
    return codec.sign(
        Draft.need(new ThreadId("t"), nonce, POLICY, payload), key(RoleName.CLIENT), 1);
  }

  Envelope reply(RoleName role, Verb verb, JsonObject payload, Envelope need, Envelope... parents) {
    return codec.sign(draft(verb, payload, need, parents), key(role), 1);
  }

  static Draft draft(Verb verb, JsonObject payload, Envelope need, Envelope... parents) {
    return Draft.builder(verb, new ThreadId("t"))
        .need(new NeedId(need.id()))
        .lamport(1 + Arrays.stream(parents).mapToLong(Envelope::lamport).max().orElse(0))
        .parents(Arrays.stream(parents).map(Envelope::id).toList())
        .policyHash(POLICY)
        .payload(payload)
        .build();
  }

  Envelope rejection(Envelope need) {
    Finalize payload = new Finalize(Finalize.Outcome.REJECTED, Finalize.NO_PLAN, "", List.of());
    return reply(RoleName.COORDINATOR, Verb.FINALIZE, payload.toJson(), need, need);
  }

  SlotRow row(Slot slot, Envelope envelope, PlanOp... ops) {
    return rows.candidate(slot, envelope, List.of(ops));
  }

  Envelope storedNeed(String nonce) {
    Envelope need = need(nonce);
    store(row(Slot.need(new NeedId(need.id())), need));
    return need;
  }

  void store(SlotRow row) {
    checker.filled(NODE, List.of(row), List.of(row));
  }

  void send(Envelope envelope) {
    checker.appended(NODE, entry(envelope));
  }

  void publishFromOutside(Envelope envelope) {
    checker.appended(Observer.OUTSIDE, entry(envelope));
  }

  private MemoryBroker.Stored entry(Envelope envelope) {
    return new MemoryBroker.Stored(
        "swarm." + envelope.verb().name().toLowerCase(Locale.ROOT),
        0,
        offset++,
        0,
        null,
        envelope.bytes(),
        new TreeMap<>());
  }

  /** A record on the intake. */
  static MemoryBroker.Stored intake(long at) {
    return new MemoryBroker.Stored(
        Topics.INTAKE, 0, at, 0, null, "{}".getBytes(UTF_8), new TreeMap<>());
  }

  /** Dead-letters the record of the intake at that offset. */
  void refuse(long at, String reason) {
    checker.appended(
        NODE,
        new MemoryBroker.Stored(
            Topics.DEAD_LETTERS,
            0,
            offset++,
            0,
            null,
            "{}".getBytes(UTF_8),
            new TreeMap<>(
                Map.of(
                    "swarm-topic",
                    Topics.INTAKE,
                    "swarm-partition",
                    "0",
                    "swarm-offset",
                    Long.toString(at),
                    "swarm-reason",
                    reason))));
  }

  Optional<Invariant> broken() {
    return checker.violation().map(InvariantViolation::invariant);
  }

  String detail() {
    return checker.violation().map(InvariantViolation::detail).orElse("");
  }
}
