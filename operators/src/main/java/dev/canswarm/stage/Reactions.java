package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.DeadlineTracker;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.Roles;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.verb.Verbs;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Computes one turn of one NEED in memory: it admits the inputs, and lets the roles react until
 * they owe nothing more, as if every candidate had won its slot. It has no side effects beyond the
 * NEED's state; run again on a corrected state, it gives the outputs that follow from that. NEEDs
 * are independent, so different ones may be computed in parallel.
 */
final class Reactions {
  /** A stored timer that differs from the wanted time by less than this is not written again. */
  private static final long TIMER_SLACK_MILLIS = 100;

  private final StageContext context;
  private final NeedAdmission admission;
  private final WaitingRoom waiting;
  private final StoredAnswers answers;
  private final long startedMillis;
  private final TaskPermits permits;

  Reactions(StageContext context, TaskPermits permits) {
    this.context = context;
    this.permits = permits;
    this.waiting = new WaitingRoom(context, context.deadLetters());
    this.admission = new NeedAdmission(context, context.deadLetters());
    this.answers = new StoredAnswers(context);
    this.startedMillis = context.time().epochMillis();
  }

  /**
   * Computes the outputs of one NEED's turn, and changes its state as if they were stored. An
   * exception is kept in the NEED's turn and does not affect other NEEDs.
   */
  void tryReact(NeedTurn turn) {
    tryBegin(turn);
    tryFinish(turn);
  }

  /** Does the first part of {@link #tryReact}: admits the inputs and lets the roles react. */
  void tryBegin(NeedTurn turn) {
    attempt(turn, this::begin);
  }

  /** Continues after {@link #tryBegin} with an answer of the gate that came within the turn. */
  void tryAnswer(NeedTurn turn, Input.Result result) {
    attempt(
        turn,
        answered -> {
          answered.inputs.add(result);
          answered.outputs.effects.remove(result.effect());
          take(answered, result);
          settle(answered);
        });
  }

  /** Does the last part of {@link #tryReact}: sends, the end of the NEED, and its timer. */
  void tryFinish(NeedTurn turn) {
    attempt(turn, this::finish);
  }

  private static void attempt(NeedTurn turn, Consumer<NeedTurn> step) {
    if (turn.failure != null) {
      return;
    }
    try {
      step.accept(turn);
    } catch (RuntimeException e) {
      turn.failure = e;
    }
  }

  private void begin(NeedTurn turn) {
    turn.outputs = new Outputs();
    // Before anything is judged: an entry that takes effect meanwhile makes the rows too old.
    turn.headNumber = context.heads().number();
    for (Input.Arrival arrival : turn.arrivals()) {
      admission.admit(turn, arrival);
    }
    for (Input input : turn.inputs) {
      if (input instanceof Input.Result result) {
        take(turn, result);
      }
    }
    settle(turn);
  }

  private void finish(NeedTurn turn) {
    orphaned(turn);
    turn.outputs.sends.addAll(turn.state.unsent());
    ended(turn);
    turn.outputs.timer = timer(turn);
  }

  /** Passes the result of an effect to its role and applies the reaction. */
  private void take(NeedTurn turn, Input.Result input) {
    NeedState state = turn.state;
    Effect effect = input.effect();
    EffectResult result = input.result();
    state.ended(effect);
    if (result instanceof EffectResult.CannotVerify) {
      state.giveUp(effect);
    }
    RoleName name = effect.agent().role();
    Role role = context.heads().of(state.full()).roles().playing(name).orElse(null);
    if (role == null) {
      return;
    }
    Reaction reaction = role.onResult(state.viewFor(name), result);
    addEffects(turn, reaction);
    int unsignedBefore = turn.outputs.unsigned.size();
    apply(turn, withoutFilled(turn, reaction));
    if (turn.outputs.unsigned.size() > unsignedBefore) {
      turn.outputs.again.add(input);
    }
    giveBack(turn, input, reaction, role);
    // An immediate repetition would give the same result, whose emission was suppressed.
    for (Emission said : reaction.emissions()) {
      if (!state.filled(said.slot())) {
        state.giveUp(effect);
      }
    }
  }

