package dev.canswarm.protocol;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.plan.PlanState;
import dev.canswarm.plan.TaskProgress;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Cancel;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.protocol.role.Coordinator;
import dev.canswarm.protocol.role.Decider;
import dev.canswarm.protocol.role.Planner;
import dev.canswarm.protocol.role.Verifier;
import dev.canswarm.protocol.role.Worker;
import dev.canswarm.protocol.verb.Verbs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One NEED from its beginning to its end, with the roles alone and every agent as a process of its
 * own. Who acts next is drawn, and so is what the dishonest do. Time runs out only when nobody
 * honest has anything left to do, or at any moment where the play is hasty.
 */
final class PurePlay {
  /** How an agent plays its part. */
  enum Habit {
    HONEST,
    LIAR,
    SILENT,
    /** A verifier that says both; a worker that stalls and commits when its lease is gone. */
    TWO_FACED,
    /** A worker that gives everything back. */
    UNABLE
  }

  /** How many agents of which habits there are, and the policy they work under. */
  record AgentMix(
      int k,
      int kPlan,
      int attemptsMax,
      List<Habit> planners,
      List<Habit> workers,
      List<Habit> verifiers,
      boolean hasty) {}

  static final String TYPE = "a.type";
  static final int PLAN_TASKS_MAX = 8;
  private static final ThreadId THREAD = new ThreadId("thread");
  private static final int STEPS_MAX = 2_000;

  /** Far more than a NEED takes that anybody works on; then its deadline is over. */
  private static final int TIME_OUTS_MAX = 60;

  private static final List<Timer> TIMERS =
      List.of(Timer.SILENCE, Timer.LEASE, Timer.UNCLAIMED, Timer.NO_PLAN, Timer.DEADLINE);
  private static final SignatureEngine ENGINE = Engines.fastest().engine();
  private static final EnvelopeCodec CODEC =
      new EnvelopeCodec("test", ENGINE, EnvelopeLimits.DEFAULT);
  private static final String POLICY =
      """
      {"version":1,"kinds":["ATTEST","CANCEL","CLAIM","COMMIT","DECIDE","FINALIZE","NEED","PROPOSE",\
      "RELEASE","YIELD"],"payload_bytes_max":65536,"plan_tasks_max":%d,"parents_max":1024,\
      "artifact":{"required_on_commit":true,"bytes_max":65536},"k":%d,"k_max":64,"k_plan":%d,\
      "attempts_max":%d,"plan_ms":10000,"lease_ms":30000,"verify_ms":10000,"gate_ms":2000,\
      "deadline_ms":60000,"deadline_ms_max":600000,"gas_per_evaluation":100000}\
      """;

  private final AgentMix mix;
  private final Random random;
  private final TreeMap<PublicKey, SigningKey> keys = new TreeMap<>();
  private final TreeMap<Slot, Stored> slots = new TreeMap<>();
  private final TreeMap<TaskId, TaskProgress> progress = new TreeMap<>();
  private final List<Envelope> late = new ArrayList<>();
  private final NeedId needId;
  private int timeOuts;

  /** What unable workers say that ended their attempt. */
  String error = "";

  final Rules rules;
  final List<Agent> planners;
  final List<Agent> workers;
  final List<Agent> verifiers;
  final Agent decider;
  final Agent aggregator;
  final Agent client;
  final Agent operator;

  /** What filled a slot, in this order, with the view that it was judged by. */
  final List<Stored> history = new ArrayList<>();

  /** What was taken in as a candidate and found its slot filled. */
  final List<Envelope> superseded = new ArrayList<>();

  final EnumSet<Move> moves = EnumSet.noneOf(Move.class);
  final EnumMap<Move, Set<Timer>> timersOfMoves = new EnumMap<>(Move.class);
  final TreeSet<String> transitions = new TreeSet<>();

