package dev.canswarm.stage;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.Slot;
import java.util.List;

/** An input of one lane; it is part of one turn. */
sealed interface Input {
  /** Returns the partition number that it is for. */
  int partition();

  /**
   * A decoded record of the bus.
   *
   * @param begunNanos when its decoding began, in nanoseconds since 1970; 0 if nothing is traced
   * @param decodedNanos when that ended
   */
  record Arrival(
      Delivery delivery, RecordPosition source, Decoded decoded, long begunNanos, long decodedNanos)
      implements Input {
    /** A record of whose decoding the times are not known. */
    Arrival(Delivery delivery, RecordPosition source, Decoded decoded) {
      this(delivery, source, decoded, 0, 0);
    }

    /** The same record, decoded again. */
    Arrival decodedAs(Decoded again) {
      return new Arrival(delivery, source, again, begunNanos, decodedNanos);
    }

    @Override
    public int partition() {
      return delivery.partition();
    }
  }

  /** The result of an effect, which may have begun under an earlier assignment. */
  record Result(int partition, NeedId needId, ThreadId threadId, Effect effect, EffectResult result)
      implements Input {}

  /** A durable timer that is due. */
  record Due(OpenNeed timer) implements Input {
    @Override
    public int partition() {
      return timer.partition();
    }
  }

  /**
   * A NEED whose timer was due is checked once more, after everything that the last check led to is
   * durable. If nothing is left to do, the timer is armed again.
   *
   * @param left further rechecks after this one; with none left the timer stays due, and a later
   *     sweep goes on
   */
  record Recheck(OpenNeed timer, int left) implements Input {
    @Override
    public int partition() {
      return timer.partition();
    }
  }

  /**
   * NEEDs that were open when this process got the partition, by {@link NeedState#keyOf}.
   *
   * @param assignment under which the store was asked
   */
  record Found(int partition, long assignment, List<String> keys) implements Input {}

  /** A NEED that was open when this process got the partition: its pending work starts again. */
  record Resume(OpenNeed timer) implements Input {
    @Override
    public int partition() {
      return timer.partition();
    }
  }

  /** Permission to claim a grant of the NEED: there is room to run its task. */
  record Leave(
      int partition, NeedId needId, ThreadId threadId, Slot.Claim slot, TaskPermits.Permit permit)
      implements Input {}

  /** A periodic tick, at which overdue debts are paid. */
  record Tick(int partition) implements Input {}
}
