package dev.canswarm.pipeline.sim.check;

import dev.canswarm.envelope.Kind;
import dev.canswarm.pipeline.sim.port.Watch;
import dev.canswarm.pipeline.sim.time.EventLoop;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.Topics;
import dev.canswarm.port.memory.MemoryBroker;
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
 * Sees everything that becomes durable, at the moment it does, and checks each invariant against
 * what it has seen. It believes no process: it reads the bytes itself and counts again.
 */
public final class Checker implements Watch {
  /** Far more grants than fit into the longest deadline, each with its lease. */
  private static final int GRANTS_MAX = 64;

  private final EventLoop loop;
  private final Trace trace;
  private final Branches branches;
  private final Terms terms;
  private final Signed signed;
  private final Ledger ledger = new Ledger();
  private final Votes votes;
  private final Map<String, Expected> expected = new HashMap<>();
  private final Set<String> audited = new HashSet<>();
  private final Map<String, byte[]> sentOnce = new HashMap<>();
  private @Nullable Violation violation;

  /** A checker of one run. */
  public Checker(EventLoop loop, Trace trace, Branches branches, Terms terms, Signed signed) {
    this.loop = loop;
    this.trace = trace;
    this.branches = branches;
    this.terms = terms;
    this.signed = signed;
    this.votes = new Votes(ledger, terms, this::broken);
  }

  /** The first thing that did not hold. */
  public Optional<Violation> violation() {
    return Optional.ofNullable(violation);
  }

  /** Something does not hold; the first such thing is what counts. */
  public void broken(Invariant invariant, String detail) {
    if (violation == null) {
      violation = new Violation(invariant, loop.nowMillis(), detail);
      trace.note("VIOLATION " + invariant, OUTSIDE, detail);
    }
  }

  /** NEEDs that are stored and not decided. */
  public List<String> undecided() {
    return ledger.needs().keySet().stream()
        .filter(need -> ledger.in(need, "DECIDE") == null && ledger.in(need, "FINALIZE") == null)
        .toList();
  }

  Ledger ledger() {
    return ledger;
  }

  Map<String, Expected> expected() {
    return expected;
  }

  Terms terms() {
    return terms;
  }

  /** A record was fed from outside, and this is what has to come of it. */
  public void fed(MemoryBroker.Stored entry, Expected outcome) {
    expected.put(Ledger.position(entry.topic(), entry.partition(), entry.offset()), outcome);
  }

  /** A process died. */
  public void died(int node) {
    trace.note("died", node, "");
  }

  @Override
  public void filled(int node, List<SlotRow> candidates, List<SlotRow> held) {
    for (int i = 0; i < held.size(); i++) {
      SlotRow row = held.get(i);
      SlotRow before = ledger.first(row);
      boolean won = row.sameAnswer(candidates.get(i));
      trace.note(won ? "stored" : "superseded", node, row.slot() + " = " + row.id());
      if (before == null) {
        isNew(node, row);
      } else if (!before.sameAnswer(row)) {
        broken(Invariant.P1, "slot " + row.slot() + " was filled twice");
      }
    }
  }

  private void isNew(int node, SlotRow row) {
    switch (row.kind()) {
      case DeadLetters.KIND -> ledger.deadSlot(row.slot());
      case SlotRow.VERDICT -> {
        branches.took("stored", "Judged");
        votes.judged(row);
      }
      case SlotRow.WAIT -> {
        branches.took("stored", "Waiting");
        ledger.waits(row.slot());
        authentic(row);
      }
      default -> counts(node, row);
    }
  }

  private void counts(int node, SlotRow row) {
    branches.took("stored", "Message");
    Seen envelope = authentic(row);
    if (envelope == null) {
      return;
    }
    ledger.stored(row, envelope);
    for (String parent : envelope.parents()) {
      if (ledger.stored(parent) == null) {
        broken(Invariant.P2, Votes.brief(envelope) + " counts before its parent " + parent);
      }
    }
    if (row.slot().startsWith("EQUIVOCATION/")) {
      return;
    }
    switch (envelope.kind()) {
      case NEED -> ledger.need(row);
      case COMMIT, YIELD -> votes.ended(envelope);
      case ATTEST -> votes.voted(envelope);
      case RELEASE -> votes.released(envelope);
      case FINALIZE -> votes.finalized(envelope);
      case CLAIM -> claimed(envelope);
      case PROPOSE, DECIDE -> {
        // Checked by what follows from them.
      }
    }
  }

  /** P7: a task's leases follow one another no faster than they run out. */
  private void claimed(Seen claim) {
    long token = claim.read().requiredSafeInteger("token", 0, Long.MAX_VALUE);
    if (token > GRANTS_MAX) {
      broken(Invariant.P7, "a task is claimed for the " + token + "th time");
    }
  }

  /** P6: really signed by its sender, who may say it, over exactly this. */
  private @Nullable Seen authentic(SlotRow row) {
    Seen envelope = ledger.read(row.bytes());
    if (envelope == null) {
      broken(Invariant.P6, "slot " + row.slot() + " holds what is no envelope");
    } else if (!signed.holds(envelope.sender(), envelope.signedBytes(), envelope.signature())) {
      broken(Invariant.P6, Votes.brief(envelope) + " was never signed by its sender");
    } else if (!envelope.hasItsPayload()) {
      broken(Invariant.P6, Votes.brief(envelope) + " has another payload than was signed");
    } else if (!terms.maySay(envelope.sender(), envelope.kind())) {
      broken(Invariant.P6, Votes.brief(envelope) + " is by a sender who may not say it");
    } else {
      return envelope;
    }
    return null;
  }