  PurePlay(AgentMix mix, String needJson, Random random) {
    this.mix = mix;
    this.random = random;
    Policy policy =
        Policy.parse(utf8(POLICY.formatted(PLAN_TASKS_MAX, mix.k, mix.kPlan, mix.attemptsMax)));
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    planners = agents("planner", RoleName.PLANNER, mix.planners.size(), roles);
    workers = agents("worker", RoleName.WORKER, mix.workers.size(), roles);
    verifiers = agents("verifier", RoleName.VERIFIER, mix.verifiers.size(), roles);
    decider = agents("decider", RoleName.DECIDER, 1, roles).get(0);
    aggregator = agents("coordinator", RoleName.COORDINATOR, 1, roles).get(0);
    client = agents("client", RoleName.CLIENT, 1, roles).get(0);
    operator = agents("operator", RoleName.OPERATOR, 1, roles).get(0);
    rules = new Rules(policy, TrustRegistry.of(roles), new TreeSet<>(Set.of(TYPE)));
    Envelope need =
        sign(
            client,
            Draft.need(THREAD, "nonce", policy.hash(), StrictJson.parseObject(utf8(needJson))));
    needId = need.need();
    put(Slot.need(needId), need);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private List<Agent> agents(
      String name, RoleName role, int count, TreeMap<PublicKey, Set<RoleName>> roles) {
    List<Agent> agents = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      SigningKey key = ENGINE.signingKey(Sha256.hash(utf8("key of " + name + "-" + i)));
      keys.put(key.publicKey(), key);
      roles.put(key.publicKey(), EnumSet.of(role));
      agents.add(new Agent(name + "-" + i, role, key.publicKey()));
    }
    return agents;
  }

  Envelope sign(Agent agent, Draft draft) {
    return CODEC.sign(draft, Objects.requireNonNull(keys.get(agent.key())), 1);
  }

  NeedView view() {
    return NeedView.of(needId, THREAD, slots.values());
  }

  /** What a task ought to make. */
  static String right(PlanTask spec, List<String> inputs) {
    return Sha256.hex(utf8("right " + spec.toJson() + inputs));
  }

  static String wrong(PlanTask spec, List<String> inputs) {
    return Sha256.hex(utf8("wrong " + spec.toJson() + inputs));
  }

  /** The NEED is not wanted any more; refused where the stages would refuse it. */
  void cancel(Agent by) {
    put(
        Slot.CANCEL,
        sign(by, draft(Verb.CANCEL, List.of(needId.envelope()), new Cancel("why").toJson())));
  }

  /** Plays until the NEED is over. */
  Finalize end() {
    for (int step = 0; step < STEPS_MAX; step++) {
      step();
      Message end = view().finalized();
      if (end != null) {
        return end.as(Finalize.class);
      }
    }
    throw new AssertionError("no end after " + STEPS_MAX + " steps");
  }

  /** One thing happens. */
  void step() {
    if (random.nextInt(4) == 0 && misbehave()) {
      return;
    }
    if (mix.hasty && random.nextInt(6) == 0) {
      timeOut(TIMERS.get(random.nextInt(TIMERS.size() - 1)));
      return;
    }
    List<Runnable> able = new ArrayList<>();
    planning(able);
    working(able);
    verifying(able);
    offer(able, new Coordinator(rules, List.of(aggregator)).react(view(), Deadlines.none()));
    if (!able.isEmpty()) {
      able.get(random.nextInt(able.size())).run();
      return;
    }
    timeOuts++;
    for (Timer timer : timeOuts > TIME_OUTS_MAX ? List.of(Timer.DEADLINE) : TIMERS) {
      if (timeOut(timer)) {
        return;
      }
    }
  }

  private boolean timeOut(Timer timer) {
    Coordinator coordinator = new Coordinator(rules, List.of(aggregator));
    Set<Move> anyway = coordinator.react(view(), Deadlines.none()).moves();
    Reaction reaction = coordinator.react(view(), Deadlines.only(timer));
    for (Move move : reaction.moves()) {
      if (!anyway.contains(move)) {
        timersOfMoves.computeIfAbsent(move, key -> EnumSet.noneOf(Timer.class)).add(timer);
      }
    }
    apply(reaction);
    return !reaction.moves().isEmpty();
  }

  private void offer(List<Runnable> able, Reaction reaction) {
    if (!reaction.emissions().isEmpty() || !reaction.verdicts().isEmpty()) {
      able.add(() -> apply(reaction));
    }
  }

  private void planning(List<Runnable> able) {
    for (int i = 0; i < planners.size(); i++) {
      Agent planner = planners.get(i);
      if (mix.planners.get(i) == Habit.HONEST) {
        offer(able, new Planner(rules, List.of(planner)).react(view(), Deadlines.none()));
      } else if (mix.planners.get(i) == Habit.LIAR
          && view().decision() == null
          && !view().filled(Slot.propose(planner.key()))) {
        able.add(() -> put(Slot.propose(planner.key()), otherPlan(planner)));
      }
    }
    Decider decides = new Decider(rules, List.of(decider), DecisionRule.FIRST);
    for (Effect effect : decides.react(view(), Deadlines.none()).effects()) {
      var ask = (Effect.AskGate) effect;
      moves.add(Move.ASK_GATE);
      Reaction decided = decides.onResult(view(), gate(ask));
      moves.addAll(decided.moves());
      boolean waits = decided.moves().contains(Move.AWAIT_GATE);
      offer(
          able, waits ? decides.onResult(view(), new EffectResult.GateTimedOut(ask, 1)) : decided);
    }
  }

