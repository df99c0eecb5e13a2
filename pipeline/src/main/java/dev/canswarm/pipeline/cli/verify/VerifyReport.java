package dev.canswarm.pipeline.cli.verify;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Prints each verdict, and their totals at the end. Not thread-safe. */
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
   * @param quiet whether to omit valid lines
   */
  VerifyReport(Console console, boolean quiet) {
    this.console = console;
    this.quiet = quiet;
  }

  void add(long number, LineVerdict verdict) {
    lines++;
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("line", number);
    if (verdict instanceof LineVerdict.Bad refused) {
      bad++;
      reasons.merge(refused.reason().name(), 1L, Long::sum);
      members.put("verdict", "bad");
      members.put("reason", refused.reason().name());
      members.put("detail", refused.detail());
      String text = refused.reason() + "  " + printable(refused.detail());
      say(members, LINE.formatted("bad", number, text));
    } else if (verdict instanceof LineVerdict.Skipped skip) {
      skipped++;
      members.put("verdict", "skipped");
      members.put("detail", skip.what());
      sayUnlessQuiet(members, LINE.formatted("skip", number, printable(skip.what())));
    } else if (verdict instanceof LineVerdict.Checkpoint checkpoint) {
      good++;
      members.put("verdict", "good");
      members.put("checkpoint", checkpoint.records());
      members.put("node", checkpoint.node());
      String text = "checkpoint after record " + checkpoint.records();
      sayUnlessQuiet(members, LINE.formatted("good", number, text));
    } else if (verdict instanceof LineVerdict.Good holds) {
      good++;
      members.put("verdict", "good");
      members.putAll(members(holds));
      sayUnlessQuiet(members, LINE.formatted("good", number, text(holds)));
    }
  }

  /**
   * Prints how many lines were valid, and how many were refused for which reason.
   *
   * @return one of {@link ExitCode}
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

  private static String text(LineVerdict.Good holds) {
    Envelope envelope = holds.envelope();
    String audited = holds.audited().isEmpty() ? "" : "  " + holds.audited();
    String spelling = holds.canonical() ? "" : "  (not in canonical form)";
    return "%-8s  %s  %s%s%s"
        .formatted(
            envelope.verb(),
            envelope.id().text().substring(0, ID_CHARS),
            envelope.threadId(),
            audited,
            spelling);
  }

  private static Map<String, Object> members(LineVerdict.Good holds) {
    Envelope envelope = holds.envelope();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("kind", envelope.verb().name());
    members.put("id", envelope.id().text());
    members.put("need_id", envelope.need().text());
    members.put("thread_id", envelope.threadId().text());
    members.put("swarm_id", envelope.swarmId());
    members.put("lamport", envelope.lamport());
    members.put("sender_pk_b64", envelope.sender().base64());
    members.put("canonical", holds.canonical());
    if (!holds.audited().isEmpty()) {
      members.put("audited", holds.audited());
    }
    return members;
  }

  /** Escapes line feeds and control sequences, which untrusted text may contain. */
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