  /**
   * A COMMIT that the policy refuses is a failed attempt: the worker says so, and others may try.
   */
  private void giveBack(NeedTurn turn, Input.Result input, Reaction reaction, Role role) {
    if (!(input.result() instanceof EffectResult.TaskDone done)) {
      return;
    }
    for (Emission said : reaction.emissions()) {
      RefusedException refusal = turn.state.refusalOf(said);
      if (refusal != null && !turn.state.filled(said.slot())) {
        String why = "refused by the policy, " + refusal.reason() + ": " + refusal.detail();
        NeedView view = turn.state.viewFor(role.name());
        apply(turn, role.onResult(view, new EffectResult.TaskFailed(done.asked(), why)));
      }
    }
  }

  private void addEffects(NeedTurn turn, Reaction reaction) {
    for (Effect effect : reaction.effects()) {
      if (turn.state.mayBegin(effect) && !isAwaited(turn, effect)) {
        turn.outputs.effects.add(effect);
      }
    }
  }

  /** Whether this turn already begins the effect, or begins to wait for its answer. */
  private static boolean isAwaited(NeedTurn turn, Effect effect) {
    for (Effect begun : turn.outputs.effects) {
      if (begun.equals(effect)
          || (begun instanceof Effect.AwaitGate await && await.asked().equals(effect))) {
        return true;
      }
    }
    return false;
  }

  /** Lets the roles react to the current state until they owe nothing more. */
  private void settle(NeedTurn turn) {
    NeedState state = turn.state;
    while (true) {
      waiting.promote(turn);
      if (state.full().finalized() != null) {
        waiting.refuseAtTheEnd(turn);
        return;
      }
      long nowMillis = context.time().epochMillis();
      long nextMillis = DeadlineTracker.NEVER;
      Reaction reaction = Reaction.NONE;
      // The DECIDE that a round adds may pin another head than the one that applied before.
      Roles roles = context.heads().of(state.full()).roles();
      QuietRoles quiet = state.quiet();
      quiet.reactsBy(roles);
      for (Role role : roles.all()) {
        if (quiet.isQuiet(role.name(), nowMillis)) {
          nextMillis = Math.min(nextMillis, quiet.untilMillis(role.name()));
          continue;
        }
        GuardedDeadlines deadlines =
            new GuardedDeadlines(new DeadlineTracker(nowMillis, startedMillis), turn, nowMillis);
        Reaction own = role.react(state.viewFor(role.name()), deadlines);
        if (own.isNothing() && !deadlines.holdsBack()) {
          quiet.quiet(role.name(), deadlines.nextMillis());
        } else {
          quiet.wake(role.name());
        }
        nextMillis = Math.min(nextMillis, deadlines.nextMillis());
        reaction = reaction.and(own);
      }
      Reaction owed = withoutClaims(turn, withoutFilled(turn, reaction));
      if (owed.emissions().isEmpty() && owed.verdicts().isEmpty()) {
        addEffects(turn, owed);
        waiting.refuseMisfits(turn);
        turn.outputs.nextMillis = nextMillis;
        return;
      }
      apply(turn, owed);
    }
  }

  /** Refuses the envelopes that wait for a NEED which never came. */
  private void orphaned(NeedTurn turn) {
    OpenNeed due = turn.due();
    NeedView view = turn.state.full();
    if (due != null
        && view.need() == null
        && view.finalized() == null
        && context.time().epochMillis() >= due.dueMillis()) {
      turn.outputs.effects.clear();
      turn.outputs.nextMillis = DeadlineTracker.NEVER;
      waiting.refuseOrphans(turn);
      turn.outputs.over = true;
    }
  }

