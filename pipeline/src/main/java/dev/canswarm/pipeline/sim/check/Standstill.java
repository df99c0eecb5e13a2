package dev.canswarm.pipeline.sim.check;

import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.Kind;
import dev.canswarm.pipeline.sim.scenario.Fault;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Participant;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Timers;
import dev.canswarm.stage.RowCodec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * P5 while nothing goes wrong: nobody waits for a timer who could go on without. A NEED that stands
 * still is shown to the roles with all that is stored of it; what one of them would say then is
 * owed and nobody says it. Timers end such a NEED all the same, so nothing else would notice.
 */
public final class Standstill {
  /** From here on after the last fault, all calls that it made fail were made again. */
  private static final long SETTLING_MILLIS = 2_500;

  /** Longer than any call, any hop and any task of an undisturbed swarm, shorter than any timer. */
  private static final long STILL_MILLIS = 1_500;

  private final Checker checker;
  private final RowCodec rows;
  private final boolean isTold;
  private final boolean tasksStop;
  private final Map<String, Watched> needs = new HashMap<>();
  private long disturbedMillis = -1;

  private static final class Watched {
    private int rows;
    private long sinceMillis;
    private boolean isChecked;
  }

  /**
   * @param faults of the run: where a message was lost, or whoever held a lease died, waiting for a
   *     timer is all there is, and one that was set by a clock that then went back runs out late; a
   *     task that starts late is no standstill
   */
  public Standstill(Checker checker, EnvelopeCodec codec, List<Fault> faults) {
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
    this.tasksStop =
        faults.stream()
            .anyMatch(fault -> fault instanceof Fault.Stall || fault instanceof Fault.Crash);
  }

  /**
   * Looks at the open NEEDs; to be called often.
   *
   * @param isUndisturbed whether all processes are up and every record is acknowledged
   * @param roles of all processes
   */
  public void look(long nowMillis, boolean isUndisturbed, Collection<Participant> roles) {
    if (!isTold) {
      return;
    }
    if (!isUndisturbed || disturbedMillis < 0) {
      disturbedMillis = nowMillis;
    }
    for (SlotRow need : checker.ledger().needs().values()) {
      if (checker.ledger().in(need.id(), "FINALIZE") == null) {
        Watched watched = needs.computeIfAbsent(need.id(), id -> new Watched());
        int count = checker.ledger().scope(need.id()).size();
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

  private void check(SlotRow need, Collection<Participant> roles) {
    List<Stored> stored = new ArrayList<>();
    stored.add(rows.stored(need));
    for (SlotRow row : checker.ledger().scope(need.id())) {
      if (Replaying.KINDS.contains(row.kind()) || row.kind().equals(SlotRow.VERDICT)) {
        stored.add(rows.stored(row));
      }
    }
    NeedView view = NeedView.of(need.id(), need.threadId(), stored);
    if (tasksStop && hasCutOffTask(view)) {
      return;
    }
    unsent(need, view);
    for (Participant role : roles) {
      Reaction reaction = role.react(view, Timers.none());
      for (Emission said : reaction.emissions()) {
        if (!view.filled(said.slot())) {
          owed(need, role, said.slot());
        }
      }
      reaction.verdicts().stream()
          .filter(verdict -> !view.filled(verdict.slot()))
          .forEach(verdict -> owed(need, role, verdict.slot()));
      reaction.effects().stream()
          .filter(this::isOwed)
          .forEach(effect -> owed(need, role, effect.getClass().getSimpleName()));
    }
  }

  /** What nobody was told of, and nobody has followed up. */
  private void unsent(SlotRow need, NeedView view) {
    Set<String> parents = new HashSet<>();
    view.messages().forEach(message -> parents.addAll(message.envelope().parents()));
    for (Stored.Message message : view.messages()) {
      if (!parents.contains(message.id()) && !checker.ledger().isOnTopic(message.id())) {
        checker.broken(
            Invariant.P5,
            "NEED %s stands still: its %s in %s is stored and not sent"
                .formatted(Votes.shortened(need.id()), message.envelope().kind(), message.slot()));
      }
    }
  }

  /**
   * Whether whoever stored the end of a task died before it was sent. No record waits for what
   * follows from a task in the background: the timer of its lease brings it back.
   */
  private boolean hasCutOffTask(NeedView view) {
    return view.messages().stream()
        .anyMatch(
            message ->
                (message.envelope().kind() == Kind.COMMIT
                        || message.envelope().kind() == Kind.YIELD)
                    && !checker.ledger().isOnTopic(message.id()));
  }

  /** A verifier that cannot judge is asked in vain, and rightly says nothing. */
  private boolean isOwed(Effect effect) {
    return effect instanceof Effect.AskGate || effect instanceof Effect.RunTask && !tasksStop;
  }

  private void owed(SlotRow need, Participant role, String what) {
    checker.broken(
        Invariant.P5,
        "NEED %s stands still: a %s owes it %s"
            .formatted(Votes.shortened(need.id()), role.role(), what));
  }
}