  /** The gate holds what was asked for, another decider's proposal, or nonsense. */
  private EffectResult gate(Effect.AskGate ask) {
    return switch (random.nextInt(5)) {
      case 0 -> new EffectResult.GateHeld(ask, ask.proposalId(), 1);
      case 1 -> new EffectResult.GateTimedOut(ask, 1);
      case 2 -> new EffectResult.GateHeld(ask, needId.envelope(), 1);
      default -> new EffectResult.GateOpen(ask, ask.proposalId(), 1);
    };
  }

  private Envelope otherPlan(Agent planner) {
    Message need = Objects.requireNonNull(view().need());
    PlanTask task = new PlanTask(TYPE, JsonNumber.of(666), null, List.of(), List.of());
    return sign(
        planner,
        Draft.builder(Verb.PROPOSE, THREAD)
            .need(needId)
            .lamport(2)
            .parents(List.of(need.id()))
            .policyHash(rules.policy().hash())
            .payload(new Propose(List.of(task)).toJson())
            .build());
  }

  private void working(List<Runnable> able) {
    for (int i = 0; i < workers.size(); i++) {
      Worker worker = new Worker(rules, List.of(workers.get(i)));
      Habit habit = mix.workers.get(i);
      Reaction reaction = worker.react(view(), Deadlines.none());
      offer(able, reaction);
      moves.addAll(reaction.moves());
      for (Effect effect : reaction.effects()) {
        var run = (Effect.RunTask) effect;
        EffectResult done = new EffectResult.TaskDone(run, right(run.spec(), run.inputs()));
        switch (habit) {
          case HONEST -> offer(able, worker.onResult(view(), done));
          case LIAR ->
              offer(
                  able,
                  worker.onResult(
                      view(), new EffectResult.TaskDone(run, wrong(run.spec(), run.inputs()))));
          case UNABLE ->
              offer(able, worker.onResult(view(), new EffectResult.TaskFailed(run, error)));
          case TWO_FACED -> keepForLater(worker.onResult(view(), done));
          case SILENT -> {
            // It has the lease and says nothing.
          }
        }
      }
    }
  }

  /** What a worker says when it wakes up, from the view that it fell asleep with. */
  private void keepForLater(Reaction reaction) {
    for (Emission emission : reaction.emissions()) {
      var say = (Emission.Say) emission;
      Envelope envelope = sign(say.agent(), say.draft());
      if (late.stream().noneMatch(other -> other.id().equals(envelope.id()))) {
        late.add(envelope);
      }
    }
  }

  private void verifying(List<Runnable> able) {
    for (int i = 0; i < verifiers.size(); i++) {
      Verifier verifier = new Verifier(rules, List.of(verifiers.get(i)));
      Reaction reaction = verifier.react(view(), Deadlines.none());
      if (mix.verifiers.get(i) != Habit.HONEST) {
        for (Effect effect : reaction.effects()) {
          moves.addAll(
              verifier
                  .onResult(view(), new EffectResult.CannotVerify((Effect.VerifyWork) effect, ""))
                  .moves());
        }
        continue;
      }
      offer(able, reaction);
      moves.addAll(reaction.moves());
      for (Effect effect : reaction.effects()) {
        var work = (Effect.VerifyWork) effect;
        boolean good = work.artifact().equals(right(work.spec(), work.inputs()));
        offer(able, verifier.onResult(view(), new EffectResult.Verified(work, good, null)));
      }
    }
  }

  /** Somebody dishonest says something, asked or not, in time or not. */
  private boolean misbehave() {
    if (!late.isEmpty() && random.nextBoolean()) {
      Envelope envelope = late.get(random.nextInt(late.size()));
      Commit commit = Commit.parse(envelope.payload());
      put(Slot.end(commit.taskId(), commit.token()), envelope);
      return true;
    }
    List<Message> targets =
        view().messages().stream()
            .filter(m -> m.envelope().verb() == Verb.COMMIT || m.envelope().verb() == Verb.PROPOSE)
            .toList();
    List<Integer> dishonest = new ArrayList<>();
    for (int i = 0; i < verifiers.size(); i++) {
      Habit habit = mix.verifiers.get(i);
      if (habit == Habit.LIAR || habit == Habit.TWO_FACED) {
        dishonest.add(i);
      }
    }
    if (targets.isEmpty() || dishonest.isEmpty()) {
      return false;
    }
    Message target = targets.get(random.nextInt(targets.size()));
    int who = dishonest.get(random.nextInt(dishonest.size()));
    boolean lie = !isRight(target);
    vote(
        verifiers.get(who),
        target,
        mix.verifiers.get(who) == Habit.LIAR ? lie : random.nextBoolean());
    return true;
  }

