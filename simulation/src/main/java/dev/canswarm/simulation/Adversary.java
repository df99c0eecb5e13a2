package dev.canswarm.simulation;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.StrictJson;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.simulation.scenario.Attack;
import dev.canswarm.simulation.scenario.Names;
import dev.canswarm.simulation.scenario.Scenario;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records that dishonest participants send. Some attacks need no occasion; others answer
 * an envelope that was just published. The adversary has its own keys, and where it stole them
 * those of a decider and of a coordinator.
 */
final class Adversary {
  private static final String OTHER_SWARM = "another";
  private static final long HUGE_TOKEN = 1L << 50;

  private final Keyring keyring;
  private final EnvelopeCodec codec;
  private final String policyHash;
  private final String twoFaced;

  Adversary(Keyring keyring, Scenario scenario, EnvelopeCodec codec, String policyHash) {
    this.keyring = keyring;
    this.codec = codec;
    this.policyHash = policyHash;
    this.twoFaced = Names.verifier(scenario.verifiers());
  }

  /**
   * Returns the verb of the envelope that this sort of attack answers, or null if it needs none.
   */
  static @Nullable Verb occasion(Attack.Sort sort) {
    return switch (sort) {
      case WRONG_TIME, OTHER_PLAN -> Verb.NEED;
      case IDLE_CLAIM, SECOND_CLAIM, HUGE_TOKEN -> Verb.DECIDE;
      case STOLEN_COMMIT -> Verb.CLAIM;
      case EQUIVOCATION -> Verb.COMMIT;
      case LATE_VOTE -> Verb.ATTEST;
      case REPLAYED_RECORD, FORGED_DECIDE -> Verb.PROPOSE;
      case FORGED_RELEASE -> Verb.CLAIM;
      case FORGED_FINALIZE -> Verb.COMMIT;
      case NO_JSON,
          NO_JSON_ON_INTAKE,
          NO_ENVELOPE,
          NO_NEED_ON_INTAKE,
          TOMBSTONE,
          OTHER_ID,
          OTHER_PAYLOAD,
          OTHER_SIGNATURE,
          FORGED_SENDER,
          OTHER_VERB,
          OTHER_TOPIC,
          OTHER_SWARM,
          OTHER_POLICY,
          OTHER_KEY,
          ILLEGAL_THREAD_ON_INTAKE,
          HUGE_PAYLOAD,
          UNLISTED_SENDER,
          SENDER_OF_ANOTHER_ROLE,
          CYCLE_ON_INTAKE,
          ORPHAN ->
          null;
    };
  }

  /** Returns the record of an attack that needs no occasion. */
  OutgoingRecord unprompted(Attack attack) {
    ThreadId thread = new ThreadId("m" + attack.number());
    JsonObject good = need(attack.number());
    return switch (attack.sort()) {
      case NO_JSON -> entry(Verb.NEED.topic(), thread.text(), "{\"v\":1,");
      case NO_JSON_ON_INTAKE -> entry(Topics.INTAKE, thread.text(), "{\"task_type\"}");
      case NO_ENVELOPE -> entry(Verb.NEED.topic(), thread.text(), "{\"v\":1}");
      case NO_NEED_ON_INTAKE ->
          entry(Topics.INTAKE, thread.text(), "{\"tusk_type\":\"sim.digest\"}");
      case TOMBSTONE ->
          new OutgoingRecord(
              Verb.NEED.topic(),
              thread.text().getBytes(StandardCharsets.UTF_8),
              null,
              new TreeMap<>());
      case OTHER_ID -> changed(thread, "id", old -> Sha256.hex(utf8(old)));
      case OTHER_PAYLOAD -> otherPayload(thread);
      case OTHER_SIGNATURE -> changed(thread, "sig_b64", Adversary::otherSignature);
      case FORGED_SENDER -> signed(codec, good, thread, new Forger(), policyHash, Verb.NEED);
      case OTHER_VERB -> changed(thread, "kind", old -> "GRAB");
      case OTHER_TOPIC ->
          onTopic(
              Verb.PROPOSE.topic(), signed(codec, good, thread, client(), policyHash, Verb.NEED));
      case OTHER_SWARM ->
          signed(
              new EnvelopeCodec(OTHER_SWARM, keyring.engine(), EnvelopeLimits.DEFAULT),
              good,
              thread,
              client(),
              policyHash,
              Verb.NEED);
      case OTHER_POLICY ->
          signed(codec, good, thread, client(), Sha256.hex(utf8("another")), Verb.NEED);
      case OTHER_KEY ->
          keyed("not-" + thread, signed(codec, good, thread, client(), policyHash, Verb.NEED));
      case ILLEGAL_THREAD_ON_INTAKE -> entry(Topics.INTAKE, "no thread!", text(good));
      case HUGE_PAYLOAD ->
          entry(
              Topics.INTAKE,
              thread.text(),
              "{\"input\":\""
                  + "x".repeat(Scenario.PAYLOAD_BYTES_MAX)
                  + "\",\"task_type\":\"sim.digest\"}");
      case UNLISTED_SENDER ->
          signed(codec, good, thread, keyring.key("client-unlisted"), policyHash, Verb.NEED);
      case SENDER_OF_ANOTHER_ROLE ->
          signed(codec, good, thread, keyring.key(Names.ROGUE_WORKER), policyHash, Verb.NEED);
      case CYCLE_ON_INTAKE -> entry(Topics.INTAKE, thread.text(), cycle());
      case ORPHAN -> orphan(thread);
      case WRONG_TIME,
          OTHER_PLAN,
          IDLE_CLAIM,
          SECOND_CLAIM,
          STOLEN_COMMIT,
          HUGE_TOKEN,
          EQUIVOCATION,
          LATE_VOTE,
          REPLAYED_RECORD,
          FORGED_DECIDE,
          FORGED_RELEASE,
          FORGED_FINALIZE ->
          throw new IllegalArgumentException(attack.sort() + " needs an occasion");
    };
  }