  /** Marks a NEED as over once its FINALIZE is on its topic, or is sent with this turn. */
  private static void ended(NeedTurn turn) {
    Message end = turn.state.full().finalized();
    if (end != null && !turn.state.isClosed()) {
      boolean sent = turn.state.isOnTopic(end.id()) || turn.outputs.sends.contains(end.envelope());
      turn.outputs.over = sent;
    }
  }

  /** Removes what fills a filled slot, is suppressed, or could not be signed in this turn. */
  private static Reaction withoutFilled(NeedTurn turn, Reaction reaction) {
    NeedState state = turn.state;
    if (reaction.emissions().isEmpty() && reaction.verdicts().isEmpty()) {
      return reaction;
    }
    List<Emission> emissions = new ArrayList<>(reaction.emissions().size());
    for (Emission said : reaction.emissions()) {
      if (!state.filled(said.slot())
          && !state.isSuppressed(said)
          && !turn.outputs.unsigned.contains(said)) {
        emissions.add(said);
      }
    }
    List<Verdict> verdicts = new ArrayList<>(reaction.verdicts().size());
    for (Verdict said : reaction.verdicts()) {
      if (!state.filled(said.slot())) {
        verdicts.add(said);
      }
    }
    return new Reaction(emissions, verdicts, reaction.effects(), reaction.moves());
  }

  /**
   * Removes CLAIMs of grants without a permit, and asks for permits: permit, then CLAIM, then run.
   */
  private Reaction withoutClaims(NeedTurn turn, Reaction owed) {
    if (!claims(owed)) {
      return owed;
    }
    List<Emission> kept = new ArrayList<>();
    for (Emission said : owed.emissions()) {
      if (!(said.slot() instanceof Slot.Claim claim) || mayClaim(turn, claim)) {
        kept.add(said);
      }
    }
    return new Reaction(kept, owed.verdicts(), owed.effects(), owed.moves());
  }

  private static boolean claims(Reaction owed) {
    for (Emission said : owed.emissions()) {
      if (said.slot() instanceof Slot.Claim) {
        return true;
      }
    }
    return false;
  }

  private boolean mayClaim(NeedTurn turn, Slot.Claim claim) {
    // Another process has the partition and claims the remaining grants.
    if (context.bus().assignment(turn.partition.number()) == 0) {
      return false;
    }
    if (turn.permits.containsKey(claim)) {
      return true;
    }
    TaskPermits.Permit permit = permits.tryClaim(turn.state.taskType(claim));
    if (permit == null) {
      turn.outputs.grants.add(claim);
      return false;
    }
    turn.permits.put(claim, permit);
    return true;
  }

  /** Signs the emissions and adds them to the state as if they filled their slots. */
  private void apply(NeedTurn turn, Reaction owed) {
    List<PendingRow> basis = turn.outputs.basisOfAll();
    int rowsBefore = turn.outputs.rows.size();
    TreeMap<Slot, Emission> emissions = new TreeMap<>();
    owed.emissions().forEach(said -> emissions.putIfAbsent(said.slot(), said));
    // All candidates are made from one view, before any of them is added to it.
    List<Runnable> additions = new ArrayList<>();
    emissions.values().forEach(said -> additions.add(prepared(turn, said, basis)));
    additions.forEach(Runnable::run);
    for (Verdict verdict : owed.verdicts()) {
      if (!turn.state.filled(verdict.slot())) {
        judge(turn, verdict, basis);
      }
    }
    turn.outputs.concluded(rowsBefore);
  }

  private void judge(NeedTurn turn, Verdict verdict, List<PendingRow> basis) {
    NeedState state = turn.state;
    SlotRow row = context.rows().verdict(state.needId(), state.threadId(), verdict);
    turn.outputs.add(new PendingRow(row, basis, new PendingRow.Origin.Judged(), turn.headNumber));
    state.show(new Stored.Judged(verdict.slot(), verdict, context.time().epochMillis()));
  }

