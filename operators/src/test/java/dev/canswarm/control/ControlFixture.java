package dev.canswarm.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.crypto.TestKeys;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.Control.Approval;
import dev.canswarm.protocol.payload.ControlChange;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A swarm with administrators, whose control chain a test writes. */
public final class ControlFixture {
  public static final String SWARM = "test";
  public static final SignatureEngine ENGINE = Engines.portable();
  public static final EnvelopeCodec CODEC =
      new EnvelopeCodec(SWARM, ENGINE, EnvelopeLimits.DEFAULT);

  private ControlFixture() {}

  /** A policy that differs from others with another {@code k}. */
  public static JsonObject policyJson(int k) {
    return StrictJson.parseObject(
        """
        {"version":1,"kinds":["NEED","PROPOSE","DECIDE","CLAIM","COMMIT","ATTEST","FINALIZE","YIELD","RELEASE","CANCEL"],
         "payload_bytes_max":262144,"plan_tasks_max":64,"parents_max":2048,
         "artifact":{"required_on_commit":true,"bytes_max":67108864},"k":%s,"k_max":64,"k_plan":0,"attempts_max":3,
         "plan_ms":30000,"lease_ms":30000,"verify_ms":10000,"gate_ms":2000,"deadline_ms":300000,
         "deadline_ms_max":3600000,"gas_per_evaluation":100000}\
        """
            .formatted(k)
            .getBytes(UTF_8));
  }

  public static Policy policy(int k) {
    return new ControlChange.Activate(policyJson(k)).read();
  }

  public static SigningKey key(String name) {
    return TestKeys.key(name);
  }

  public static PublicKey publicKey(String name) {
    return key(name).publicKey();
  }

  public static ControlKey listed(String name, RoleName... roles) {
    return ControlKey.ofTrustFile(name, publicKey(name), set(roles));
  }

  public static Set<RoleName> set(RoleName... roles) {
    EnumSet<RoleName> set = EnumSet.noneOf(RoleName.class);
    set.addAll(Arrays.asList(roles));
    return set;
  }

  /** Two administrators, a worker and three verifiers. */
  public static TrustState genesis(int adminsRequired) {
    return TrustState.genesis(
        SWARM,
        List.of(
            listed("admin-1", RoleName.ADMIN),
            listed("admin-2", RoleName.ADMIN),
            listed("worker-1", RoleName.WORKER),
            listed("verifier-1", RoleName.VERIFIER),
            listed("verifier-2", RoleName.VERIFIER),
            listed("verifier-3", RoleName.VERIFIER)),
        adminsRequired,
        policy(2));
  }

  /** The next entry, signed by {@code admin-1} and approved by others. */
  public static Envelope entry(TrustState state, ControlChange change, String... approving) {
    List<Approval> approvals =
        Arrays.stream(approving).map(name -> Approvals.sign(state, change, key(name))).toList();
    return entry(
        state,
        new Control(state.number() + 1, state.genesis(), change, approvals, null),
        "admin-1");
  }

  /** The next entry with this payload. */
  public static Envelope entry(TrustState state, Control control, String sender) {
    return CODEC.sign(draft(state, control).build(), key(sender), 1_000_000_000L);
  }

  /** The draft of the next entry. */
  public static Draft.Builder draft(TrustState state, Control control) {
    return Draft.builder(Verb.CONTROL, Control.THREAD)
        .lamport(control.number())
        .parents(state.headId().text().isEmpty() ? List.of() : List.of(state.headId()))
        .policyHash(state.policy().hash())
        .payload(control.toJson());
  }

  public static TrustState apply(TrustState state, Envelope entry) {
    return ControlChain.apply(state, entry, Control.parse(entry.payload()), ENGINE);
  }

  /** The state after these changes, each by {@code admin-1}. */
  public static TrustState after(TrustState state, ControlChange... changes) {
    TrustState last = state;
    for (ControlChange change : changes) {
      last = apply(last, entry(last, change));
    }
    return last;
  }
}
