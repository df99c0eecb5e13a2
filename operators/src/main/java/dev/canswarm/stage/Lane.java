package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.Bus;
import dev.canswarm.port.RetryableException;
import dev.canswarm.protocol.payload.Control;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * Processes the inputs of one partition number, one turn after the other. There is one lane for
 * each number for the life of the process, across assignments, and no other code touches its NEEDs.
 * {@link #offer} is safe from any thread; everything else belongs to the current turn.
 *
 * <p>The senders bound the inputs that wait: records are bounded by {@code kafka.in-flight-max} of
 * the bus, since no waiting record is acknowledged; results by the effects that run; timers by the
 * size of a sweep, with one recheck for each; and there is at most one tick.
 */
final class Lane {
  private final int number;
  private final StageContext context;
  private final NeedStates states;
  private final ControlRecords controls;
  private final Debts debts = new Debts();
  private final JudgedRoles judged = new JudgedRoles();
  private final OpenCount open;
  private final Backlog backlog;
  private final Queue<Input> inbox = new ConcurrentLinkedQueue<>();
  private final TurnQueue queue = new TurnQueue();

  /** Holds one turn at most: the next one is made when the one before is done. */
  private final Sinks.Many<Turn> turns =
      Sinks.many().unicast().onBackpressureBuffer(Queues.<Turn>one().get());

  private final AtomicInteger drainsWanted = new AtomicInteger();

  /** NEEDs whose timer was due and that are being processed; a sweep skips them. */
  private final Set<NeedId> waking = ConcurrentHashMap.newKeySet();

  /** NEEDs that are over, with their FINALIZE on its topic: the next turn deletes their timers. */
  private final Map<NeedId, Turn.Closing> closings = new HashMap<>();

  private volatile boolean isBusy;
  private final AtomicBoolean tickWaits = new AtomicBoolean();

  Lane(
      Backlog backlog,
      int number,
      StageContext context,
      NeedGate gate,
      int needsMax,
      long bytesMax) {
    this.backlog = backlog;
    this.number = number;
    this.context = context;
    this.states = new NeedStates(needsMax, bytesMax);
    this.controls = new ControlRecords(context);
    this.open = new OpenCount(gate);
  }

  /** Returns the turns, each made when the one before is done. One subscription. */
  Flux<Turn> turns() {
    return turns.asFlux();
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

  /**
   * Returns the number of inputs that wait for a turn; approximate when called from other threads.
   */
  int waiting() {
    return inbox.size() + queue.size();
  }

  /** Whether a tick would have an effect; from any thread. */
  boolean wantsTicks() {
    return !debts.isEmpty() || !open.isEmpty();
  }

  int number() {
    return number;
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
    inbox.add(input);
    drain();
  }

  /** Lets sweeps wake the NEED again, now that its rechecks have ended. */
  void woken(NeedId needId) {
    waking.remove(needId);
  }

  /** Deletes the NEED's timer with the next turn. */
  void close(Turn.Closing closing) {
    closings.put(closing.state().needId(), closing);
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
              drain();
            },
            context.retryPolicy().maxMillis(),
            TimeUnit.MILLISECONDS);
  }

  private void comesAgain(Input input) {
    if (input instanceof Input.Arrival arrival && isAnswer(arrival)) {
      backlog.came(arrival.delivery().topic());
    }
    inbox.add(input);
  }

  private static boolean isAnswer(Input.Arrival arrival) {
    return !(arrival.decoded() instanceof Decoded.Refused);
  }

  /** Ends the turn, so that the next one may begin. */
  void done(Turn turn) {
    turn.needs().forEach(need -> settle(need.state));
    turn.closings.values().forEach(closing -> settle(closing.state()));
    states.trim(turn.keys());
    isBusy = false;
    drain();
  }

  private void settle(NeedState state) {
    if (state.isSettled()) {
      states.settled(state);
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
    if (!queue.isEmpty() || !closings.isEmpty()) {
      isBusy = true;
      turns.emitNext(turnOf(queue.take()), Sinks.EmitFailureHandler.FAIL_FAST);
    }
  }

  private Turn turnOf(List<Input> inputs) {
    Turn turn = new Turn(this, inputs.size(), closings, context.tracer());
    closings.clear();
    for (Input input : inputs) {
      add(turn, input);
    }
    return turn;
  }

  private void add(Turn turn, Input input) {
    if (input instanceof Input.Arrival arrival) {
      if (isAnswer(arrival)) {
        backlog.taken(arrival.delivery().topic());
      }
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
    } else if (input instanceof Input.Tick) {
      tickWaits.set(false);
    }
  }

  private void addRecord(Turn turn, Input.Arrival arrival) {
    long headNumber = context.heads().number();
    Input.Arrival signed;
    try {
      signed = signedAnew(arrival);
    } catch (RetryableException e) {
      later(List.of(arrival), e);
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
      later(
          List.of(arrival),
          new IllegalStateException(
              "entry " + control.number() + " of the control chain waits for the one before it"));
    } else {
      turn.add(record);
    }
  }

  /** Returns the envelope of a record whose thread has this partition number, or null. */
  private @Nullable Envelope ownEnvelope(Input.Arrival arrival) {
    Envelope envelope = null;
    if (arrival.decoded() instanceof Decoded.Valid valid) {
      envelope = valid.envelope();
    } else if (arrival.decoded() instanceof Decoded.Intake intake) {
      envelope = intake.need();
    }
    Bus bus = context.bus();
    return envelope != null && bus.partitionOf(envelope.threadId()) == number ? envelope : null;
  }
}
