package dev.canswarm.replay;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.ShapeException;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.protocol.verb.Verbs;
import dev.canswarm.replay.History.Closure;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Compares the op-log's rows of a NEED with its envelopes and with what follows from them. */
final class OpLogCheck {
  private final Subject subject;
  private final Findings findings = new Findings();

  private OpLogCheck(Subject subject) {
    this.subject = subject;
  }

  /** Compares with these rows of the NEED, its own included; empty if there is no op-log. */
  static Check check(Subject subject, Optional<List<SlotRow>> rows) {
    OpLogCheck check = new OpLogCheck(subject);
    if (rows.isEmpty()) {
      check.findings.note("", "op-log not compared");
      return check.findings.as(CheckName.OPLOG, "not compared");
    }
    return check.compare(rows.get());
  }

  private Check compare(List<SlotRow> rows) {
    TreeSet<EnvelopeId> held = new TreeSet<>();
    int compared = 0;
    List<SlotRow> sorted = rows.stream().sorted(Comparator.comparing(SlotRow::slot)).toList();
    VerdictRows verdicts = new VerdictRows(subject, findings);
    for (SlotRow row : sorted) {
      if (row.kind().equals(SlotRow.VERDICT)) {
        verdicts.read(row).ifPresent(verdict -> operations(row, at(row), verdict.ops()));
        compared++;
      } else if (!row.kind().equals(SlotRow.WAIT)) {
        Known entry = subject.history().byId(new EnvelopeId(row.id()));
        if (entry == null) {
          findings.note("", "slot " + row.slot() + " holds " + row.id() + ", not in the records");
        } else {
          held.add(entry.id());
          envelope(row, entry);
          compared++;
        }
      }
    }
    for (Known entry : subject.judged()) {
      if (!held.contains(entry.id())) {
        findings.fail(entry.where(), "the op-log does not hold " + entry);
      }
    }
    verdicts.checkAllThere();
    return findings.as(CheckName.OPLOG, compared + " rows compared");
  }

  static String at(SlotRow row) {
    return "op-log " + row.slot();
  }

  private void envelope(SlotRow row, Known entry) {
    if (!Arrays.equals(row.bytes(), entry.envelope().bytes())) {
      findings.fail(
          entry.where(),
          "slot " + row.slot() + " holds other bytes of " + entry,
          RecordedText.escaped(row.bytes()),
          RecordedText.of(entry.envelope().bytes()));
    }
    columns(row, entry);
    String ownSlot = entry.message().slot().key();
    if (!row.slot().equals(ownSlot) && !isSecondSlot(row.slot(), entry)) {
      findings.fail(entry.where(), entry + ": expected in slot " + ownSlot + ", got " + row.slot());
      return;
    }
    Closure causes = subject.causesOf(entry);
    if (!causes.isComplete()) {
      findings.missing("for the operations of " + entry + ": " + causes.missing());
      return;
    }
    List<PlanOp> expected =
        row.slot().equals(ownSlot)
            ? Verbs.ops(entry.envelope(), entry.message().payload(), subject.history().view(causes))
            : List.of();
    operations(row, entry.where(), expected);
  }

  /** Whether a slot is the second one of a RELEASE after an expiry, or that of an opposite vote. */
  private static boolean isSecondSlot(String slot, Known entry) {
    if (entry.message().payload() instanceof Release release) {
      return release.cause() == Release.Cause.EXPIRED
          && slot.equals(Slot.release(release.taskId(), release.token()).key());
    }
    return entry.message().payload() instanceof Attest attest
        && slot.equals(Slot.equivocation(attest.target(), entry.envelope().sender()).key());
  }

  /** The SQL views show some columns of the row beside each operation's payload. */
  private void columns(SlotRow row, Known entry) {
    Envelope envelope = entry.envelope();
    String expected =
        columns(
            Slot.scopeOf(envelope),
            envelope.threadId(),
            envelope.verb().name(),
            envelope.sender().base64(),
            envelope.lamport(),
            envelope.timestampNs());
    String actual =
        columns(
            row.scope(),
            row.threadId(),
            row.kind(),
            row.sender(),
            row.lamport(),
            row.timestampNs());
    if (!expected.equals(actual)) {
      findings.fail(
          entry.where(),
          "slot " + row.slot() + ": the op-log's columns are not those of " + entry,
          expected,
          actual);
    }
  }

  private static String columns(
      String scope, ThreadId thread, String kind, String sender, long lamport, long timestampNs) {
    return "scope=%s thread_id=%s kind=%s sender=%s lamport=%d timestamp_ns=%d"
        .formatted(scope, thread, kind, sender, lamport, timestampNs);
  }

  private void operations(SlotRow row, String where, List<PlanOp> expected) {
    String derived = PlanOp.toJson(expected);
    if (!derived.equals(canonical(row.ops()))) {
      findings.fail(
          where, "slot " + row.slot() + ": the op-log has other operations", derived, row.ops());
    }
  }

  /** The store may keep another spelling of the same JSON. */
  private static String canonical(String ops) {
    try {
      return PlanOp.toJson(PlanOp.fromJson(ops));
    } catch (JsonException | ShapeException | IllegalArgumentException e) {
      return ops;
    }
  }
}