  /** Returns the records of an attack that answers the envelope. */
  List<OutgoingRecord> prompted(Attack.Sort sort, Envelope seen) {
    return switch (sort) {
      case WRONG_TIME -> List.of(proposal(seen, seen.lamport() + 5, plan("sim.digest")));
      case OTHER_PLAN -> List.of(proposal(seen, seen.lamport() + 1, plan("sim.checked")));
      case IDLE_CLAIM, SECOND_CLAIM -> List.of(claim(seen, 1));
      case HUGE_TOKEN -> List.of(claim(seen, HUGE_TOKEN));
      case STOLEN_COMMIT -> List.of(stolen(seen));
      case EQUIVOCATION -> List.of(vote(seen, true), vote(seen, false));
      case LATE_VOTE -> List.of(lateVote(seen));
      case REPLAYED_RECORD -> List.of(sent(seen));
      case FORGED_DECIDE ->
          List.of(decide(seen, 1, seen.policyHash()), decide(seen, 8, seen.policyHash()));
      case FORGED_RELEASE -> List.of(release(seen));
      case FORGED_FINALIZE -> List.of(end(seen));
      default -> throw new IllegalArgumentException(sort + " needs no occasion");
    };
  }

  private SigningKey client() {
    return keyring.key(Names.CLIENT);
  }

  private static JsonObject need(int number) {
    return JsonObject.builder()
        .put("input", JsonObject.builder().put("mischief", number).build())
        .put("task_type", SimTasks.DIGEST)
        .build();
  }

  private static String cycle() {
    return "{\"tasks\":[{\"input\":1,\"name\":\"a\",\"produces\":[],\"requires\":[\"b\"],"
        + "\"task_type\":\"sim.digest\"},{\"input\":1,\"name\":\"b\",\"produces\":[],"
        + "\"requires\":[\"a\"],\"task_type\":\"sim.digest\"}]}";
  }

  private OutgoingRecord signed(
      EnvelopeCodec with,
      JsonObject payload,
      ThreadId thread,
      SigningKey key,
      String policy,
      Verb verb) {
    Draft draft =
        Draft.builder(verb, thread)
            .nonce("nonce-" + thread)
            .policyHash(policy)
            .payload(payload)
            .build();
    return sent(with.sign(draft, key, 1));
  }

  private OutgoingRecord changed(ThreadId thread, String member, UnaryOperator<String> change) {
    OutgoingRecord good = signed(codec, need(0), thread, client(), policyHash, Verb.NEED);
    TreeMap<String, JsonValue> members =
        new TreeMap<>(StrictJson.parseObject(value(good)).members());
    if (members.get(member) instanceof JsonString old) {
      members.put(member, new JsonString(change.apply(old.value())));
    }
    return entry(good.topic(), thread.text(), text(JsonObject.of(members)));
  }

  private OutgoingRecord otherPayload(ThreadId thread) {
    OutgoingRecord good = signed(codec, need(0), thread, client(), policyHash, Verb.NEED);
    TreeMap<String, JsonValue> members =
        new TreeMap<>(StrictJson.parseObject(value(good)).members());
    members.put("payload", need(1));
    return entry(good.topic(), thread.text(), text(JsonObject.of(members)));
  }

  private static String otherSignature(String base64) {
    byte[] signature = Base64.getDecoder().decode(base64);
    signature[0] ^= 1;
    return Base64.getEncoder().encodeToString(signature);
  }

  private OutgoingRecord orphan(ThreadId thread) {
    NeedId nobody = new NeedId(Sha256.hex(utf8("no NEED " + thread)));
    EnvelopeId parent = new EnvelopeId(Sha256.hex(utf8("no COMMIT " + thread)));
    Attest vote =
        new Attest(
            parent, true, new Attest.Work(new TaskId(nobody.text()), 1, nobody.text()), null);
    Draft draft =
        Draft.builder(Verb.ATTEST, thread)
            .need(nobody)
            .lamport(7)
            .parents(List.of(parent))
            .policyHash(policyHash)
            .payload(vote.toJson())
            .build();
    return sent(codec.sign(draft, keyring.key(twoFaced), 1));
  }

  private OutgoingRecord proposal(Envelope need, long lamport, JsonObject payload) {
    return said(Verb.PROPOSE, need, lamport, Names.ROGUE_PLANNER, payload);
  }

