package dev.canswarm.replay;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Head;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.derive.Derivation;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.replay.History.Closure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The verdicts in the op-log: never sent, so only the op-log has them. Each is derived again from
 * what it counted, and each that something follows from must be there. Not thread-safe.
 */
final class VerdictRows {
  private final Subject subject;
  private final Findings findings;
  private final TreeSet<String> found = new TreeSet<>();

  VerdictRows(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
  }

  /** Reads a row and derives its verdict again; empty if it holds none. */
  Optional<Verdict> read(SlotRow row) {
    try {
      Verdict verdict = Verdict.parse(row.bytes());
      found.add(row.slot());
      if (!verdict.slot().key().equals(row.slot()) || !verdict.id().equals(row.id())) {
        findings.fail(
            OpLogCheck.at(row), "holds the verdict of " + verdict.slot() + ", id " + verdict.id());
      } else {
        place(row);
        derive(row, verdict);
      }
      return Optional.of(verdict);
    } catch (RuntimeException e) {
      findings.fail(
          OpLogCheck.at(row),
          "no verdict: " + e.getMessage(),
          "",
          RecordedText.escaped(row.bytes()));
      return Optional.empty();
    }
  }

  /**
   * Checks a verdict's row: it is not signed, so beside its NEED and thread its columns are empty.
   */
  private void place(SlotRow row) {
    String needId = subject.history().needId().text();
    String expected = place(needId, subject.history().threadId(), "", 0, 0);
    String actual =
        place(row.scope(), row.threadId(), row.sender(), row.lamport(), row.timestampNs());
    if (!expected.equals(actual)) {
      findings.fail(OpLogCheck.at(row), "the op-log's columns are not its own", expected, actual);
    }
  }

  private static String place(
      String scope, ThreadId thread, String sender, long lamport, long timestampNs) {
    return "scope=%s thread_id=%s sender=%s lamport=%d timestamp_ns=%d"
        .formatted(scope, thread, sender, lamport, timestampNs);
  }

  private void derive(SlotRow row, Verdict verdict) {
    Rules rules = subject.rules();
    Optional<Known> commit = commit(verdict);
    if (rules == null || commit.isEmpty()) {
      subject.missRules(findings);
      if (commit.isEmpty()) {
        findings.missing("for " + row.slot() + ": the COMMIT that it is about");
      }
      return;
    }
    List<EnvelopeId> causes = new ArrayList<>(verdict.counted());
    causes.add(commit.get().id());
    Closure closure = subject.history().closure(causes);
    if (!closure.isComplete()) {
      findings.missing("for " + row.slot() + ": " + closure.missing());
      return;
    }
    Optional<Head> counted = rules.heads().find(verdict.control());
    if (counted.isEmpty()) {
      findings.missing("for " + row.slot() + ": the control entry " + verdict.control());
      return;
    }
    NeedView view = subject.history().view(closure);
    Optional<Verdict> derived =
        new Derivation(rules.under(counted.get()))
            .verdict(verdict, view, commit.get().envelope().sender());
    if (!derived.equals(Optional.of(verdict))) {
      findings.fail(
          OpLogCheck.at(row),
          "another verdict follows from what it counted",
          derived.map(Verdict::toString).orElse(""),
          verdict.toString());
    }
  }

  private Optional<Known> commit(Verdict verdict) {
    return subject.judged(Verb.COMMIT).stream()
        .filter(entry -> verdict.slot().equals(slotOf(entry.message().payload())))
        .findFirst();
  }

  /** A RELEASE or FINALIZE that follows from votes, or from a COMMIT, follows from its verdict. */
  void checkAllThere() {
    for (Known entry : subject.judged()) {
      boolean follows =
          entry.verb() == Verb.FINALIZE
              || (entry.message().payload() instanceof Release release
                  && release.cause() != Release.Cause.PANEL);
      if (follows) {
        for (EnvelopeId parent : entry.envelope().parents()) {
          Known cause = subject.history().byId(parent);
          Slot slot = cause == null ? null : slotOf(cause.message().payload());
          if (slot != null && found.add(slot.key())) {
            findings.fail(
                entry.where(), "the op-log does not hold " + slot + ", which " + entry + " needs");
          }
        }
      }
    }
  }

  /** The verdict that a vote or a COMMIT leads to; null for anything else. */
  private static @Nullable Slot slotOf(Payload payload) {
    if (payload instanceof Commit commit) {
      return Slot.verdict(commit.taskId(), commit.attempt());
    }
    Attest.Work work = payload instanceof Attest attest ? attest.work() : null;
    return work == null ? null : Slot.verdict(work.taskId(), work.attempt());
  }
}