  /**
   * The candidate for an agent of this process. An envelope that the policy refuses, such as a
   * FINALIZE with too many parents, is suppressed: the sender of its cause did nothing wrong. A
   * COMMIT is given back instead; otherwise the deadline ends the NEED.
   */
  private Runnable prepared(NeedTurn turn, Emission emission, List<PendingRow> basis) {
    NeedState state = turn.state;
    if (emission instanceof Emission.Repeat repeat) {
      SlotRow row = context.rows().candidate(repeat.slot(), repeat.envelope(), List.of());
      return () -> {
        turn.outputs.add(
            new PendingRow(row, basis, new PendingRow.Origin.Repeated(), turn.headNumber));
        answers.hide(state, context.rows().stored(row));
      };
    }
    Emission.Say say = (Emission.Say) emission;
    boolean isExpected = context.signers().isAvailable(say.agent());
    try {
      Envelope envelope = context.signers().sign(say.agent(), say.draft());
      Payload payload = Verbs.payload(envelope.verb(), envelope.payload());
      StageContext.Duties duties = context.heads().of(state.full(), envelope, payload);
      duties.policyCheck().check(envelope, envelope.verb().topic());
      Verbs.checkOwnRules(envelope, state.full(), duties.rules().own());
      SlotRow row =
          context
              .rows()
              .candidate(say.slot(), envelope, Verbs.ops(envelope, payload, state.full()));
      return () -> {
        turn.outputs.add(
            new PendingRow(
                row,
                basis,
                new PendingRow.Origin.Said(envelope, payload),
                turn.pinOf(context.heads(), payload)));
        answers.hide(
            state, new Message(say.slot(), envelope, payload, context.time().epochMillis()));
      };
    } catch (RefusedException e) {
      state.suppress(say, e);
      // A COMMIT is given back, and its YIELD says why.
      if (say.draft().verb() != Verb.COMMIT) {
        context.retryPolicy().about(state.needId(), state.threadId()).note(e);
      }
      return () -> {};
    } catch (RetryableException e) {
      // The turn goes on without it, so that other agents are not held up; see NeedTurn.heldUp.
      turn.outputs.unsigned.add(say);
      if (isExpected) {
        context.retryPolicy().about(state.needId(), state.threadId()).note(e);
      }
      return () -> {};
    }
  }

  /**
   * Returns the timer to write with this turn, if it is the first one or earlier than the stored
   * one; otherwise null. A timer that was due is postponed only by a recheck that finds nothing
   * left to do.
   */
  private @Nullable OpenNeed timer(NeedTurn turn) {
    Outputs outputs = turn.outputs;
    NeedState state = turn.state;
    OpenNeed first = outputs.timer;
    if (first != null) {
      return first.needSlot() == null ? first : earlier(first, outputs.nextMillis);
    }
    Message need = state.full().need();
    if (need == null || outputs.nextMillis == DeadlineTracker.NEVER) {
      return null;
    }
    boolean putsOff =
        turn.recheck() != null && outputs.isNothing() && !state.hasDebts() && !turn.isHeldUp();
    if (putsOff) {
      // A timer of a partition that went to another process is no longer ours to set.
      int partition = context.bus().partitionOf(state.threadId());
      return context.bus().assignedPartitions().contains(partition)
          ? context.timer(state, need.slot(), outputs.nextMillis)
          : null;
    }
    return outputs.nextMillis < state.armedMillis() - TIMER_SLACK_MILLIS
        ? context.timer(state, need.slot(), outputs.nextMillis)
        : null;
  }

  private static OpenNeed earlier(OpenNeed timer, long millis) {
    return millis >= timer.dueMillis()
        ? timer
        : new OpenNeed(
            timer.needId(), timer.threadId(), timer.needSlot(), timer.partition(), millis, 0);
  }
}
