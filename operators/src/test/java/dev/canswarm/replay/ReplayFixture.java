package dev.canswarm.replay;

import static dev.canswarm.envelope.Drafts.draftOf;
import static dev.canswarm.envelope.Drafts.withParents;
import static dev.canswarm.envelope.Drafts.withPayload;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Deadlines;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.DecisionRule;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Cancel;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.role.Coordinator;
import dev.canswarm.protocol.role.Decider;
import dev.canswarm.protocol.role.Planner;
import dev.canswarm.protocol.role.Verifier;
import dev.canswarm.protocol.role.Worker;
import dev.canswarm.protocol.verb.Verbs;
import dev.canswarm.stage.RowCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One NEED, carried out in memory by the real roles, and what a node would have recorded of it.
 * Workers may lie or hang, verifiers be silent; deadlines run out when a test says so.
 */
public final class ReplayFixture {
  static final int WORKERS = 2;
  static final int VERIFIERS = 4;
  public static final String SWARM = "can-swarm";
  public static final ThreadId THREAD = new ThreadId("thread-1");
  static final EnvelopeCodec CODEC =
      new EnvelopeCodec(SWARM, Engines.fastest().engine(), EnvelopeLimits.DEFAULT);
  static final Policy POLICY = policy(0);

  private static final RowCodec ROWS = new RowCodec(CODEC);
  private static final int ROUNDS_MAX = 1000;

  private final TreeMap<PublicKey, SigningKey> keys = new TreeMap<>();
  private final TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
  private final TreeMap<String, SigningKey> byName = new TreeMap<>();
  private final Rules rules;
  private final List<Role> played = new ArrayList<>();
  private final TreeMap<Slot, Stored> slots = new TreeMap<>();
  private final TreeMap<EnvelopeId, Envelope> envelopes = new TreeMap<>();
  private final List<SlotRow> rows = new ArrayList<>();
  private final Set<Effect> answered = new HashSet<>();
  private final ArrayDeque<Timer> deadlines = new ArrayDeque<>();
  private final Set<String> lying = new TreeSet<>();
  private final Set<String> hanging = new TreeSet<>();
  private final Set<String> yielding = new TreeSet<>();
  private final Set<String> silent = new TreeSet<>();
  private final Set<String> stalling = new TreeSet<>();
  private final Set<String> contrary = new TreeSet<>();
  private final Set<String> equivocating = new TreeSet<>();
  private NeedId needId = new NeedId("");
  private ThreadId thread = THREAD;
  private long nanos = 1_700_000_000_000_000_000L;

  public ReplayFixture() {
    this(POLICY);
  }

  ReplayFixture(Policy policy) {
    agent("client", RoleName.CLIENT);
    agent("planner", RoleName.PLANNER);
    agent("decider", RoleName.DECIDER);
    agent("coordinator", RoleName.COORDINATOR);
    agent("node", RoleName.NODE);
    agent("operator", RoleName.OPERATOR);
    for (int i = 1; i <= WORKERS; i++) {
      agent("worker-" + i, RoleName.WORKER);
    }
    for (int i = 1; i <= VERIFIERS; i++) {
      agent("verifier-" + i, RoleName.VERIFIER);
    }
    // One key that may do both: it must never judge its own work.
    roles.put(key("worker-1").publicKey(), EnumSet.of(RoleName.WORKER, RoleName.VERIFIER));
    rules = new Rules(policy, TrustRegistry.of(roles), new TreeSet<>(List.of("a", "b")));
    played.add(new Planner(rules, agents(RoleName.PLANNER)));
    played.add(new Decider(rules, agents(RoleName.DECIDER), DecisionRule.FIRST));
    played.add(new Worker(rules, agents(RoleName.WORKER)));
    played.add(new Verifier(rules, agents(RoleName.VERIFIER)));
    played.add(new Coordinator(rules, agents(RoleName.COORDINATOR)));
  }

  static Policy policy(int kPlan) {
    return Policy.parse(policyJson(kPlan));
  }

