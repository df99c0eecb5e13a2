package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.Bus;
import dev.canswarm.port.RetryableException;
import dev.canswarm.protocol.payload.Control;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * Processes the inputs of the partition numbers that it carries, one turn after the other. The
 * partitions keep to their lane for the life of the process, across assignments. {@link #offer} is
 * safe from any thread; everything else belongs to the current turn.
 *
 * <p>The senders bound the inputs that wait: records are bounded by {@code kafka.in-flight-max} of
 * the bus, since no waiting record is acknowledged; results by the effects that run; timers by the
 * size of a sweep, with one recheck for each; and there is at most one tick for each partition.
 */
final class Lane {
  private final int number;
  private final StageContext context;
  private final ControlRecords controls;
  private final Map<Integer, PartitionState> partitions = new ConcurrentHashMap<>();
  private final Queue<Input> inbox = new ConcurrentLinkedQueue<>();
  private final TurnQueue queue = new TurnQueue();

  /** Holds one turn at most: the next one is made when the one before is done. */
  private final Sinks.Many<Turn> turns =
      Sinks.many().unicast().onBackpressureBuffer(Queues.<Turn>one().get());

  private final AtomicInteger drainsWanted = new AtomicInteger();
  private volatile boolean isBusy;

  Lane(int number, StageContext context) {
    this.number = number;
    this.context = context;
    this.controls = new ControlRecords(context);
  }

  /** Returns the turns, each made when the one before is done. One subscription. */
  Flux<Turn> turns() {
    return turns.asFlux();
  }

  int number() {
    return number;
  }

  /** Carries a further partition, before its first input; from any thread. */
  void carry(PartitionState partition) {
    partitions.put(partition.number(), partition);
  }

  /** Returns the partitions that had an input so far. */
  Collection<PartitionState> partitions() {
    return partitions.values();
  }

  /** Returns a partition that this lane carries. */
  PartitionState partition(int partition) {
    return Objects.requireNonNull(partitions.get(partition));
  }

  /**
   * Returns the number of inputs that wait for a turn; approximate when called from other threads.
   */
  int waiting() {
    return inbox.size() + queue.size();
  }

  /** Takes an input for a later turn; from any thread. */
  void offer(Input input) {
    inbox.add(input);
    drain();
  }

  /** Takes inputs for one later turn; from any thread. */
  void offerAll(List<Input> inputs) {
    inbox.addAll(inputs);
    drain();
  }

  /** Ends the turn, so that the next one may begin. */
  void done(Turn turn) {
    turn.needs().forEach(need -> settle(need.partition, need.state));
    turn.closings.values().forEach(closing -> settle(closing.partition(), closing.state()));
    partitions.values().forEach(partition -> partition.states().trim(turn.keys()));
    isBusy = false;
    drain();
  }

  private static void settle(PartitionState partition, NeedState state) {
    if (state.isSettled()) {
      partition.states().settled(state);
    }
  }

  private void drain() {
    if (drainsWanted.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      if (!isBusy) {
        next();
      }
      missed = drainsWanted.addAndGet(-missed);
    } while (missed != 0);
  }

  private void next() {
    Input input = inbox.poll();
    while (input != null) {
      queue.add(input);
      input = inbox.poll();
    }
    if (!queue.isEmpty() || hasClosings()) {
      isBusy = true;
      turns.emitNext(turnOf(queue.take()), Sinks.EmitFailureHandler.FAIL_FAST);
    }
  }

  private boolean hasClosings() {
    for (PartitionState partition : partitions.values()) {
      if (partition.hasClosings()) {
        return true;
      }
    }
    return false;
  }

  private Turn turnOf(List<Input> inputs) {
    Map<NeedId, Turn.Closing> closings = new HashMap<>();
    partitions.values().forEach(partition -> partition.moveClosings(closings));
    Turn turn = new Turn(this, inputs.size(), closings, context.tracer());
    for (Input input : inputs) {
      add(turn, input);
    }
    return turn;
  }

  private void add(Turn turn, Input input) {
    partition(input.partition()).taken(input);
    if (input instanceof Input.Arrival arrival) {
      if (arrival.decoded() instanceof Decoded.Valid valid
          && valid.payload() instanceof Control control) {
        addControl(turn, arrival, valid.envelope(), control);
      } else {
        addRecord(turn, arrival);
      }
    } else if (input instanceof Input.Result result) {
      turn.add(result.needId(), result.threadId(), result);
    } else if (input instanceof Input.Due due) {
      turn.add(due.timer().needId(), due.timer().threadId(), due);
    } else if (input instanceof Input.Recheck recheck) {
      turn.add(recheck.timer().needId(), recheck.timer().threadId(), recheck);
    } else if (input instanceof Input.Resume resume) {
      turn.add(resume.timer().needId(), resume.timer().threadId(), resume);
    } else if (input instanceof Input.Leave leave) {
      turn.add(leave.needId(), leave.threadId(), leave);
    } else if (input instanceof Input.Found found) {
      turn.found.add(found);
    }
  }

  private void addRecord(Turn turn, Input.Arrival arrival) {
    long headNumber = context.heads().number();
    Input.Arrival signed;
    try {
      signed = signedAnew(arrival);
    } catch (RetryableException e) {
      partition(arrival.partition()).later(List.of(arrival), e);
      return;
    }
    Envelope envelope = ownEnvelope(signed);
    if (envelope == null) {
      turn.add(StatelessRecords.of(signed, headNumber, context));
    } else {
      turn.add(envelope.need(), envelope.threadId(), signed);
    }
  }

  /**
   * Signs the NEED of an intake record again, if the gateway's key was replaced since it was
   * decoded. It is another NEED then, in the same slot.
   */
  private Input.Arrival signedAnew(Input.Arrival arrival) {
    return arrival.decoded() instanceof Decoded.Intake intake
        ? context
            .heads()
            .gatewayAfter(intake.need().sender())
            .map(gateway -> arrival.decodedAs(gateway.decode(arrival.delivery())))
            .orElse(arrival)
        : arrival;
  }

  private void addControl(Turn turn, Input.Arrival arrival, Envelope entry, Control control) {
    Turn.Stateless record = controls.of(arrival, entry, control);
    if (record == null) {
      partition(arrival.partition())
          .later(
              List.of(arrival),
              new IllegalStateException(
                  "entry "
                      + control.number()
                      + " of the control chain waits for the one before it"));
    } else {
      turn.add(record);
    }
  }

  /** Returns the envelope of a record whose thread has its partition number, or null. */
  private @Nullable Envelope ownEnvelope(Input.Arrival arrival) {
    Envelope envelope = null;
    if (arrival.decoded() instanceof Decoded.Valid valid) {
      envelope = valid.envelope();
    } else if (arrival.decoded() instanceof Decoded.Intake intake) {
      envelope = intake.need();
    }
    Bus bus = context.bus();
    return envelope != null && bus.partitionOf(envelope.threadId()) == arrival.partition()
        ? envelope
        : null;
  }
}
