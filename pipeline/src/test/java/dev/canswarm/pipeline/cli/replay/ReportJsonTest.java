package dev.canswarm.pipeline.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.replay.Check;
import dev.canswarm.replay.CheckName;
import dev.canswarm.replay.Finding;
import dev.canswarm.replay.ReplayReport;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A report for scripts has every finding, whole, with its kind as the list that it is in. */
class ReportJsonTest {
  @Test
  void everyFindingIsInTheListOfItsKind() {
    ReplayReport report =
        new ReplayReport(
            new ThreadId("t"),
            new NeedId("n"),
            "ACCEPTED",
            8,
            List.of(
                new Check(
                    CheckName.OPLOG,
                    "not the same",
                    List.of(
                        new Finding.Failure("log:7", "is another", "good", "bad"),
                        new Finding.Missing("a DECIDE"),
                        new Finding.Note("log:8", "seen twice")))));
    assertThat(ReportJson.of(report).toString())
        .isEqualTo(
            "{thread_id=t, need_id=n, status=FAIL, outcome=ACCEPTED, envelopes=8, checks=["
                + "{name=op-log, status=FAIL, summary=not the same, failures=["
                + "{where=log:7, detail=is another, expected=good, actual=bad}],"
                + " missing=[a DECIDE], notes=[{where=log:8, text=seen twice}]}]}");
  }

  @Test
  void textsAreNotShortenedAsTheyAreForPeople() {
    String large = "x".repeat(3 * ReportText.SHOWN_CHARS_MAX);
    ReplayReport report =
        new ReplayReport(
            new ThreadId("t"),
            new NeedId("n"),
            "",
            0,
            List.of(
                new Check(CheckName.RECORDS, "", List.of(new Finding.Failure("", "", large, "")))));
    assertThat(ReportJson.of(report).toString()).contains(large);
  }
}
