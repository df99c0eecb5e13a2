package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Stored.Judged;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.role.Coordinator;
import dev.canswarm.protocol.role.Decider;
import dev.canswarm.protocol.role.Planner;
import dev.canswarm.protocol.role.Verifier;
import dev.canswarm.protocol.role.Worker;
import dev.canswarm.protocol.verb.Verbs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The roles alone over a map of slots: no stages, ports, threads or clocks. */
final class PureSwarm {
  static final int PLAN_TASKS_MAX = 8;
  static final String ARTIFACT = Sha256.hex(utf8("the right artifact"));
  private static final ThreadId THREAD = new ThreadId("thread");
  private static final String TASK_TYPE = "a.type";
  private static final String POLICY =
      """
      {"version":1,"kinds":["ATTEST","CLAIM","COMMIT","DECIDE","FINALIZE","NEED","PROPOSE",\
      "RELEASE","YIELD"],"payload_bytes_max":65536,"plan_tasks_max":%d,"parents_max":256,\
      "artifact":{"required_on_commit":true,"bytes_max":65536},"k":%d,"k_max":64,"k_plan":0,\
      "attempts_max":%d,"plan_ms":10000,"lease_ms":30000,"verify_ms":10000,"gate_ms":2000,\
      "deadline_ms":60000,"deadline_ms_max":600000,"gas_per_evaluation":100000}\
      """;

  private final SignatureEngine engine = Engines.fastest().engine();
  private final EnvelopeCodec codec = new EnvelopeCodec("test", engine, EnvelopeLimits.DEFAULT);
  private final TreeMap<PublicKey, SigningKey> keys = new TreeMap<>();
  private final TreeMap<Slot, Stored> slots = new TreeMap<>();
  private final NeedId needId;
  final Rules rules;
  final List<Agent> verifiers = new ArrayList<>();
  final Agent worker;
  final Coordinator coordinator;

  /**
   * @param workerVerifies whether the worker's key is in the set of verifiers too
   */
  PureSwarm(int k, int attemptsMax, int verifierCount, boolean workerVerifies) {
    Policy policy = policy(k, attemptsMax);
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    worker = agent("worker", RoleName.WORKER, roles);
    if (workerVerifies) {
      roles.put(worker.key(), EnumSet.of(RoleName.WORKER, RoleName.VERIFIER));
    }
    for (int i = 0; i < verifierCount; i++) {
      verifiers.add(agent("verifier " + i, RoleName.VERIFIER, roles));
    }
    Agent client = agent("client", RoleName.CLIENT, roles);
    Agent planner = agent("planner", RoleName.PLANNER, roles);
    Agent decider = agent("decider", RoleName.DECIDER, roles);
    Agent aggregator = agent("coordinator", RoleName.COORDINATOR, roles);
    rules = new Rules(policy, TrustRegistry.of(roles), new TreeSet<>(Set.of(TASK_TYPE)));
    coordinator = new Coordinator(rules, List.of(aggregator));

    Draft need =
        Draft.builder(Verb.NEED, THREAD)
            .nonce("nonce")
            .policyHash(policy.hash())
            .payload(
                StrictJson.parseObject(utf8("{\"task_type\":\"" + TASK_TYPE + "\",\"input\":1}")))
            .build();
    Envelope signed = sign(client, need);
    needId = signed.need();
    put(Slot.need(needId), signed);
    apply(new Planner(rules, List.of(planner)).react(view(), Deadlines.none()));
    Decider decides = new Decider(rules, List.of(decider), DecisionRule.FIRST);
    var ask = (Effect.AskGate) decides.react(view(), Deadlines.none()).effects().get(0);
    apply(decides.onResult(view(), new EffectResult.GateOpen(ask, ask.proposalId(), 1)));
  }

  static Policy policy(int k, int attemptsMax) {
    return Policy.parse(utf8(POLICY.formatted(PLAN_TASKS_MAX, k, attemptsMax)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  Agent agent(String name, RoleName role, TreeMap<PublicKey, Set<RoleName>> roles) {
    SigningKey key = engine.signingKey(Sha256.hash(utf8("key of " + name)));
    keys.put(key.publicKey(), key);
    roles.put(key.publicKey(), EnumSet.of(role));
    return new Agent(name, role, key.publicKey());
  }

  NeedView view() {
    return NeedView.of(needId, THREAD, slots.values());
  }

  Envelope sign(Agent agent, Draft draft) {
    SigningKey key = keys.get(agent.key());
    assertThat(key).as("key of %s", agent.name()).isNotNull();
    return codec.sign(draft, Objects.requireNonNull(key), 1);
  }

  /** Does what a role wants done, as the stages would; what a slot holds stays. */
  void apply(Reaction reaction) {
    for (Emission emission : reaction.emissions()) {
      Envelope envelope =
          emission instanceof Emission.Say say
              ? sign(say.agent(), say.draft())
              : ((Emission.Repeat) emission).envelope();
      put(emission.slot(), envelope);
    }
    for (Verdict verdict : reaction.verdicts()) {
      slots.putIfAbsent(verdict.slot(), new Judged(verdict.slot(), verdict, slots.size()));
    }
  }

  /** Fills a slot unless it is filled; only what would be admitted. */
  Message put(Slot slot, Envelope envelope) {
    Payload payload = Verbs.payload(envelope.verb(), envelope.payload());
    Verbs.admit(envelope, payload, view(), rules.trust());
    slots.putIfAbsent(slot, new Message(slot, envelope, payload, slots.size()));
    return (Message) Objects.requireNonNull(slots.get(slot));
  }

  /** The worker claims and commits an artifact; it need not be the right one. */
  Message commit(String artifact) {
    Worker works = new Worker(rules, List.of(worker));
    apply(works.react(view(), Deadlines.none()));
    var run = (Effect.RunTask) works.react(view(), Deadlines.none()).effects().get(0);
    apply(works.onResult(view(), new EffectResult.TaskDone(run, artifact)));
    return Objects.requireNonNull(view().message(Slot.end(run.taskId(), run.token())));
  }

  /** A vote on a COMMIT, by default about the work that it names. */
  Envelope vote(Agent voter, Message commit, boolean accept, Attest.@Nullable Work about) {
    var work = commit.as(Commit.class);
    Attest.Work own = new Attest.Work(work.taskId(), work.attempt(), work.artifact());
    Attest payload = new Attest(commit.id(), accept, about == null ? own : about, null);
    return sign(
        voter,
        Draft.builder(Verb.ATTEST, THREAD)
            .need(needId)
            .lamport(view().lamportAfter(List.of(commit.id())))
            .parents(List.of(commit.id()))
            .policyHash(rules.policy().hash())
            .payload(payload.toJson())
            .build());
  }

  /** Stores a vote, as an equivocation where the voter said the opposite before. */
  void cast(Agent voter, Message commit, boolean accept) {
    Slot slot = Slot.attest(commit.id(), voter.key());
    Message held = put(slot, vote(voter, commit, accept, null));
    if (held.as(Attest.class).accept() != accept) {
      put(Slot.equivocation(commit.id(), voter.key()), vote(voter, commit, accept, null));
    }
  }

  /** Verifiers that are asked now and have not voted. */
  List<Agent> asked() {
    return new Verifier(rules, verifiers)
        .react(view(), Deadlines.none()).effects().stream().map(Effect::agent).toList();
  }
}
