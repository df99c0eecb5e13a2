package dev.canswarm.simulation.check;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.Topics;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.simulation.port.Observer;
import dev.canswarm.simulation.scenario.NeedSpec;
import dev.canswarm.simulation.time.EventLoop;
import dev.canswarm.stage.DeadLetters;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Observes everything that becomes durable, at the moment it does, and checks each invariant
 * against it. It trusts no process: it parses the bytes and counts the votes itself. Not
 * thread-safe.
 */
public final class InvariantChecker implements Observer {
  /** Far more leases than can expire one after the other before the longest deadline. */
  private static final int GRANTS_MAX = 64;

  private final EventLoop loop;
  private final Trace trace;
  private final Coverage coverage;
  private final CheckParameters parameters;
  private final SignatureLog signatures;
  private final ObservedState observed = new ObservedState();
  private final Votes votes;
  private final Map<String, Expected> expected = new HashMap<>();
  private final Set<String> audited = new HashSet<>();
  private final Map<String, byte[]> sentOnce = new HashMap<>();
  private final ChangeOvers changeOvers;
  private final GasFigures gas = new GasFigures();
  private @Nullable InvariantViolation violation;

  /** Creates the checker of one run. */
  public InvariantChecker(
      EventLoop loop,
      Trace trace,
      Coverage coverage,
      CheckParameters parameters,
      SignatureLog signatures) {
    this.loop = loop;
    this.trace = trace;
    this.coverage = coverage;
    this.parameters = parameters;
    this.signatures = signatures;
    this.votes = new Votes(observed, parameters, this::broken);
    this.changeOvers = new ChangeOvers(observed, coverage, this::broken);
  }

  /** Returns the first violation. */
  public Optional<InvariantViolation> violation() {
    return Optional.ofNullable(violation);
  }

  /** Records a violation; only the first is kept. */
  public void broken(Invariant invariant, String detail) {
    if (violation == null) {
      violation = new InvariantViolation(invariant, loop.nowMillis(), detail);
      trace.note("VIOLATION " + invariant, OUTSIDE, detail);
    }
  }

  /** Returns the NEEDs that are stored and not decided. */
  public List<NeedId> undecided() {
    return observed.needs().keySet().stream()
        .filter(
            need -> observed.in(need, "DECIDE") == null && observed.in(need, "FINALIZE") == null)
        .map(NeedId::new)
        .toList();
  }

  /** Returns the id of the NEED that was made of what a client published, or null while none is. */
  public @Nullable NeedId needOf(NeedSpec spec) {
    for (Expected outcome : expected.values()) {
      if (outcome instanceof Expected.End end && end.spec().equals(spec)) {
        SlotRow row = observed.in(end.scope(), end.slot());
        return row == null ? null : row.needId();
      }
    }
    return null;
  }

  ObservedState observed() {
    return observed;
  }

  /** Returns what evaluating the envelope in a row cost, or 0 where no process has done it. */
  long gasOf(SlotRow row) {
    ObservedEnvelope envelope = observed.read(row.bytes());
    return envelope == null ? 0 : gas.of(envelope, row.bytes());
  }

  Map<String, Expected> expected() {
    return expected;
  }

  CheckParameters parameters() {
    return parameters;
  }

  /** A client outside the swarm published a record with this expected outcome. */
  public void fed(MemoryBroker.Stored entry, Expected outcome) {
    expected.put(ObservedState.position(entry.topic(), entry.partition(), entry.offset()), outcome);
  }

  /** A process crashed. */
  public void died(int node) {
    trace.note("died", node, "");
  }

  @Override
  public void filled(int node, List<SlotRow> candidates, List<SlotRow> held) {
    for (int i = 0; i < held.size(); i++) {
      SlotRow row = held.get(i);
      SlotRow before = observed.first(row);
      boolean won = row.sameAnswer(candidates.get(i));
      trace.note(won ? "stored" : "superseded", node, row.slot() + " = " + row.id());
      if (before == null) {
        isNew(node, row);
      } else if (!before.sameAnswer(row)) {
        broken(Invariant.P1, "slot " + row.slot() + " was filled with two answers");
      }
    }
  }

  private void isNew(int node, SlotRow row) {
    switch (row.kind()) {
      case DeadLetters.KIND -> observed.deadSlot(row.slot());
      case SlotRow.VERDICT -> {
        coverage.took("stored", "Judged");
        votes.judged(row);
        changeOvers.judged(row);
      }
      case SlotRow.WAIT -> {
        coverage.took("stored", "Waiting");
        observed.waits(row.slot());
        authentic(row);
      }
      default -> counts(node, row);
    }
  }

