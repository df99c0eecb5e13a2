package dev.canswarm.pipeline.sim.check;

import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.Kind;
import dev.canswarm.port.SlotRow;
import dev.canswarm.replay.Check;
import dev.canswarm.replay.Finding;
import dev.canswarm.replay.ReplayRecord;
import dev.canswarm.replay.ReplayReport;
import dev.canswarm.replay.Replayer;
import dev.canswarm.replay.RulesBook;
import dev.canswarm.replay.Status;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** P2: all that was stored goes through replay, which derives it again and compares the bytes. */
public final class Replaying {
  /** Kinds of rows that hold envelopes which count. */
  static final Set<String> KINDS =
      Arrays.stream(Kind.values()).map(Kind::name).collect(Collectors.toCollection(TreeSet::new));

  private final Checker checker;
  private final Replayer replayer;

  /**
   * @param codec with an engine that refuses what was not signed
   */
  public Replaying(Checker checker, EnvelopeCodec codec, RulesBook book) {
    this.checker = checker;
    this.replayer = new Replayer(codec, book);
  }

  /** Replays every NEED. */
  public void check() {
    List<ReplayRecord> records = new ArrayList<>();
    List<SlotRow> rows = new ArrayList<>();
    for (SlotRow row : checker.ledger().rows()) {
      if (KINDS.contains(row.kind())) {
        rows.add(row);
        records.add(new ReplayRecord(row.scope() + " " + row.slot(), row.bytes(), true));
      } else if (row.kind().equals(SlotRow.VERDICT)) {
        rows.add(row);
      }
    }
    for (ReplayReport report : replayer.replay(records, Optional.of(rows))) {
      if (report.status() != Status.PASS) {
        checker.broken(
            Invariant.P2,
            "replay of NEED " + Votes.shortened(report.needId()) + ": " + findings(report));
      }
    }
  }

  private static String findings(ReplayReport report) {
    return report.checks().stream()
        .filter(check -> check.status() != Status.PASS)
        .map(Replaying::text)
        .collect(Collectors.joining("; "));
  }

  private static String text(Check check) {
    return check.name().label()
        + " "
        + check.findings().stream()
            .filter(finding -> finding.status() != Status.PASS)
            .map(Finding::toString)
            .collect(Collectors.joining(", "));
  }
}
