package dev.canswarm.replay;

import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.payload.Finalize;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Runs the records of some NEEDs through the protocol's own code again and reports which checks
 * hold. Pure, immutable and thread-safe; no record can make it throw.
 *
 * <p>Records of several nodes go in together; neither their order nor how often each is repeated
 * changes a report. It holds all records that it is given: give it one thread's, or some threads'.
 * Work grows with the square of the number of envelopes of one NEED.
 */
public final class Replayer {
  private final RecordReader reader;
  private final RulesBook book;

  /**
   * @param codec of the swarm, with a strict engine
   * @param book the rules by which the records may have been made
   */
  public Replayer(EnvelopeCodec codec, RulesBook book) {
    this.reader = new RecordReader(codec);
    this.book = book;
  }

  /**
   * Derives everything again that was derived for these NEEDs, and compares.
   *
   * @param records all that was recorded of these NEEDs
   * @param opLog the op-log's rows of these NEEDs, their own rows included; empty to leave the
   *     op-log out
   * @return a report for each NEED, by id; before them one of the records that belong to none that
   *     can be read
   */
  public List<ReplayReport> replay(
      Collection<ReplayRecord> records, Optional<List<SlotRow>> opLog) {
    List<ReplayReport> reports = new ArrayList<>();
    for (NeedRecords need : reader.read(records).values()) {
      NeedId id = need.needId();
      reports.add(id == null ? unreadable(need) : replay(id, need, opLog.map(all -> of(id, all))));
    }
    return reports;
  }

  private static List<SlotRow> of(NeedId needId, List<SlotRow> rows) {
    return rows.stream().filter(row -> needId.equals(row.needId())).toList();
  }

  private static ReplayReport unreadable(NeedRecords need) {
    return new ReplayReport(
        need.threadId(), null, "", need.entries().size(), List.of(need.check()));
  }

  private ReplayReport replay(NeedId needId, NeedRecords need, Optional<List<SlotRow>> rows) {
    List<Check> checks = new ArrayList<>();
    checks.add(need.check());
    Findings payloads = new Findings();
    Subject subject = new SubjectReader(book, needId, need, payloads).read();
    checks.add(guarded(CheckName.POLICY, () -> PolicyReplay.check(subject, payloads)));
    checks.add(guarded(CheckName.CLOSURE, () -> ClosureCheck.check(subject)));
    checks.add(guarded(CheckName.ORDER, () -> OrderCheck.check(subject)));
    checks.add(guarded(CheckName.ONCE, () -> SlotChecks.once(subject)));
    checks.add(guarded(CheckName.LEASES, () -> SlotChecks.leases(subject)));
    checks.add(guarded(CheckName.VOTES, () -> VoteCheck.check(subject)));
    checks.add(guarded(CheckName.DERIVED, () -> DerivationCheck.check(subject)));
    checks.add(guarded(CheckName.RESULT, () -> ResultCheck.check(subject)));
    checks.add(guarded(CheckName.OPLOG, () -> OpLogCheck.check(subject, rows)));
    Known end = subject.end();
    String outcome = end == null ? "" : end.message().as(Finalize.class).outcome().name();
    return new ReplayReport(
        subject.history().threadId(), needId, outcome, need.entries().size(), checks);
  }

  /**
   * Runs a check; an exception of a role, on messages that could not have been stored, is a
   * failure.
   */
  private static Check guarded(CheckName name, Supplier<Check> check) {
    try {
      return check.get();
    } catch (RuntimeException e) {
      Findings findings = new Findings();
      findings.fail("", "these records could never have been stored: " + e);
      return findings.as(name, "broke off");
    }
  }
}
