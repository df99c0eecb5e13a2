package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.stage.trace.NeedTrace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One NEED in one turn: its inputs, and the outputs that follow. Used by one lane. */
final class NeedTurn {
  final PartitionState partition;
  final NeedState state;
  final List<Input> inputs = new ArrayList<>();
  final NeedTrace trace;
  Outputs outputs = new Outputs();

  /** Dead letters that this process has to send: it filled their slots. */
  final List<DeadLetters.Letter> letters = new ArrayList<>();

  /** Permits for grants that may be claimed in this turn; the perform stage empties it. */
  final Map<Slot.Claim, TaskPermits.Permit> permits = new HashMap<>();

  /**
   * The state before the inputs of this turn were taken in, with everything that is known to be
   * stored.
   */
  NeedState.@Nullable Snapshot before;

  /**
   * The number of the head of the control chain that was the last one known when the inputs began
   * to be judged; {@link Candidate#UNPINNED} where no chain is followed. What is judged later in
   * the turn may be judged under a later head, never under an older one.
   */
  long headNumber = Candidate.UNPINNED;

  /**
   * Ids of envelopes that came and were not stored, since they were judged under a head of the
   * control chain, or pin one, that is not the last one any more.
   */
  final Set<EnvelopeId> outdated = new HashSet<>();

  /** The exception that processing this NEED threw, or null. */
  @Nullable RuntimeException failure;

  private @Nullable List<Input.Arrival> arrivals;

  /** Whether the NEED was taken out of this turn after a failure; its inputs come again. */
  boolean heldBack;

  NeedTurn(PartitionState partition, NeedState state) {
    this(partition, state, NeedTrace.NONE);
  }

  NeedTurn(PartitionState partition, NeedState state, NeedTrace trace) {
    this.partition = partition;
    this.state = state;
    this.trace = trace;
  }

  /**
   * Returns the pin of a row with this payload: the head under which it was judged, or the one that
   * it pins itself if that is older.
   */
  long pinOf(ControlHeads heads, Payload payload) {
    long own = heads.pinnedBy(payload);
    return own == Candidate.UNPINNED ? headNumber : Math.min(own, headNumber);
  }

  /**
   * Returns the arrivals with an envelope, parents first. No input may be added after the first
   * call.
   */
  List<Input.Arrival> arrivals() {
    List<Input.Arrival> known = arrivals;
    if (known == null) {
      known = new ArrayList<>(inputs.size());
      for (Input input : inputs) {
        if (input instanceof Input.Arrival arrival) {
          known.add(arrival);
        }
      }
      known.sort(Comparator.comparingLong(NeedTurn::lamport));
      arrivals = known;
    }
    return known;
  }

  private static long lamport(Input.Arrival arrival) {
    Envelope envelope = envelope(arrival);
    return envelope == null ? 0 : envelope.lamport();
  }

  /** The envelope that a record holds, or that was signed for it; null if it was refused. */
  static @Nullable Envelope anyEnvelope(Input.Arrival arrival) {
    return arrival.decoded() instanceof Decoded.Intake intake ? intake.need() : envelope(arrival);
  }

  /** Returns the envelope of a valid record, or null. */
  static @Nullable Envelope envelope(Input.Arrival arrival) {
    return arrival.decoded() instanceof Decoded.Valid valid ? valid.envelope() : null;
  }

  /** Returns the records whose acknowledgement waits for this NEED. */
  List<Delivery> deliveries() {
    List<Delivery> deliveries = new ArrayList<>();
    for (Input input : inputs) {
      if (input instanceof Input.Arrival arrival) {
        deliveries.add(arrival.delivery());
      }
    }
    return deliveries;
  }

  /**
   * Returns the gate's answer in this turn, or the result of waiting for it; null without either.
   */
  @Nullable EffectResult gateResult() {
    EffectResult last = null;
    for (Input input : inputs) {
      if (input instanceof Input.Result result
          && (result.effect() instanceof Effect.AskGate
              || result.effect() instanceof Effect.AwaitGate)) {
        last = result.result();
      }
    }
    return last;
  }

  /** Returns the question of this turn to the gate, or null. */
  Effect.@Nullable AskGate gateQuestion() {
    for (Effect effect : outputs.effects) {
      if (effect instanceof Effect.AskGate ask) {
        return ask;
      }
    }
    return null;
  }

  /** Whether an agent of this process owes something that it could not sign in this turn. */
  boolean isHeldUp() {
    return !outputs.unsigned.isEmpty()
        && state.full().finalized() == null
        && outputs.unsigned.stream().anyMatch(said -> !state.filled(said.slot()));
  }

  /** Returns the inputs that lead to what could not be signed, to be taken in again later. */
  List<Input> heldUp() {
    List<Input> again = new ArrayList<>(outputs.again);
    again.add(
        new Input.Resume(
            new OpenNeed(state.needId(), state.threadId(), null, partition.number(), 0, 0)));
    return again;
  }

  /** Returns the timer that is due, or null. */
  @Nullable OpenNeed due() {
    for (Input input : inputs) {
      if (input instanceof Input.Due due) {
        return due.timer();
      }
    }
    return null;
  }

  /** Returns the recheck of a NEED whose timer was due, or null. */
  Input.@Nullable Recheck recheck() {
    for (Input input : inputs) {
      if (input instanceof Input.Recheck recheck) {
        return recheck;
      }
    }
    return null;
  }
}