  private void counts(int node, SlotRow row) {
    coverage.took("stored", "Message");
    ObservedEnvelope envelope = authentic(row);
    if (envelope == null) {
      return;
    }
    if (observed.stored(envelope.id()) == null) {
      changeOvers.said(envelope);
    }
    observed.stored(row, envelope);
    for (String parent : envelope.parents()) {
      if (observed.stored(parent) == null) {
        broken(Invariant.P2, Votes.brief(envelope) + " is stored before its parent " + parent);
      }
    }
    changeOvers.named(envelope);
    if (row.slot().startsWith("EQUIVOCATION/")) {
      return;
    }
    switch (envelope.verb()) {
      case NEED -> observed.need(row);
      case COMMIT, YIELD -> votes.ended(envelope);
      case ATTEST -> votes.voted(envelope);
      case RELEASE -> votes.released(envelope);
      case FINALIZE -> {
        votes.finalized(envelope);
        changeOvers.finalized(envelope);
      }
      case CLAIM -> claimed(envelope);
      case CANCEL -> cancelled(envelope);
      case CONTROL -> changeOvers.entered(envelope, row);
      case DECIDE -> changeOvers.decided(envelope);
      case PROPOSE -> {
        // Checked through the envelopes that follow from them.
      }
    }
  }

  /** A DECIDE that pins this trust document pins the head of the control chain with a number. */
  public void pins(String trust, long number) {
    changeOvers.pins(trust, number);
  }

  /** Checks that leases of compromised keys ended once every process had followed the entry. */
  void outlived(long followedMillisMax) {
    changeOvers.outlived(followedMillisMax);
  }

  /** Returns how many entries of the control chain are stored. */
  public long entries() {
    return changeOvers.entries();
  }

  /** Returns the hash of the policy that a stored NEED names, or null if it is not stored. */
  public @Nullable String policyOf(NeedId needId) {
    ObservedEnvelope need = observed.stored(needId.text());
    return need == null ? null : need.policy();
  }

  /** P6: only who asked for the NEED cancels it, or an operator. */
  private void cancelled(ObservedEnvelope cancel) {
    ObservedEnvelope need = observed.stored(cancel.needId());
    boolean isOwn = need != null && need.sender().equals(cancel.sender());
    if (!isOwn && !parameters.isOperator(cancel.sender())) {
      broken(
          Invariant.P6, Votes.brief(cancel) + " is neither by the NEED's sender nor an operator");
    }
  }

  /** P7: a task's leases follow one another no faster than they expire. */
  private void claimed(ObservedEnvelope claim) {
    long token = claim.read().requiredSafeInteger("token", 0, Long.MAX_VALUE);
    if (token > GRANTS_MAX) {
      broken(
          Invariant.P7,
          "a task was claimed with token " + token + ", expected at most " + GRANTS_MAX);
    }
  }

  /** P6: its sender signed exactly these bytes and may send this verb. Returns null otherwise. */
  private @Nullable ObservedEnvelope authentic(SlotRow row) {
    ObservedEnvelope envelope = observed.read(row.bytes());
    if (envelope == null) {
      broken(Invariant.P6, "slot " + row.slot() + " holds bytes that are not an envelope");
    } else if (!signatures.holds(envelope.sender(), envelope.signedBytes(), envelope.signature())) {
      broken(Invariant.P6, Votes.brief(envelope) + " was never signed by its sender");
    } else if (!envelope.hasItsPayload()) {
      broken(Invariant.P6, Votes.brief(envelope) + " has a payload that was not signed");
    } else if (!parameters.maySay(envelope.sender(), envelope.verb())) {
      broken(Invariant.P6, Votes.brief(envelope) + " was sent by an agent without the role for it");
    } else {
      return envelope;
    }
    return null;
  }

  @Override
  public void appended(int node, MemoryBroker.Stored entry) {
    String position = ObservedState.position(entry.topic(), entry.partition(), entry.offset());
    if (entry.topic().equals(Topics.DEAD_LETTERS)) {
      deadLettered(node, entry);
      return;
    }
    ObservedEnvelope envelope = observed.read(entry.value());
    trace.note("sent", node, position + " " + (envelope == null ? "?" : envelope.id()));
    if (envelope == null) {
      return;
    }
    observed.appeared(envelope.id());
    if (node == OUTSIDE) {
      return;
    }
    observed.sent(envelope.id());
    SlotRow row = observed.rowOf(envelope.id());
    boolean isStored = row != null && Arrays.equals(row.bytes(), entry.value());
    if (!isStored) {
      broken(
          byVerb(envelope.verb()),
          Votes.brief(envelope) + " was sent but is not stored with the same bytes");
    }
    if (envelope.verb() == Verb.DECIDE || envelope.verb() == Verb.FINALIZE) {
      byte[] value = entry.value();
      String once = envelope.verb() + "/" + envelope.needId();
      byte[] before = value == null ? null : sentOnce.putIfAbsent(once, value);
      if (before != null && !Arrays.equals(before, value)) {
        broken(Invariant.P1, "two different records of " + once + " were sent");
      }
    }
  }

