package dev.canswarm.pipeline.cli.verify;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.pipeline.cli.Console;
import dev.canswarm.pipeline.cli.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Says each verdict, and at the end how many of each there were. Not thread-safe. */
final class VerifyReport {
  private static final int ID_CHARS = 12;
  private static final String LINE = "%-4s  %d  %s";

  private final Console console;
  private final boolean quiet;
  private final Map<String, Long> reasons = new TreeMap<>();
  private long lines;
  private long good;
  private long bad;
  private long skipped;

  /**
   * @param quiet whether what holds is left unsaid
   */
  VerifyReport(Console console, boolean quiet) {
    this.console = console;
    this.quiet = quiet;
  }

  void add(long number, Verdict verdict) {
    lines++;
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("line", number);
    if (verdict instanceof Verdict.Bad refused) {
      bad++;
      reasons.merge(refused.reason().name(), 1L, Long::sum);
      members.put("verdict", "bad");
      members.put("reason", refused.reason().name());
      members.put("detail", refused.detail());
      String text = refused.reason() + "  " + printable(refused.detail());
      say(members, LINE.formatted("bad", number, text));
    } else if (verdict instanceof Verdict.Skipped skip) {
      skipped++;
      members.put("verdict", "skipped");
      members.put("detail", skip.what());
      sayUnlessQuiet(members, LINE.formatted("skip", number, printable(skip.what())));
    } else if (verdict instanceof Verdict.Checkpoint checkpoint) {
      good++;
      members.put("verdict", "good");
      members.put("checkpoint", checkpoint.records());
      members.put("node", checkpoint.node());
      String text = "checkpoint after record " + checkpoint.records();
      sayUnlessQuiet(members, LINE.formatted("good", number, text));
    } else if (verdict instanceof Verdict.Good holds) {
      good++;
      members.put("verdict", "good");
      members.putAll(members(holds));
      sayUnlessQuiet(members, LINE.formatted("good", number, text(holds)));
    }
  }

  /**
   * Says the totals.
   *
   * @return of {@link ExitCode}
   */
  int end() {
    int exit = bad == 0 && good > 0 ? ExitCode.OK : ExitCode.FAILED;
    if (lines == 0) {
      console.note("swarm: nothing to verify: expected an envelope a line, got no line");
    }
    console.result(
        "%d %s: %d good, %d bad, %d skipped%s"
            .formatted(lines, lines == 1 ? "line" : "lines", good, bad, skipped, reasons()));
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("lines", lines);
    members.put("good", good);
    members.put("bad", bad);
    members.put("skipped", skipped);
    members.put("reasons", reasons);
    console.summary(exit, members);
    return exit;
  }

  private String reasons() {
    if (reasons.isEmpty()) {
      return "";
    }
    var text = new StringBuilder();
    reasons.forEach(
        (reason, count) ->
            text.append(text.isEmpty() ? " (" : ", ").append(count).append(' ').append(reason));
    return text.append(')').toString();
  }

  private static String text(Verdict.Good holds) {
    Envelope envelope = holds.envelope();
    String audited = holds.audited().isEmpty() ? "" : "  " + holds.audited();
    String spelling = holds.canonical() ? "" : "  (not in canonical form)";
    return "%-8s  %s  %s%s%s"
        .formatted(
            envelope.kind(),
            envelope.id().substring(0, ID_CHARS),
            envelope.threadId(),
            audited,
            spelling);
  }

  private static Map<String, Object> members(Verdict.Good holds) {
    Envelope envelope = holds.envelope();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("kind", envelope.kind().name());
    members.put("id", envelope.id());
    members.put("need_id", envelope.need());
    members.put("thread_id", envelope.threadId());
    members.put("swarm_id", envelope.swarmId());
    members.put("lamport", envelope.lamport());
    members.put("sender_pk_b64", envelope.sender().base64());
    members.put("canonical", holds.canonical());
    if (!holds.audited().isEmpty()) {
      members.put("audited", holds.audited());
    }
    return members;
  }

  /** What a stranger wrote may hold line feeds, or commands to the terminal. */
  private static String printable(String text) {
    var shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (Character.isISOControl(point)) {
                shown.append("\\u%04x".formatted(point));
              } else {
                shown.appendCodePoint(point);
              }
            });
    return shown.toString();
  }

  private void sayUnlessQuiet(Map<String, Object> members, String line) {
    if (!quiet) {
      say(members, line);
    }
  }

  private void say(Map<String, Object> members, String line) {
    console.object("line", members);
    console.result(line);
  }
}
