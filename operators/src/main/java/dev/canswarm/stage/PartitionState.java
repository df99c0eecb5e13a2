package dev.canswarm.stage;

import dev.canswarm.envelope.NeedId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What this process holds of one partition number: its NEEDs, their debts, the roles that were
 * heard, and what waits in front of its lane. There is one for each number for the life of the
 * process, across assignments, and it belongs to one lane: no other code touches its NEEDs. {@link
 * #offer} is safe from any thread; everything else belongs to the current turn of the lane.
 */
final class PartitionState {
  private final int number;
  private final Lane lane;
  private final StageContext context;
  private final NeedStates states;
  private final Debts debts = new Debts();
  private final JudgedRoles judged = new JudgedRoles();
  private final OpenCount open;
  private final Backlog backlog;

  /** NEEDs whose timer was due and that are being processed; a sweep skips them. */
  private final Set<NeedId> waking = ConcurrentHashMap.newKeySet();

  /** NEEDs that are over, with their FINALIZE on its topic: the next turn deletes their timers. */
  private final Map<NeedId, Turn.Closing> closings = new HashMap<>();

  private final AtomicBoolean tickWaits = new AtomicBoolean();

  PartitionState(
      int number,
      Lane lane,
      Backlog backlog,
      StageContext context,
      NeedGate gate,
      LaneBounds bounds) {
    this.number = number;
    this.lane = lane;
    this.backlog = backlog;
    this.context = context;
    this.states = new NeedStates(bounds.needsMax(), bounds.needsBytesMax());
    this.open = new OpenCount(gate);
    lane.carry(this);
  }

  int number() {
    return number;
  }

  NeedStates states() {
    return states;
  }

  Debts debts() {
    return debts;
  }

  JudgedRoles judged() {
    return judged;
  }

  OpenCount open() {
    return open;
  }

  Backlog backlog() {
    return backlog;
  }

  /** Whether a tick would have an effect; from any thread. */
  boolean wantsTicks() {
    return !debts.isEmpty() || !open.isEmpty();
  }

  /** Takes an input for a later turn; from any thread. */
  void offer(Input input) {
    if (input instanceof Input.Due due && !waking.add(due.timer().needId())) {
      return;
    }
    if (input instanceof Input.Tick && tickWaits.getAndSet(true)) {
      return;
    }
    // A refused record is not an answer that another NEED waits for.
    if (input instanceof Input.Arrival arrival && !isAnswer(arrival)) {
      backlog.taken(arrival.delivery().topic());
    }
    lane.offer(input);
  }

  /** A turn takes the input. */
  void taken(Input input) {
    if (input instanceof Input.Arrival arrival && isAnswer(arrival)) {
      backlog.taken(arrival.delivery().topic());
    } else if (input instanceof Input.Tick) {
      tickWaits.set(false);
    }
  }

  private static boolean isAnswer(Input.Arrival arrival) {
    return !(arrival.decoded() instanceof Decoded.Refused);
  }

  /** Lets sweeps wake the NEED again, now that its rechecks have ended. */
  void woken(NeedId needId) {
    waking.remove(needId);
  }

  /** Deletes the NEED's timer with the next turn. */
  void close(NeedState state, boolean isAbandoned) {
    closings.put(state.needId(), new Turn.Closing(this, state, isAbandoned));
  }

  /** Whether a timer is to be deleted. */
  boolean hasClosings() {
    return !closings.isEmpty();
  }

  /** Moves the timers to delete into a turn. One timer belongs to one NEED, whatever its thread. */
  void moveClosings(Map<NeedId, Turn.Closing> turn) {
    closings
        .values()
        .removeIf(closing -> turn.putIfAbsent(closing.state().needId(), closing) == null);
  }

  /** Offers the inputs again after a pause; no other input waits for them. */
  void later(List<Input> inputs, Throwable failure) {
    context.retryPolicy().note(failure);
    later(inputs);
  }

  /** The same for inputs of one NEED. */
  void later(NeedState state, List<Input> inputs, Throwable failure) {
    context.retryPolicy().about(state.needId(), state.threadId()).note(failure);
    later(inputs);
  }

  /** The same after a failure that was reported already. */
  void later(List<Input> inputs) {
    List<Input> again = List.copyOf(inputs);
    context
        .retryPolicy()
        .scheduler()
        .schedule(
            () -> {
              again.forEach(this::comesAgain);
              lane.offerAll(again);
            },
            context.retryPolicy().maxMillis(),
            TimeUnit.MILLISECONDS);
  }

  private void comesAgain(Input input) {
    if (input instanceof Input.Arrival arrival && isAnswer(arrival)) {
      backlog.came(arrival.delivery().topic());
    }
  }
}
