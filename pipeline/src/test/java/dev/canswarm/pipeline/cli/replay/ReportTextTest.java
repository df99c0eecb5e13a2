package dev.canswarm.pipeline.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.replay.Check;
import dev.canswarm.replay.CheckName;
import dev.canswarm.replay.Finding;
import dev.canswarm.replay.ReplayReport;
import dev.canswarm.replay.Status;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A report is readable without colours, without Unicode, and however long its bytes are. */
class ReportTextTest {
  private static final String NEED = "0123456789abcdef".repeat(4);

  private final ReportText plain = new ReportText(false);

  private static ReplayReport report(Finding... findings) {
    return new ReplayReport(
        new ThreadId("t"),
        new NeedId(NEED),
        "ACCEPTED",
        8,
        List.of(
            new Check(CheckName.RECORDS, "8 of 8", List.of()),
            new Check(CheckName.OPLOG, "not the same", List.of(findings))));
  }

  @ParameterizedTest
  @EnumSource
  void aStatusIsAWordWithAndWithoutItsMark(Status status) {
    assertThat(plain.status(status)).isEqualTo(status.name());
    assertThat(new ReportText(true).status(status))
        .endsWith(" " + status.name())
        .hasSizeGreaterThan(5);
  }

  @Test
  void oneLineSaysWhichNeedAndHowItEnded() {
    assertThat(plain.line(report()))
        .isEqualTo("PASS  thread t  NEED 0123456789ab  ACCEPTED  8 envelopes");
    assertThat(plain.line(new ReplayReport(ThreadId.NONE, null, "", 0, List.of())))
        .isEqualTo("PASS  thread (unreadable)  NEED -  -  0 envelopes");
  }

  @Test
  void everyCheckAndFindingIsALine() {
    assertThat(
            plain.lines(
                report(
                    new Finding.Failure("log:7", "is another", "good", "bad"),
                    new Finding.Missing("a DECIDE"),
                    new Finding.Note("", "seen twice"))))
        .containsExactly(
            "FAIL  thread t  NEED 0123456789ab  ACCEPTED  8 envelopes",
            "  PASS        records  8 of 8",
            "  FAIL        op-log   not the same",
            "      log:7: is another",
            "        expected good",
            "        actual   bad",
            "      missing: a DECIDE",
            "      note: seen twice");
  }

  @Test
  void whereNothingIsComparedNothingIsShown() {
    assertThat(plain.lines(report(new Finding.Failure("log:7", "is missing", "", ""))))
        .hasSize(4)
        .last()
        .isEqualTo("      log:7: is missing");
  }

  @Test
  void ofLongTextsThePartThatDiffersIsShown() {
    String same = "s".repeat(10_000);
    List<String> lines =
        plain.lines(
            report(
                new Finding.Failure(
                    "log:7", "differs", same + "GOOD" + same, same + "BAD" + same)));
    assertThat(lines.get(lines.size() - 2))
        .startsWith("        expected [9940 to 11940 of 20004, all with --json] sss")
        .contains("GOOD")
        .hasSizeLessThan(ReportText.SHOWN_CHARS_MAX + 100);
    assertThat(lines.get(lines.size() - 1)).contains("[9940 to 11940 of 20003", "BAD");
  }

  @Test
  void aLongTextAloneIsShownFromItsBeginning() {
    List<String> lines =
        plain.lines(report(new Finding.Failure("log:7", "junk", "", "j".repeat(5_000))));
    assertThat(lines.get(lines.size() - 1)).contains("[0 to 2000 of 5000");
  }

  @ParameterizedTest
  @CsvSource({
    "LANG, en_US.UTF-8, true",
    "LANG, C.utf8, true",
    "LANG, C, false",
    "LC_CTYPE, de_DE.UTF-8, true",
    "LC_ALL, POSIX, false",
  })
  void theEnvironmentSaysWhetherUnicodeIsShown(String name, String value, boolean shown) {
    assertThat(ReportText.showsUtf8(Map.of(name, value))).isEqualTo(shown);
  }

  @Test
  void theStrongerVariableDecides() {
    assertThat(ReportText.showsUtf8(Map.of())).isFalse();
    assertThat(ReportText.showsUtf8(Map.of("LC_ALL", "C", "LANG", "en_US.UTF-8"))).isFalse();
    assertThat(ReportText.showsUtf8(Map.of("LC_ALL", "", "LANG", "en_US.UTF-8"))).isTrue();
  }
}
