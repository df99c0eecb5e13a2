package dev.canswarm.replay;

import dev.canswarm.envelope.Kind;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slots;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.replay.History.Closure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

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

  /** Reads a row and derives its verdict again; empty where it holds none. */
  Optional<Verdict> read(SlotRow row) {
    try {
      Verdict verdict = Verdict.parse(row.bytes());
      found.add(row.slot());
      if (!verdict.slot().equals(row.slot()) || !verdict.id().equals(row.id())) {
        findings.fail(
            OpLogCheck.at(row), "holds the verdict of " + verdict.slot() + ", id " + verdict.id());
      } else {
        place(row);
        derive(row, verdict);
      }
      return Optional.of(verdict);
    } catch (RuntimeException e) {
      findings.fail(
          OpLogCheck.at(row), "no verdict: " + e.getMessage(), "", Texts.escaped(row.bytes()));
      return Optional.empty();
    }
  }

  /** Nobody signs a verdict: beside its NEED and thread its columns say nothing. */
  private void place(SlotRow row) {
    String needId = subject.history().needId();
    String expected = place(needId, subject.history().threadId(), "", 0, 0);
    String actual =
        place(row.scope(), row.threadId(), row.sender(), row.lamport(), row.timestampNs());
    if (!expected.equals(actual)) {
      findings.fail(OpLogCheck.at(row), "the op-log's columns are not its own", expected, actual);
    }
  }

  private static String place(
      String scope, String thread, String sender, long lamport, long timestampNs) {
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
    List<String> causes = new ArrayList<>(verdict.counted());
    causes.add(commit.get().id());
    Closure closure = subject.history().closure(causes);
    if (!closure.isComplete()) {
      findings.missing("for " + row.slot() + ": " + closure.missing());
      return;
    }
    NeedView view = subject.history().view(closure);
    Optional<Verdict> derived =
        new Derivation(rules).verdict(verdict, view, commit.get().envelope().sender());
    if (!derived.equals(Optional.of(verdict))) {
      findings.fail(
          OpLogCheck.at(row),
          "another verdict follows from what it counted",
          derived.map(Verdict::toString).orElse(""),
          verdict.toString());
    }
  }

  private Optional<Known> commit(Verdict verdict) {
    return subject.judged(Kind.COMMIT).stream()
        .filter(entry -> slotOf(entry.message().payload()).equals(verdict.slot()))
        .findFirst();
  }

  /** A RELEASE or FINALIZE that follows from votes, or from a COMMIT, follows from its verdict. */
  void checkAllThere() {
    for (Known entry : subject.judged()) {
      boolean follows =
          entry.kind() == Kind.FINALIZE
              || (entry.message().payload() instanceof Release release
                  && release.cause() != Release.Cause.PANEL);
      if (follows) {
        for (String parent : entry.envelope().parents()) {
          Known cause = subject.history().byId(parent);
          String slot = cause == null ? "" : slotOf(cause.message().payload());
          if (!slot.isEmpty() && found.add(slot)) {
            findings.fail(
                entry.where(), "the op-log does not hold " + slot + ", which " + entry + " needs");
          }
        }
      }
    }
  }

  /** The verdict that a vote or a COMMIT leads to; empty for anything else. */
  private static String slotOf(Payload payload) {
    if (payload instanceof Commit commit) {
      return Slots.verdict(commit.taskId(), commit.attempt());
    }
    Attest.Work work = payload instanceof Attest attest ? attest.work() : null;
    return work == null ? "" : Slots.verdict(work.taskId(), work.attempt());
  }
}