  /** A policy with K = 2 and two attempts. */
  public static byte[] policyJson(int kPlan) {
    return """
    {"version":1,"kinds":["ATTEST","CANCEL","CLAIM","COMMIT","DECIDE","FINALIZE","NEED","PROPOSE",
    "RELEASE","YIELD"],"payload_bytes_max":262144,"plan_tasks_max":64,"parents_max":256,
    "artifact":{"required_on_commit":true,"bytes_max":67108864},"k":2,"k_max":16,
    "k_plan":%d,"attempts_max":2,"plan_ms":10000,"lease_ms":30000,"verify_ms":10000,
    "gate_ms":2000,"deadline_ms":60000,"deadline_ms_max":600000,"gas_per_evaluation":100000}
    """
        .formatted(kPlan)
        .getBytes(StandardCharsets.UTF_8);
  }

  private void agent(String name, RoleName role) {
    SigningKey key = key(name);
    roles.put(key.publicKey(), EnumSet.of(role));
  }

  private List<Agent> agents(RoleName role) {
    return byName.entrySet().stream()
        .filter(entry -> rules().trust().holds(entry.getValue().publicKey(), role))
        .map(entry -> new Agent(entry.getKey(), role, entry.getValue().publicKey()))
        .toList();
  }

  /** The key of that name, the same in every fixture; listed only for the agents above. */
  public SigningKey key(String name) {
    return byName.computeIfAbsent(
        name,
        unused -> {
          SigningKey key =
              Engines.fastest()
                  .engine()
                  .signingKey(Sha256.hash(name.getBytes(StandardCharsets.UTF_8)));
          keys.put(key.publicKey(), key);
          return key;
        });
  }