  private static Invariant byVerb(Verb verb) {
    return switch (verb) {
      case DECIDE, FINALIZE -> Invariant.P1;
      case CLAIM, COMMIT, YIELD, RELEASE -> Invariant.P4;
      case NEED, PROPOSE, ATTEST, CANCEL, CONTROL -> Invariant.P2;
    };
  }

  private void deadLettered(int node, MemoryBroker.Stored letter) {
    String position = ObservedState.positionOf(letter);
    String reason = ObservedState.reasonOf(letter);
    trace.note("dead letter", node, position + " " + reason);
    String before = observed.deadLetter(letter);
    if (before == null) {
      coverage.took("refused", reason);
      coverage.took("decoded", "Refused");
    } else if (!before.equals(reason)) {
      broken(Invariant.P5, position + " has two dead letters, " + before + " and " + reason);
    }
    Expected wanted = expected.get(position);
    if (wanted instanceof Expected.End end) {
      if (end.mayBeRefused(reason)) {
        return;
      }
      broken(Invariant.P5, "a valid NEED at " + position + " was dead-lettered: " + reason);
    } else if (wanted instanceof Expected.Refusal refusal && !reason.equals(refusal.reason())) {
      broken(
          Invariant.P6, position + " was refused as " + reason + ", expected " + refusal.reason());
    }
  }

  @Override
  public void inFlight(int node, int records) {
    if (records > parameters.inFlightMax()) {
      broken(
          Invariant.P7,
          "node "
              + node
              + " holds "
              + records
              + " records, expected at most "
              + parameters.inFlightMax());
    }
  }

  /** P5: a record is acknowledged only once everything that follows from it is durable. */
  @Override
  public void acknowledged(int node, Delivery delivery) {
    String position =
        ObservedState.position(delivery.topic(), delivery.partition(), delivery.offset());
    trace.note("done", node, position);
    if (observed.isDead(position)) {
      return;
    }
    if (delivery.topic().equals(Topics.INTAKE)) {
      intakeDone(position);
      return;
    }
    coverage.took("decoded", "Valid");
    if (!audited.contains(node + "/" + position)) {
      broken(
          Invariant.P5,
          position + " was acknowledged by node " + node + " but is not in its audit log");
    }
    ObservedEnvelope envelope = observed.read(delivery.value());
    if (envelope != null
        && observed.stored(envelope.id()) == null
        && !observed.isWaiting(position)
        && !isSuperseded(envelope)) {
      broken(Invariant.P5, position + " was acknowledged but is not stored");
    }
  }

  private void intakeDone(String position) {
    coverage.took("decoded", "Intake");
    coverage.took("say", Verb.NEED);
    if (expected.get(position) instanceof Expected.End end) {
      SlotRow row = observed.in(end.scope(), end.slot());
      if (row == null) {
        broken(Invariant.P5, position + " was acknowledged but its NEED is not stored");
      } else if (!observed.isSent(row.id()) && observed.in(row.id(), "FINALIZE") == null) {
        broken(Invariant.P5, position + " was acknowledged but its NEED was not sent");
      }
    }
  }

  /** Whether another answer holds the slot, or the NEED has ended. */
  private boolean isSuperseded(ObservedEnvelope envelope) {
    if (observed.in(envelope.needId(), "FINALIZE") != null) {
      return true;
    }
    String slot = SlotNames.of(envelope);
    String scope = envelope.verb() == Verb.NEED ? envelope.thread() : envelope.needId();
    return observed.in(scope, slot) != null;
  }

  @Override
  public void closed(int node, NeedId closed) {
    String needId = closed.text();
    trace.note("closed", node, needId);
    SlotRow end = observed.in(needId, "FINALIZE");
    if (end == null) {
      if (observed.needs().containsKey(needId)) {
        broken(Invariant.P5, "NEED " + Votes.shortened(needId) + " was closed without a FINALIZE");
      }
    } else if (!observed.isSent(end.id())) {
      broken(
          Invariant.P5,
          "NEED " + Votes.shortened(needId) + " was closed before its FINALIZE was sent");
    }
  }

  @Override
  public void answered(int node, GateAnswer answer) {
    coverage.took("gate", answer);
    trace.note("gate", node, answer.getClass().getSimpleName());
  }

  @Override
  public void audited(int node, AuditEvent event) {
    coverage.took("audit", event.direction());
    String position = ObservedState.position(event.topic(), event.partition(), event.offset());
    if (event.direction() != Direction.PUBLISHED) {
      audited.add(node + "/" + position);
    }
    trace.note("wrote down", node, event.direction() + " " + position);
    String differs = gas.differs(node, event, observed.read(event.content()));
    if (differs != null) {
      broken(Invariant.P2, differs);
    }
  }
}
