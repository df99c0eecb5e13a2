package dev.canswarm.pipeline.cli.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Engines;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One line for each verdict, the totals last, and an exit code that a script can trust. */
class VerifyReportTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console =
      new Console(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false);

  private static Envelope need() {
    return new EnvelopeCodec("can-swarm", Engines.portable(), EnvelopeLimits.DEFAULT)
        .sign(
            Draft.need(new ThreadId("t"), "nonce", "c".repeat(64), JsonObject.empty()),
            Engines.portable().signingKey(new byte[32]),
            1);
  }

  private List<String> lines() {
    return out.toString(UTF_8).lines().toList();
  }

  @Test
  void everyVerdictIsALineAndTheTotalsComeLast() {
    Envelope need = need();
    VerifyReport report = new VerifyReport(console, false);
    report.add(1, new LineVerdict.Good(need, true, ""));
    report.add(2, new LineVerdict.Good(need, false, "DELIVERED"));
    report.add(3, new LineVerdict.Bad(Reason.BAD_ID, "id: expected a, got b"));
    report.add(4, new LineVerdict.Bad(Reason.BAD_ID, "id: expected a, got b"));
    report.add(5, new LineVerdict.Bad(Reason.TOO_LARGE, "line"));
    report.add(6, new LineVerdict.Skipped("DEAD_LETTERED note"));
    report.add(7, new LineVerdict.Checkpoint("node", 9));
    assertThat(report.end()).isEqualTo(ExitCode.FAILED);
    String id = need.id().text().substring(0, 12);
    assertThat(lines())
        .containsExactly(
            "good  1  NEED      " + id + "  t",
            "good  2  NEED      " + id + "  t  DELIVERED  (not in canonical form)",
            "bad   3  BAD_ID  id: expected a, got b",
            "bad   4  BAD_ID  id: expected a, got b",
            "bad   5  TOO_LARGE  line",
            "skip  6  DEAD_LETTERED note",
            "good  7  checkpoint after record 9",
            "7 lines: 3 good, 3 bad, 1 skipped (2 BAD_ID, 1 TOO_LARGE)");
  }

  @Test
  void quietlyOnlyWhatIsBadIsShown() {
    VerifyReport report = new VerifyReport(console, true);
    report.add(1, new LineVerdict.Good(need(), true, ""));
    report.add(2, new LineVerdict.Skipped("RAW_DELIVERED"));
    report.add(3, new LineVerdict.Checkpoint("node", 9));
    assertThat(report.end()).isEqualTo(ExitCode.OK);
    assertThat(lines()).containsExactly("3 lines: 2 good, 0 bad, 1 skipped");
  }

  @Test
  void nothingVerifiedIsNotASuccess() {
    assertThat(new VerifyReport(console, false).end()).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString(UTF_8)).contains("nothing to verify");
    VerifyReport skipping = new VerifyReport(console, false);
    skipping.add(1, new LineVerdict.Skipped("RAW_DELIVERED"));
    assertThat(skipping.end()).isEqualTo(ExitCode.FAILED);
    assertThat(lines()).last().isEqualTo("1 line: 0 good, 0 bad, 1 skipped");
  }

  @Test
  void controlCharactersOfForeignTextDoNotReachTheTerminal() {
    VerifyReport report = new VerifyReport(console, false);
    report.add(1, new LineVerdict.Bad(Reason.BAD_SHAPE, "got \u001b[2J\nbad"));
    report.add(2, new LineVerdict.Skipped("note \u0007"));
    assertThat(lines())
        .containsExactly("bad   1  BAD_SHAPE  got \\u001b[2J\\u000abad", "skip  2  note \\u0007");
  }

  @Test
  void withJsonEveryVerdictIsAnObject() {
    console.useJson();
    Envelope need = need();
    VerifyReport report = new VerifyReport(console, false);
    report.add(1, new LineVerdict.Good(need, true, "PUBLISHED"));
    report.add(2, new LineVerdict.Bad(Reason.BAD_ID, "id"));
    report.end();
    assertThat(lines().get(0))
        .startsWith("{\"type\":\"line\",\"line\":1,\"verdict\":\"good\",\"kind\":\"NEED\"")
        .contains("\"id\":\"" + need.id(), "\"canonical\":true", "\"audited\":\"PUBLISHED\"");
    assertThat(lines().get(1))
        .isEqualTo(
            "{\"type\":\"line\",\"line\":2,\"verdict\":\"bad\",\"reason\":\"BAD_ID\","
                + "\"detail\":\"id\"}");
    assertThat(lines().get(2))
        .contains("\"type\":\"summary\"", "\"good\":1", "\"bad\":1", "{\"BAD_ID\":1}");
  }
}
