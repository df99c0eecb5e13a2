package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.Topics;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Acknowledges the records of a turn, after everything that follows from them is stored and sent,
 * or is noted in {@link Debts}. Then the lane is free for its next turn.
 */
final class AcknowledgeStage extends Stage {
  /** Most rechecks of one wake; usually the first one finds nothing left to do. */
  private static final int RECHECKS_MAX = 8;

  /** Time that a record may wait for its effects, in addition to the wait for the gate. */
  private static final long DEBT_MILLIS = 3_000;

  private final NeedGate gate;
  private final PerformStage perform;
  private final long debtMillisMax;

  AcknowledgeStage(StageContext context, NeedGate gate, PerformStage perform) {
    super(StageName.ACKNOWLEDGE, context);
    this.gate = gate;
    this.perform = perform;
    this.debtMillisMax = context.rules().policy().gateMillis() + DEBT_MILLIS;
  }

  @Override
  Mono<Turn> pass(Turn turn) {
    long nowMillis = context().time().epochMillis();
    for (Turn.Stateless record : turn.stateless) {
      if (!record.heldBack) {
        record.arrival.delivery().acknowledgement().acknowledge();
      }
    }
    for (NeedTurn need : turn.needs()) {
      settle(need, nowMillis);
    }
    if (!perform.isCrowded()) {
      for (PartitionState partition : turn.lane.partitions()) {
        partition.debts().payOverdue(nowMillis, debtMillisMax, partition);
      }
    }
    count(turn, nowMillis);
    turn.lane.done(turn);
    return Mono.just(turn);
  }

  /** Updates when each role was last heard and how many NEEDs are open. */
  private void count(Turn turn, long nowMillis) {
    Lane lane = turn.lane;
    for (PartitionState partition : lane.partitions()) {
      partition.open().follow(context().bus().assignment(partition.number()));
    }
    for (NeedTurn need : turn.needs()) {
      for (Input.Arrival arrival : need.arrivals()) {
        Envelope envelope = NeedTurn.envelope(arrival);
        if (envelope != null) {
          need.partition.judged().hear(envelope, need.state.full(), nowMillis);
        }
      }
      if (gate.counts()) {
        need.partition.open().heard(need.state, nowMillis);
      }
    }
    if (gate.counts()) {
      turn.found.forEach(
          found ->
              lane.partition(found.partition())
                  .open()
                  .found(found.assignment(), found.keys(), nowMillis));
      lane.partitions().forEach(partition -> partition.open().report(nowMillis));
      int submitted = submitted(turn);
      if (submitted > 0) {
        gate.submitted(-submitted);
      }
    }
  }

  /** Returns the number of intake records in this turn that are stored and sent, or refused. */
  private static int submitted(Turn turn) {
    int records = 0;
    for (Turn.Stateless record : turn.stateless) {
      records += !record.heldBack && isIntake(record.arrival.delivery()) ? 1 : 0;
    }
    for (NeedTurn need : turn.needs()) {
      for (Delivery delivery : need.deliveries()) {
        records += isIntake(delivery) ? 1 : 0;
      }
    }
    return records;
  }

  private static boolean isIntake(Delivery delivery) {
    return delivery.topic().equals(Topics.INTAKE);
  }

  private void settle(NeedTurn need, long nowMillis) {
    NeedState state = need.state;
    PartitionState partition = need.partition;
    if (need.outputs.over) {
      boolean isAbandoned = state.full().finalized() == null && !isSuperseded(need);
      partition.close(state, isAbandoned);
    }
    Debts debts = partition.debts();
    debts.owe(state.key(), need.deliveries(), nextRecheck(need), nowMillis);
    boolean isHeldUp = need.isHeldUp();
    if (isHeldUp) {
      partition.later(need.heldUp());
    }
    boolean mustWait = isHeldUp || state.hasDebts() || (state.hasEffects() && perform.isCrowded());
    if (!mustWait) {
      debts.pay(state.key(), partition);
    }
  }

  /**
   * Returns the next recheck after a wake; null once nothing is left to do, when the timer has been
   * set to the next deadline.
   */
  private static Input.@Nullable Recheck nextRecheck(NeedTurn need) {
    OpenNeed timer = wokenBy(need);
    if (timer == null || need.outputs.over) {
      return null;
    }
    if (isSuperseded(need)) {
      need.partition.close(need.state, false);
      return null;
    }
    boolean isWake = need.due() != null;
    Input.Recheck recheck = need.recheck();
    int left = isWake || recheck == null ? RECHECKS_MAX : recheck.left();
    if (left == 0 || (!isWake && need.outputs.isNothing())) {
      need.partition.woken(timer.needId());
      return null;
    }
    return new Input.Recheck(timer, left - 1);
  }

  /** Returns the timer that was due, or null. */
  private static @Nullable OpenNeed wokenBy(NeedTurn need) {
    Input.Recheck recheck = need.recheck();
    OpenNeed due = need.due();
    if (due != null) {
      return due;
    }
    return recheck == null ? null : recheck.timer();
  }

  /**
   * Whether another NEED with the same idempotency key fills the slot: a NEED and its timer are
   * stored together, so a timer that names the slot without the NEED means that.
   */
  private static boolean isSuperseded(NeedTurn need) {
    OpenNeed timer = wokenBy(need);
    return timer != null && timer.needSlot() != null && need.state.full().need() == null;
  }
}