  /** Whether what a COMMIT or PROPOSE says is as it ought to be. */
  boolean isRight(Message target) {
    if (target.payload() instanceof Propose) {
      return !target.as(Propose.class).toJson().toString().contains("666");
    }
    Commit commit = target.as(Commit.class);
    DecidedPlan plan = Objects.requireNonNull(view().plan());
    PlanTask spec = plan.task(commit.taskId()).orElseThrow().spec();
    return commit.artifact().equals(right(spec, commit.inputs()));
  }

  void vote(Agent voter, Message target, boolean accept) {
    Attest.Work work =
        target.payload() instanceof Commit commit
            ? new Attest.Work(commit.taskId(), commit.attempt(), commit.artifact())
            : null;
    Attest vote = new Attest(target.id(), accept, work, null);
    List<EnvelopeId> parents = List.of(target.id());
    put(
        Slot.attest(target.id(), voter.key()),
        sign(voter, draft(Verb.ATTEST, parents, vote.toJson())));
  }

  Draft draft(Verb verb, List<EnvelopeId> parents, JsonObject payload) {
    return Draft.builder(verb, THREAD)
        .need(needId)
        .lamport(view().lamportAfter(parents))
        .parents(parents)
        .policyHash(rules.policy().hash())
        .payload(payload)
        .build();
  }

  /** Does what a role wants done, as the stages would; what a slot holds stays. */
  void apply(Reaction reaction) {
    moves.addAll(reaction.moves());
    for (Emission emission : reaction.emissions()) {
      if (emission instanceof Emission.Say say) {
        put(say.slot(), sign(say.agent(), say.draft()));
      } else if (emission instanceof Emission.Repeat repeat && !view().filled(repeat.slot())) {
        // It is stored already: a second row, and no operations.
        Payload payload = Verbs.payload(Verb.RELEASE, repeat.envelope().payload());
        fill(new Message(repeat.slot(), repeat.envelope(), payload, slots.size()));
      }
    }
    for (Verdict verdict : reaction.verdicts()) {
      if (!view().filled(verdict.slot())) {
        String label = "verdict " + (verdict.verified() ? "VERIFIED" : "REJECTED");
        climb(PlanState.of(verdict.ops()), label);
        fill(new Stored.Judged(verdict.slot(), verdict, slots.size()));
      }
    }
  }

  /**
   * A candidate for a slot; refused where the stages would refuse it.
   *
   * @throws RefusedException when it does not fit what is stored
   */
  void put(Slot slot, Envelope envelope) {
    Payload payload = Verbs.payload(envelope.verb(), envelope.payload());
    NeedView before = view();
    Verbs.admit(envelope, payload, before, rules.trust());
    Message held = before.message(slot);
    if (held == null) {
      climb(PlanState.of(Verbs.ops(envelope, payload, before)), label(envelope.verb(), payload));
      fill(new Message(slot, envelope, payload, slots.size()));
    } else if (!held.id().equals(envelope.id())) {
      superseded.add(envelope);
      if (payload instanceof Attest vote && held.as(Attest.class).accept() != vote.accept()) {
        Slot second = Slot.equivocation(vote.target(), envelope.sender());
        if (!before.filled(second)) {
          fill(new Message(second, envelope, payload, slots.size()));
        }
      }
    }
  }

  private void fill(Stored stored) {
    slots.put(stored.slot(), stored);
    history.add(stored);
  }

  private static String label(Verb verb, Payload payload) {
    if (payload instanceof Release release) {
      return verb + " " + release.cause();
    }
    return payload instanceof Finalize end ? verb + " " + end.outcome() : verb.name();
  }

  /** Takes note of how tasks climb. */
  private void climb(PlanState said, String label) {
    said.progress()
        .forEach(
            (task, state) -> {
              TaskProgress before = progress.get(task);
              TaskProgress after = before == null ? state : before.join(state);
              progress.put(task, after);
              transitions.add(
                  (before == null ? "[*]" : before.state())
                      + " --> "
                      + after.state()
                      + ": "
                      + label);
            });
  }
}