  String nameOf(PublicKey key) {
    return byName.entrySet().stream()
        .filter(entry -> entry.getValue().publicKey().equals(key))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  public Rules rules() {
    return rules;
  }

  ReplayFixture lying(String... workers) {
    lying.addAll(List.of(workers));
    return this;
  }

  public ReplayFixture hanging(String... workers) {
    hanging.addAll(List.of(workers));
    return this;
  }

  ReplayFixture yielding(String... workers) {
    yielding.addAll(List.of(workers));
    return this;
  }

  public ReplayFixture silent(String... verifiers) {
    silent.addAll(List.of(verifiers));
    return this;
  }

  /** These hang in their first task and are well afterwards. */
  ReplayFixture stalling(String... workers) {
    stalling.addAll(List.of(workers));
    return this;
  }

  /** These reject what is right and accept what is wrong. */
  ReplayFixture contrary(String... verifiers) {
    contrary.addAll(List.of(verifiers));
    return this;
  }

  /** These say the opposite too, right after their vote. */
  ReplayFixture equivocating(String... verifiers) {
    equivocating.addAll(List.of(verifiers));
    return this;
  }

  /** These run out, one after the other, each when nothing else is left to do. */
  public ReplayFixture fire(Timer... inOrder) {
    deadlines.addAll(List.of(inOrder));
    return this;
  }

  /** Puts the NEED on another thread. */
  public ReplayFixture on(String other) {
    thread = new ThreadId(other);
    return this;
  }

  /** Two tasks, the second on the first's result. */
  public static JsonObject twoTasks() {
    return StrictJson.parseObject(
        """
        {"tasks":[{"name":"one","task_type":"a","input":{"n":1},"requires":[],"produces":["x"]},
        {"name":"two","task_type":"b","input":{"n":2},"requires":["one"],"produces":[]}]}
        """
            .getBytes(StandardCharsets.UTF_8));
  }

  /** Four tasks: one, two that need it, and one that needs both. */
  static JsonObject diamond() {
    return StrictJson.parseObject(
        """
        {"tasks":[{"name":"top","task_type":"a","input":{"n":1},"requires":[],"produces":["x"]},
        {"name":"left","task_type":"b","input":{"n":2},"requires":["top"],"produces":[]},
        {"name":"right","task_type":"a","input":{"n":3},"requires":["top"],"produces":["y"]},
        {"name":"end","task_type":"b","input":{"n":4},"requires":["left","right"],"produces":[]}]}
        """
            .getBytes(StandardCharsets.UTF_8));
  }

  public static JsonObject oneTask() {
    return StrictJson.parseObject(
        "{\"task_type\":\"a\",\"input\":{\"n\":1}}".getBytes(StandardCharsets.UTF_8));
  }

  /** Takes in a NEED and lets the roles act until it is over or nothing is left to do. */
  public ReplayFixture run(JsonObject need) {
    return start(need).go();
  }

  ReplayFixture start(JsonObject need) {
    Draft draft = Draft.need(thread, "n-1", rules.policy().hash(), need);
    Envelope envelope = sign(draft, key("client"));
    needId = envelope.need();
    store(Slot.need(needId), envelope, List.of());
    return this;
  }

  /** The NEED is not wanted any more. Not checked: a test may let anybody say so. */
  ReplayFixture cancel(String who) {
    Cancel payload = new Cancel("not wanted any more");
    Draft draft =
        Draft.builder(Verb.CANCEL, thread)
            .need(needId)
            .lamport(2)
            .parents(List.of(needId.envelope()))
            .policyHash(rules.policy().hash())
            .payload(payload.toJson())
            .build();
    Envelope envelope = sign(draft, key(who));
    store(Slot.CANCEL, envelope, Verbs.ops(envelope, payload, view()));
    return this;
  }

  /** As many rounds as that, unless it is over before. */
  ReplayFixture rounds(int rounds) {
    for (int round = 0; round < rounds && view().finalized() == null; round++) {
      Reaction reaction = react(Deadlines.none());
      if (!apply(reaction)) {
        answer(reaction.effects());
      }
    }
    return this;
  }

  ReplayFixture go() {
    for (int round = 0; round < ROUNDS_MAX; round++) {
      if (view().finalized() != null) {
        return this;
      }
      Reaction reaction = react(Deadlines.none());
      if (!apply(reaction) && !answer(reaction.effects())) {
        Timer fired = deadlines.poll();
        if (fired == null) {
          return this;
        }
        apply(react(Deadlines.only(fired)));
      }
    }
    throw new AssertionError("still busy after " + ROUNDS_MAX + " rounds");
  }

  private Reaction react(Deadlines now) {
    return played.stream()
        .map(role -> role.react(view(), now))
        .reduce(Reaction.NONE, Reaction::and);
  }

  private boolean apply(Reaction reaction) {
    boolean changed = false;
    for (Emission emission : reaction.emissions()) {
      if (!slots.containsKey(emission.slot())) {
        apply(emission);
        changed = true;
      }
    }
    for (Verdict verdict : reaction.verdicts()) {
      if (!slots.containsKey(verdict.slot())) {
        slots.put(verdict.slot(), new Stored.Judged(verdict.slot(), verdict, 0));
        rows.add(ROWS.verdict(needId, thread, verdict));
        changed = true;
      }
    }
    return changed;
  }

  private void apply(Emission emission) {
    if (emission instanceof Emission.Say say) {
      Envelope envelope = sign(say.draft(), signer(say.agent().key()));
      Payload payload = Verbs.payload(envelope.verb(), envelope.payload());
      store(say.slot(), envelope, Verbs.ops(envelope, payload, view()));
      if (payload instanceof Attest vote && equivocating.contains(say.agent().name())) {
        storeOpposite(say.draft(), vote, say.agent().key());
      }
    } else if (emission instanceof Emission.Repeat repeat) {
      store(repeat.slot(), repeat.envelope(), List.of());
    }
  }

  private void storeOpposite(Draft draft, Attest vote, PublicKey sender) {
    Attest opposite = new Attest(vote.target(), !vote.accept(), vote.work(), null);
    Envelope envelope = sign(withPayload(draft, opposite.toJson()), signer(sender));
    store(Slot.equivocation(vote.target(), sender), envelope, List.of());
  }

  /** A vote that comes after all is over: its slot was free, so it is stored. */
  Envelope lateVote(String verifier, Envelope commit, boolean accept) {
    Commit work = Commit.parse(commit.payload());
    Attest vote =
        new Attest(
            commit.id(),
            accept,
            new Attest.Work(work.taskId(), work.attempt(), work.artifact()),
            null);
    Draft draft =
        Draft.builder(Verb.ATTEST, thread)
            .need(needId)
            .lamport(commit.lamport() + 1)
            .parents(List.of(commit.id()))
            .policyHash(rules.policy().hash())
            .payload(vote.toJson())
            .build();
    Envelope envelope = sign(draft, key(verifier));
    Slot slot = Slot.attest(commit.id(), envelope.sender());
    if (!slots.containsKey(slot)) {
      store(slot, envelope, Verbs.ops(envelope, vote, view()));
    } else if (!((Message) slots.get(slot)).payload().equals(vote)) {
      store(Slot.equivocation(commit.id(), envelope.sender()), envelope, List.of());
    }
    return envelope;
  }

  private void store(Slot slot, Envelope envelope, List<PlanOp> ops) {
    Payload payload = Verbs.payload(envelope.verb(), envelope.payload());
    slots.put(slot, new Message(slot, envelope, payload, 0));
    envelopes.put(envelope.id(), envelope);
    rows.add(ROWS.candidate(slot, envelope, ops));
  }

  private boolean answer(List<Effect> effects) {
    boolean changed = false;
    for (Effect effect : effects) {
      EffectResult answer = answered.add(effect) ? answerTo(effect) : null;
      if (answer != null) {
        for (Role role : played) {
          if (role.name() == effect.agent().role()) {
            changed |= apply(role.onResult(view(), answer));
          }
        }
      }
    }
    return changed;
  }

  private @Nullable EffectResult answerTo(Effect effect) {
    String name = effect.agent().name();
    if (effect instanceof Effect.AskGate ask) {
      return new EffectResult.GateOpen(ask, ask.proposalId(), 7);
    }
    if (effect instanceof Effect.RunTask run) {
      if (hanging.contains(name) || stalling.remove(name)) {
        return null;
      }
      return yielding.contains(name)
          ? new EffectResult.TaskFailed(run, "cannot")
          : new EffectResult.TaskDone(
              run, artifact(run.spec().taskType() + (lying.contains(name) ? " lie " + name : "")));
    }
    if (effect instanceof Effect.VerifyWork work) {
      boolean right = work.artifact().equals(artifact(work.spec().taskType()));
      return silent.contains(name)
          ? null
          : new EffectResult.Verified(work, right != contrary.contains(name), null);
    }
    return null;
  }

  static String artifact(String content) {
    return Sha256.hex(content.getBytes(StandardCharsets.UTF_8));
  }

  NeedView view() {
    return NeedView.of(needId, thread, slots.values());
  }

  public NeedId needId() {
    return needId;
  }

  Envelope sign(Draft draft, SigningKey key) {
    nanos++;
    return CODEC.sign(draft, key, nanos);
  }

  SigningKey signer(PublicKey key) {
    SigningKey found = keys.get(key);
    if (found == null) {
      throw new AssertionError("no key " + key);
    }
    return found;
  }

  /** All envelopes of a verb, parents before children. */
  List<Envelope> all(Verb verb) {
    return causal().stream().filter(envelope -> envelope.verb() == verb).toList();
  }

  Envelope only(Verb verb) {
    List<Envelope> all = all(verb);
    if (all.size() != 1) {
      throw new AssertionError("expected one " + verb + ", got " + all);
    }
    return all.get(0);
  }

  private List<Envelope> causal() {
    return envelopes.values().stream()
        .sorted(Comparator.comparingLong(Envelope::lamport).thenComparing(Envelope::id))
        .toList();
  }

  /** A payload with one text replaced by another, at every place. */
  static JsonObject replaced(JsonObject payload, String text, String other) {
    String json = new String(CanonicalJson.write(payload), StandardCharsets.UTF_8);
    return StrictJson.parseObject(json.replace(text, other).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A conspiracy of all keys: one envelope is changed and signed again, by its own key or another,
   * and all that follows from it is signed again with the new ids.
   */
  void forge(Envelope target, UnaryOperator<Draft> change, SigningKey signer) {
    TreeMap<EnvelopeId, EnvelopeId> renamed = new TreeMap<>();
    for (Envelope envelope : causal()) {
      boolean isTarget = envelope.id().equals(target.id());
      Draft draft = rename(draftOf(envelope), renamed);
      Draft forged = isTarget ? change.apply(draft) : draft;
      SigningKey key = isTarget ? signer : signer(envelope.sender());
      if (isTarget || !forged.equals(draftOf(envelope))) {
        Envelope signed = sign(forged, key);
        envelopes.remove(envelope.id());
        envelopes.put(signed.id(), signed);
        renamed.put(envelope.id(), signed.id());
      }
    }
  }

  void forge(Envelope target, UnaryOperator<Draft> change) {
    forge(target, change, signer(target.sender()));
  }

  private static Draft rename(Draft draft, SortedMap<EnvelopeId, EnvelopeId> renamed) {
    JsonObject payload = draft.payload();
    for (var entry : renamed.entrySet()) {
      payload = replaced(payload, entry.getKey().text(), entry.getValue().text());
    }
    List<EnvelopeId> parents =
        draft.parents().stream().map(id -> renamed.getOrDefault(id, id)).toList();
    return withPayload(withParents(draft, parents), payload);
  }

  /** An envelope more, as if it had been recorded too. */
  Envelope add(Draft draft, SigningKey key) {
    Envelope envelope = sign(draft, key);
    envelopes.put(envelope.id(), envelope);
    return envelope;
  }

  /** The bytes of another envelope of the same sender, with one text of the payload replaced. */
  public byte[] signedAgain(String id, String text, String other) {
    Envelope envelope = Objects.requireNonNull(envelopes.get(new EnvelopeId(id)));
    Draft draft = draftOf(envelope);
    JsonObject payload = replaced(draft.payload(), text, other);
    return sign(withPayload(draft, payload), signer(envelope.sender())).bytes();
  }

  void remove(Envelope envelope) {
    envelopes.remove(envelope.id());
  }

  /** As a node records it: sent and delivered. */
  public List<ReplayRecord> records() {
    List<ReplayRecord> records = new ArrayList<>();
    for (Envelope envelope : causal()) {
      records.add(record(records.size(), envelope.bytes()));
      records.add(record(records.size(), envelope.bytes()));
    }
    return records;
  }

  private static ReplayRecord record(int line, byte[] bytes) {
    return new ReplayRecord("audit/000000000001.jsonl:" + (line + 1), bytes, true);
  }

  public List<SlotRow> rows() {
    return List.copyOf(rows);
  }

  /** Names of the verifiers that do nothing else. */
  static List<String> verifiers() {
    return IntStream.rangeClosed(1, VERIFIERS).mapToObj(number -> "verifier-" + number).toList();
  }

  /** Rows with the bytes of one of them changed. */
  static List<SlotRow> withOps(List<SlotRow> rows, String id, String ops) {
    return rows.stream().map(row -> row.id().equals(id) ? withOps(row, ops) : row).toList();
  }

  private static SlotRow withOps(SlotRow row, String ops) {
    return SlotRow.at(row.scope(), row.slot())
        .id(row.id())
        .need(row.needId(), row.threadId())
        .kind(row.kind())
        .sender(row.sender())
        .time(row.lamport(), row.timestampNs())
        .bytes(row.bytes())
        .ops(ops)
        .storedMillis(row.storedMillis())
        .build();
  }

  ReplayReport replay() {
    return replay(records());
  }

  ReplayReport replay(List<ReplayRecord> records) {
    return replay(records, Optional.empty());
  }

  ReplayReport replay(List<ReplayRecord> records, Optional<List<SlotRow>> opLog) {
    List<ReplayReport> reports = new Replayer(CODEC, RulesBook.of(rules)).replay(records, opLog);
    if (reports.size() != 1) {
      throw new AssertionError("expected one report, got " + reports);
    }
    return reports.get(0);
  }

  /** The names of the checks that came out so. */
  static List<CheckName> with(ReplayReport report, Status status) {
    return Arrays.stream(CheckName.values())
        .filter(name -> report.check(name).status() == status)
        .toList();
  }
}