  private static JsonObject plan(String type) {
    return StrictJson.parseObject(
        utf8(
            "{\"plan\":[{\"input\":{\"mine\":1},\"produces\":[],\"requires\":[],\"task_type\":\""
                + type
                + "\"}]}"));
  }

  private OutgoingRecord claim(Envelope decide, long token) {
    EnvelopeId proposal =
        new EnvelopeId(new ObjectReader(decide.payload(), "").requiredString("proposal_id"));
    TaskId task = TaskId.of(proposal, 0);
    return said(
        Verb.CLAIM,
        decide,
        decide.lamport() + 1,
        Names.ROGUE_WORKER,
        new Lease(task, 1, token).toJson());
  }

  private OutgoingRecord stolen(Envelope claim) {
    Lease lease = Lease.parse(claim.payload());
    Commit commit =
        new Commit(
            lease.taskId(), lease.attempt(), lease.token(), Sha256.hex(utf8("stolen")), List.of());
    return said(Verb.COMMIT, claim, claim.lamport() + 1, Names.ROGUE_WORKER, commit.toJson());
  }

  /** Changes one or two of the correct terms. */
  private OutgoingRecord decide(Envelope propose, int k, String trust) {
    Decide terms = new Decide(propose.id(), 1, 0, k, propose.policyHash(), trust, trust);
    return said(Verb.DECIDE, propose, propose.lamport() + 1, Names.DECIDER, terms.toJson());
  }

  private OutgoingRecord release(Envelope claim) {
    Lease lease = Lease.parse(claim.payload());
    Release again =
        new Release(
            lease.taskId(),
            lease.attempt() + 1,
            lease.token() + 1,
            Release.Cause.RETRY,
            List.of(),
            List.of());
    return said(Verb.RELEASE, claim, claim.lamport() + 1, Names.COORDINATOR, again.toJson());
  }

  private OutgoingRecord end(Envelope commit) {
    Commit work = Commit.parse(commit.payload());
    Finalize.Result result =
        new Finalize.Result(work.taskId(), SimTasks.DIGEST, Sha256.hex(utf8("forged")));
    Finalize end = new Finalize(Finalize.Outcome.ACCEPTED, null, work.artifact(), List.of(result));
    return said(Verb.FINALIZE, commit, commit.lamport() + 1, Names.COORDINATOR, end.toJson());
  }

  private OutgoingRecord vote(Envelope commit, boolean accept) {
    Commit work = Commit.parse(commit.payload());
    Attest vote =
        new Attest(
            commit.id(),
            accept,
            new Attest.Work(work.taskId(), work.attempt(), work.artifact()),
            null);
    return said(Verb.ATTEST, commit, commit.lamport() + 1, twoFaced, vote.toJson());
  }

  /** Votes on the COMMIT that another verifier has voted on. */
  private OutgoingRecord lateVote(Envelope other) {
    Attest their = Attest.parse(other.payload());
    Attest vote = new Attest(their.target(), !their.accept(), their.work(), null);
    Draft draft =
        Draft.builder(Verb.ATTEST, other.threadId())
            .need(other.needId())
            .lamport(other.lamport())
            .parents(other.parents())
            .policyHash(other.policyHash())
            .payload(vote.toJson())
            .build();
    return sent(codec.sign(draft, keyring.key(twoFaced), 1));
  }

  private OutgoingRecord said(
      Verb verb, Envelope parent, long lamport, String sender, JsonObject payload) {
    Draft draft =
        Draft.builder(verb, parent.threadId())
            .need(parent.need())
            .lamport(lamport)
            .parents(List.of(parent.id()))
            .policyHash(parent.policyHash())
            .payload(payload)
            .build();
    return sent(codec.sign(draft, keyring.key(sender), 1));
  }

  /** Signs with its own key and claims the client's public key. */
  private final class Forger implements SigningKey {
    @Override
    public PublicKey publicKey() {
      return client().publicKey();
    }

    @Override
    public byte[] sign(byte[] message, int offset, int length) {
      return keyring.key("forger").sign(message, offset, length);
    }
  }

  private static OutgoingRecord sent(Envelope envelope) {
    return new OutgoingRecord(
        envelope.verb().topic(),
        utf8(envelope.threadId().text()),
        envelope.bytes(),
        new TreeMap<>());
  }

  private static OutgoingRecord entry(String topic, String key, String value) {
    return new OutgoingRecord(topic, utf8(key), utf8(value), new TreeMap<>());
  }

  private static OutgoingRecord onTopic(String topic, OutgoingRecord good) {
    return new OutgoingRecord(topic, good.key(), good.value(), good.headers());
  }

  private static OutgoingRecord keyed(String key, OutgoingRecord good) {
    return new OutgoingRecord(good.topic(), utf8(key), good.value(), good.headers());
  }

  private static byte[] value(OutgoingRecord entry) {
    byte[] value = entry.value();
    return value == null ? new byte[0] : value;
  }

  private static String text(JsonObject object) {
    return new String(CanonicalJson.write(object), StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
