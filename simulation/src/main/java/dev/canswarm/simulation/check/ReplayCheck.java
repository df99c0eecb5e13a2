package dev.canswarm.simulation.check;

import dev.canswarm.control.TrustState;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.SlotRow;
import dev.canswarm.replay.Check;
import dev.canswarm.replay.ControlReplay;
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

/**
 * P2: replays everything stored, which derives it again and compares the bytes, and the gas with
 * the processes' figures.
 */
public final class ReplayCheck {
  /** Kinds of rows that hold envelopes. */
  static final Set<String> VERBS =
      Arrays.stream(Verb.values()).map(Verb::name).collect(Collectors.toCollection(TreeSet::new));

  private final InvariantChecker checker;
  private final EnvelopeCodec codec;
  private final RulesBook book;
  private final TrustState genesis;

  /**
   * @param codec a codec whose engine rejects forgeries
   * @param genesis with which the control chain begins
   */
  public ReplayCheck(
      InvariantChecker checker, EnvelopeCodec codec, RulesBook book, TrustState genesis) {
    this.checker = checker;
    this.codec = codec;
    this.book = book;
    this.genesis = genesis;
  }

  /** Replays every NEED of the run, and reports what differs. */
  public void check() {
    List<ReplayRecord> records = new ArrayList<>();
    List<SlotRow> rows = new ArrayList<>();
    for (SlotRow row : checker.observed().rows()) {
      if (VERBS.contains(row.kind())) {
        rows.add(row);
        records.add(
            new ReplayRecord(
                row.scope() + " " + row.slot(), row.bytes(), true, checker.gasOf(row)));
      } else if (row.kind().equals(SlotRow.VERDICT)) {
        rows.add(row);
      }
    }
    ControlReplay control = ControlReplay.of(genesis, records, codec);
    if (control.check().status() != Status.PASS) {
      checker.broken(Invariant.P2, "replay of the control chain: " + findings(control.report()));
    }
    Replayer replayer = new Replayer(codec, book.with(control.history()));
    for (ReplayReport report : replayer.replay(records, Optional.of(rows))) {
      if (report.status() != Status.PASS) {
        checker.broken(
            Invariant.P2,
            "replay of NEED "
                + Votes.shortened(String.valueOf(report.needId()))
                + ": "
                + findings(report));
      }
    }
  }

  private static String findings(ReplayReport report) {
    return report.checks().stream()
        .filter(check -> check.status() != Status.PASS)
        .map(ReplayCheck::text)
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