  @Override
  public void appended(int node, MemoryBroker.Stored entry) {
    String position = Ledger.position(entry.topic(), entry.partition(), entry.offset());
    if (entry.topic().equals(Topics.DEAD_LETTERS)) {
      deadLettered(node, entry);
      return;
    }
    Seen envelope = ledger.read(entry.value());
    trace.note("sent", node, position + " " + (envelope == null ? "?" : envelope.id()));
    if (envelope == null) {
      return;
    }
    ledger.appeared(envelope.id());
    if (node == OUTSIDE) {
      return;
    }
    ledger.sent(envelope.id());
    SlotRow row = ledger.rowOf(envelope.id());
    boolean isStored = row != null && Arrays.equals(row.bytes(), entry.value());
    if (!isStored) {
      broken(
          byKind(envelope.kind()), Votes.brief(envelope) + " was sent and is not what is stored");
    }
    if (envelope.kind() == Kind.DECIDE || envelope.kind() == Kind.FINALIZE) {
      byte[] value = entry.value();
      String once = envelope.kind() + "/" + envelope.needId();
      byte[] before = value == null ? null : sentOnce.putIfAbsent(once, value);
      if (before != null && !Arrays.equals(before, value)) {
        broken(Invariant.P1, "two of " + once + " were sent");
      }
    }
  }

  private static Invariant byKind(Kind kind) {
    return switch (kind) {
      case DECIDE, FINALIZE -> Invariant.P1;
      case CLAIM, COMMIT, YIELD, RELEASE -> Invariant.P4;
      case NEED, PROPOSE, ATTEST -> Invariant.P2;
    };
  }

  private void deadLettered(int node, MemoryBroker.Stored letter) {
    String position = Ledger.positionOf(letter);
    String reason = Ledger.reasonOf(letter);
    trace.note("dead letter", node, position + " " + reason);
    String before = ledger.deadLetter(letter);
    if (before == null) {
      branches.took("refused", reason);
      branches.took("received", "Refused");
    } else if (!before.equals(reason)) {
      broken(Invariant.P5, position + " has two dead letters, " + before + " and " + reason);
    }
    Expected wanted = expected.get(position);
    if (wanted instanceof Expected.End) {
      broken(Invariant.P5, "a good NEED at " + position + " was dead-lettered: " + reason);
    } else if (wanted instanceof Expected.Refusal refusal && !reason.equals(refusal.reason())) {
      broken(
          Invariant.P6, position + " was refused as " + reason + ", expected " + refusal.reason());
    }
  }

  @Override
  public void inFlight(int node, int records) {
    if (records > terms.inFlightMax()) {
      broken(Invariant.P7, "node " + node + " holds " + records + " records");
    }
  }

  /** P5: a record is acknowledged when all that follows from it is durable, and not before. */
  @Override
  public void acknowledged(int node, Delivery delivery) {
    String position = Ledger.position(delivery.topic(), delivery.partition(), delivery.offset());
    trace.note("done", node, position);
    if (ledger.isDead(position)) {
      return;
    }
    if (delivery.topic().equals(Topics.INTAKE)) {
      intakeDone(position);
      return;
    }
    branches.took("received", "Valid");
    if (!audited.contains(node + "/" + position)) {
      broken(Invariant.P5, position + " is acknowledged by node " + node + " and not written down");
    }
    Seen envelope = ledger.read(delivery.value());
    if (envelope != null
        && ledger.stored(envelope.id()) == null
        && !ledger.isWaiting(position)
        && !isSuperseded(envelope)) {
      broken(Invariant.P5, position + " is acknowledged and stored nowhere");
    }
  }

  private void intakeDone(String position) {
    branches.took("received", "Intake");
    branches.took("say", Kind.NEED);
    if (expected.get(position) instanceof Expected.End end) {
      SlotRow row = ledger.in(end.scope(), end.slot());
      if (row == null) {
        broken(Invariant.P5, position + " is acknowledged and its NEED is stored nowhere");
      } else if (!ledger.isSent(row.id()) && ledger.in(row.id(), "FINALIZE") == null) {
        broken(Invariant.P5, position + " is acknowledged and its NEED was not sent");
      }
    }
  }

  /** Somebody else's answer holds the slot, or all is over. */
  private boolean isSuperseded(Seen envelope) {
    if (ledger.in(envelope.needId(), "FINALIZE") != null) {
      return true;
    }
    String slot = Slot.of(envelope);
    String scope = envelope.kind() == Kind.NEED ? envelope.thread() : envelope.needId();
    return ledger.in(scope, slot) != null;
  }

  @Override
  public void closed(int node, String needId) {
    trace.note("closed", node, needId);
    SlotRow end = ledger.in(needId, "FINALIZE");
    if (end == null) {
      if (ledger.needs().containsKey(needId)) {
        broken(Invariant.P5, "NEED " + Votes.shortened(needId) + " is closed without an end");
      }
    } else if (!ledger.isSent(end.id())) {
      broken(Invariant.P5, "NEED " + Votes.shortened(needId) + " is closed, its FINALIZE not sent");
    }
  }

  @Override
  public void answered(int node, GateAnswer answer) {
    branches.took("gate", answer);
    trace.note("gate", node, answer.getClass().getSimpleName());
  }

  @Override
  public void audited(int node, AuditEvent event) {
    branches.took("audit", event.direction());
    String position = Ledger.position(event.topic(), event.partition(), event.offset());
    if (event.direction() != Direction.PUBLISHED) {
      audited.add(node + "/" + position);
    }
    trace.note("wrote down", node, event.direction() + " " + position);
  }
}
