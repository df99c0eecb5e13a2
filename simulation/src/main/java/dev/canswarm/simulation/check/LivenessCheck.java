package dev.canswarm.simulation.check;

import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Deadlines;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored;
import dev.canswarm.simulation.scenario.Fault;
import dev.canswarm.stage.RowCodec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks P5 while no fault is active: no process waits for a timer when it could make progress
 * without one. For a NEED without progress, it runs the roles on everything stored of that NEED; an
 * emission that a role would make then is owed and missing. The deadline would end such a NEED
 * anyway, so no other check would notice.
 */
public final class LivenessCheck {
  /** Time after the last disturbance by which all failed calls have been retried. */
  private static final long SETTLING_MILLIS = 2_500;

  /** Longer than any call, hop or task of an undisturbed swarm, shorter than any timer. */
  private static final long STILL_MILLIS = 1_500;

  private final InvariantChecker checker;
  private final RowCodec rows;
  private final boolean isTold;
  private final boolean tasksStop;
  private final boolean tasksStall;
  private final Map<String, Watched> needs = new HashMap<>();
  private long disturbedMillis = -1;

  private static final class Watched {
    private int rows;
    private long sinceMillis;
    private boolean isChecked;
  }

  /**
   * @param faults the run's faults: after a lost message or the crash of a lease's holder only a
   *     timer helps; a timer set before the clock was set back expires late; a task that starts
   *     late is not a lack of progress
   */
  public LivenessCheck(InvariantChecker checker, EnvelopeCodec codec, List<Fault> faults) {
    this.checker = checker;
    this.rows = new RowCodec(codec);
    this.isTold =
        faults.stream()
            .noneMatch(
                fault ->
                    fault instanceof Fault.Lose
                        || fault instanceof Fault.Rot
                        || fault instanceof Fault.ClockJump
                        || fault instanceof Fault.ClockDrift);
    this.tasksStall = faults.stream().anyMatch(fault -> fault instanceof Fault.Stall);
    this.tasksStop =
        faults.stream()
            .anyMatch(fault -> fault instanceof Fault.Stall || fault instanceof Fault.Crash);
  }

  /**
   * Checks the open NEEDs; call it periodically.
   *
   * @param isUndisturbed whether all processes are up and every record is acknowledged
   * @param roles the roles of all processes
   */
  public void check(long nowMillis, boolean isUndisturbed, Collection<Role> roles) {
    if (!isTold) {
      return;
    }
    if (!isUndisturbed || disturbedMillis < 0) {
      disturbedMillis = nowMillis;
    }
    for (SlotRow need : checker.observed().needs().values()) {
      if (checker.observed().in(need.id(), "FINALIZE") == null) {
        Watched watched = needs.computeIfAbsent(need.id(), id -> new Watched());
        int count = checker.observed().scope(need.id()).size();
        if (watched.rows != count) {
          watched.rows = count;
          watched.sinceMillis = nowMillis;
          watched.isChecked = false;
        }
        boolean isDue =
            nowMillis - watched.sinceMillis >= STILL_MILLIS
                && nowMillis - disturbedMillis >= SETTLING_MILLIS;
        if (isDue && !watched.isChecked) {
          watched.isChecked = true;
          check(need, roles);
        }
      }
    }
  }

  private void check(SlotRow need, Collection<Role> roles) {
    List<Stored> stored = new ArrayList<>();
    stored.add(rows.stored(need));
    for (SlotRow row : checker.observed().scope(need.id())) {
      if (ReplayCheck.VERBS.contains(row.kind()) || row.kind().equals(SlotRow.VERDICT)) {
        stored.add(rows.stored(row));
      }
    }
    NeedView view = NeedView.of(new NeedId(need.id()), need.threadId(), stored);
    if (tasksStop && hasCutOffTask(view)) {
      return;
    }
    unsent(need, view);
    if (view.cancelled() != null) {
      checker.broken(
          Invariant.P5,
          "NEED %s makes no progress: it is cancelled and has no FINALIZE"
              .formatted(Votes.shortened(need.id())));
    }
    for (Role role : roles) {
      Reaction reaction = role.react(view, Deadlines.none());
      for (Emission said : reaction.emissions()) {
        if (!view.filled(said.slot()) && isOwed(said)) {
          owed(need, role, said.slot().key());
        }
      }
      reaction.verdicts().stream()
          .filter(verdict -> !view.filled(verdict.slot()))
          .forEach(verdict -> owed(need, role, verdict.slot().key()));
      reaction.effects().stream()
          .filter(this::isOwed)
          .forEach(effect -> owed(need, role, effect.getClass().getSimpleName()));
    }
  }

  /** Finds stored messages that were neither sent nor followed by another message. */
  private void unsent(SlotRow need, NeedView view) {
    Set<EnvelopeId> parents = new HashSet<>();
    view.messages().forEach(message -> parents.addAll(message.envelope().parents()));
    for (Stored.Message message : view.messages()) {
      if (!parents.contains(message.id()) && !checker.observed().isOnTopic(message.id().text())) {
        checker.broken(
            Invariant.P5,
            "NEED %s makes no progress: its %s in slot %s is stored but was not sent"
                .formatted(Votes.shortened(need.id()), message.envelope().verb(), message.slot()));
      }
    }
  }

  /**
   * Whether the process that stored the end of a task crashed before it sent it. No record is held
   * back for the result of a background task: the timer of its lease triggers it again.
   */
  private boolean hasCutOffTask(NeedView view) {
    return view.messages().stream()
        .anyMatch(
            message ->
                (message.envelope().verb() == Verb.COMMIT
                        || message.envelope().verb() == Verb.YIELD)
                    && !checker.observed().isOnTopic(message.id().text()));
  }

  /**
   * Whether the emission is owed. A task is claimed once it can run, and tasks that stall run long.
   */
  private boolean isOwed(Emission said) {
    return !(said.slot() instanceof Slot.Claim) || !tasksStall;
  }

  /** Whether the effect is owed. A verifier that cannot judge a task rightly emits nothing. */
  private boolean isOwed(Effect effect) {
    return effect instanceof Effect.AskGate || effect instanceof Effect.RunTask && !tasksStop;
  }

  private void owed(SlotRow need, Role role, String what) {
    checker.broken(
        Invariant.P5,
        "NEED %s makes no progress: role %s has not emitted %s"
            .formatted(Votes.shortened(need.id()), role.name(), what));
  }
}
