package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.stage.trace.NeedTrace;
import dev.canswarm.stage.trace.TracePart;
import dev.canswarm.stage.trace.Tracer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A batch of the inputs that had arrived for the partition numbers of a lane when it became free,
 * with the outputs that follow from them. It passes through the stages as a whole. Used by one
 * lane.
 */
final class Turn {
  /** NEEDs of a turn whose traces show one retry: an outage is the same for all of them. */
  private static final int RETRIES_TRACED_MAX = 16;

  /**
   * A NEED's timer that is to be deleted.
   *
   * @param isAbandoned whether the NEED never came; if it comes at this moment, the timer stays
   */
  record Closing(PartitionState partition, NeedState state, boolean isAbandoned) {}

  /** A record that needs no NEED's state, with its outputs. */
  static final class Stateless {
    final Input.Arrival arrival;

    /** The next row to store; replaced if the stored holder of the slot makes it a dead letter. */
    @Nullable PendingRow row;

    @Nullable OpenNeed timer;
    final List<OutgoingRecord> sends = new ArrayList<>();
    final List<AuditEvent> audits = new ArrayList<>();
    NeedTrace trace = NeedTrace.NONE;
    boolean heldBack;

    Stateless(Input.Arrival arrival, @Nullable PendingRow row, @Nullable OpenNeed timer) {
      this.arrival = arrival;
      this.row = row;
      this.timer = timer;
    }

    /** Whether it stores an entry of the control chain. */
    boolean isEntry() {
      return row != null && row.origin() instanceof PendingRow.Origin.Came;
    }
  }

  final Lane lane;
  final int inputs;
  final List<Stateless> stateless = new ArrayList<>();
  final List<Input.Found> found = new ArrayList<>();

  /** NEEDs whose FINALIZE was sent in an earlier turn: this turn deletes their timers. */
  final SortedMap<NeedId, Closing> closings;

  private final Map<String, NeedTurn> needs = new LinkedHashMap<>();
  private final Tracer tracer;

  /** The traces of this turn; empty if it is not traced. */
  private List<NeedTrace> traces = List.of();

  /** A turn that is not traced. */
  Turn(Lane lane, int inputs, Map<NeedId, Closing> closings) {
    this(lane, inputs, closings, Tracer.NONE);
  }

  Turn(Lane lane, int inputs, Map<NeedId, Closing> closings, Tracer tracer) {
    this.lane = lane;
    this.tracer = tracer;
    this.inputs = inputs;
    this.closings = new TreeMap<>(closings);
  }

  /** Adds an input that concerns a NEED. */
  void add(NeedId needId, ThreadId threadId, Input input) {
    PartitionState partition = lane.partition(input.partition());
    NeedTurn need =
        needs.computeIfAbsent(
            NeedState.keyOf(needId, threadId), key -> begin(partition, needId, threadId));
    need.inputs.add(input);
    if (need.trace != NeedTrace.NONE && input instanceof Input.Arrival arrival) {
      came(need.trace, arrival);
    }
    if (input instanceof Input.Leave leave
        && need.permits.putIfAbsent(leave.slot(), leave.permit()) != null) {
      // The grant was requested again while its permit was on the way: keep one permit.
      leave.permit().release();
    }
  }

  private NeedTurn begin(PartitionState partition, NeedId needId, ThreadId threadId) {
    NeedTrace trace = tracer.begin(TracePart.TURN, needId, threadId);
    traced(trace);
    return new NeedTurn(partition, partition.states().get(needId, threadId), trace);
  }

  /** Adds a record that needs no NEED's state. */
  void add(Stateless record) {
    Input.Arrival arrival = record.arrival;
    Envelope envelope = NeedTurn.anyEnvelope(arrival);
    record.trace =
        envelope == null
            ? tracer.begin(arrival.source())
            : tracer.begin(TracePart.TURN, envelope.need(), envelope.threadId());
    traced(record.trace);
    if (record.trace != NeedTrace.NONE) {
      came(record.trace, arrival);
    }
    stateless.add(record);
  }

  private void traced(NeedTrace trace) {
    if (trace != NeedTrace.NONE) {
      if (traces.isEmpty()) {
        traces = new ArrayList<>();
      }
      traces.add(trace);
    }
  }

  private static void came(NeedTrace trace, Input.Arrival arrival) {
    Envelope envelope = NeedTurn.anyEnvelope(arrival);
    if (envelope != null) {
      trace.came(arrival.delivery(), envelope.verb(), arrival.begunNanos(), arrival.decodedNanos());
    }
  }

  /** Whether anything is traced of this turn. */
  boolean isTraced() {
    return !traces.isEmpty();
  }

  /** The turn has come to a stage. */
  void entered(StageName stage) {
    for (NeedTrace trace : traces) {
      trace.entered(stage.label());
    }
  }

  /** The turn has left a stage. */
  void left(StageName stage) {
    for (NeedTrace trace : traces) {
      trace.left();
      if (stage.isLast()) {
        trace.end();
      }
    }
  }

  /** All that was to be sent is sent. */
  void sent() {
    for (NeedTrace trace : traces) {
      trace.sent();
    }
  }

  /** Returns the policy for this turn; the log names the NEED of a turn that has one alone. */
  RetryPolicy about(RetryPolicy policy) {
    if (needs.size() != 1) {
      return policy;
    }
    NeedState only = needs.values().iterator().next().state;
    return policy.about(only.needId(), only.threadId());
  }

  /** Something outside failed, and the stage tries again. */
  void retried(Throwable failure) {
    for (NeedTrace trace : traces.subList(0, Math.min(RETRIES_TRACED_MAX, traces.size()))) {
      trace.retried(failure);
    }
  }

  /** Returns the NEEDs of this turn that were not held back. */
  List<NeedTurn> needs() {
    List<NeedTurn> taken = new ArrayList<>(needs.size());
    for (NeedTurn need : needs.values()) {
      if (!need.heldBack) {
        taken.add(need);
      }
    }
    return taken;
  }

  /** Returns the keys of all states that this turn uses. */
  Collection<String> keys() {
    return needs.keySet();
  }

  /**
   * Takes a NEED out of this turn after its content failed because of a defect. It comes again
   * later and is read from the store; none of its records is acknowledged, and no other NEED waits.
   */
  void holdBack(NeedTurn need, Throwable failure) {
    NeedState.Snapshot before = need.before;
    if (before != null) {
      need.state.restore(before);
    }
    need.state.stale();
    need.outputs = new Outputs();
    need.heldBack = true;
    need.trace.heldBack(failure);
    // Release the permits of the failed NEED for others.
    need.permits.values().forEach(TaskPermits.Permit::release);
    need.permits.clear();
    need.partition.later(
        need.state, need.inputs.stream().map(Turn::withoutPermit).toList(), failure);
  }

  /** Returns the input without its permit: the NEED will ask for one again. */
  private static Input withoutPermit(Input input) {
    return input instanceof Input.Leave leave
        ? new Input.Resume(
            new OpenNeed(leave.needId(), leave.threadId(), null, leave.partition(), 0, 0))
        : input;
  }

  void holdBack(Stateless record, Throwable failure) {
    record.heldBack = true;
    record.trace.heldBack(failure);
    lane.partition(record.arrival.partition()).later(List.of(record.arrival), failure);
  }
}
