package dev.canswarm.protocol.verb;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import dev.canswarm.protocol.payload.Release;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** A NEED whose messages are said one after the other, up to a vote, and others beside them. */
final class VerbFixture {
  private static final SignatureEngine ENGINE = Engines.portable();
  private static final EnvelopeCodec CODEC =
      new EnvelopeCodec("test", ENGINE, EnvelopeLimits.DEFAULT);
  static final String HASH = "c".repeat(64);
  static final String ARTIFACT = "e".repeat(64);
  static final SigningKey CLIENT = key("client");
  static final SigningKey GATEWAY = key("gateway");
  static final SigningKey OPERATOR = key("operator");
  static final SigningKey AGENT = key("agent");
  static final SigningKey OTHER = key("other");
  static final TrustRegistry TRUST = trust();

  static final Envelope NEED = need(CLIENT, "nonce");
  static final Envelope PROPOSE = said(AGENT, Verb.PROPOSE, plan().toJson(), NEED);
  static final TaskId FIRST = TaskId.of(PROPOSE.id(), 0);
  static final TaskId SECOND = TaskId.of(PROPOSE.id(), 1);
  static final Envelope DECIDE = said(AGENT, Verb.DECIDE, decide().toJson(), PROPOSE);
  static final Envelope CLAIM = said(AGENT, Verb.CLAIM, new Lease(FIRST, 1, 1).toJson(), DECIDE);
  static final Envelope COMMIT =
      said(AGENT, Verb.COMMIT, new Commit(FIRST, 1, 1, ARTIFACT, List.of()).toJson(), CLAIM);
  static final Envelope ATTEST = said(AGENT, Verb.ATTEST, vote().toJson(), COMMIT);

  private VerbFixture() {}

  private static SigningKey key(String name) {
    return ENGINE.signingKey(Sha256.hash(name.getBytes(UTF_8)));
  }

  private static TrustRegistry trust() {
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    roles.put(GATEWAY.publicKey(), EnumSet.of(RoleName.GATEWAY));
    roles.put(CLIENT.publicKey(), EnumSet.of(RoleName.CLIENT));
    roles.put(OPERATOR.publicKey(), EnumSet.of(RoleName.OPERATOR));
    return TrustRegistry.of(roles);
  }

  static Envelope need(SigningKey key, String nonce) {
    JsonObject payload =
        StrictJson.parseObject("{\"task_type\":\"a\",\"input\":1}".getBytes(UTF_8));
    return need(key, nonce, payload);
  }

  static Envelope need(SigningKey key, String nonce, JsonObject payload) {
    return CODEC.sign(Draft.need(new ThreadId("t"), nonce, HASH, payload), key, 1);
  }

  /** Two tasks, the second of which requires the first. */
  static Propose plan() {
    return new Propose(
        List.of(
            new PlanTask("a", JsonNumber.of(1), null, List.of(), List.of("made")),
            new PlanTask("b", JsonNumber.of(2), null, List.of(0), List.of())));
  }

  static Decide decide() {
    return new Decide(PROPOSE.id(), 1, 0, 2, HASH, HASH, HASH);
  }

  static Attest vote() {
    return new Attest(COMMIT.id(), true, new Attest.Work(FIRST, 1, ARTIFACT), null);
  }

  static Envelope said(SigningKey by, Verb verb, JsonObject payload, Envelope... parents) {
    long lamport = 1 + Arrays.stream(parents).mapToLong(Envelope::lamport).max().orElse(0);
    return said(by, verb, lamport, payload, parents);
  }

  static Envelope said(
      SigningKey by, Verb verb, long lamport, JsonObject payload, Envelope... parents) {
    return CODEC.sign(
        Draft.builder(verb, new ThreadId("t"))
            .need(new NeedId(NEED.id()))
            .lamport(lamport)
            .parents(Arrays.stream(parents).map(Envelope::id).toList())
            .policyHash(HASH)
            .payload(payload)
            .build(),
        by,
        1);
  }

  static Release release(Release.Cause cause, long token, List<PublicKey> exclude) {
    return new Release(FIRST, 1, token, cause, List.of(), exclude);
  }

  static Payload payload(Envelope envelope) {
    return Verbs.payload(envelope.verb(), envelope.payload());
  }

  static Slot slot(Envelope envelope) {
    return Verbs.slot(envelope, payload(envelope), TRUST);
  }

  static NeedView view(Envelope... stored) {
    return NeedView.of(
        new NeedId(NEED.id()),
        new ThreadId("t"),
        Arrays.stream(stored)
            .map(one -> new Stored.Message(slot(one), one, payload(one), 0))
            .toList());
  }

  static Finalize end() {
    return new Finalize(
        Finalize.Outcome.ACCEPTED, null, HASH, List.of(new Finalize.Result(FIRST, "a", ARTIFACT)));
  }
}
