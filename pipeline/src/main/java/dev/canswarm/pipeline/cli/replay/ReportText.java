package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.replay.Check;
import dev.canswarm.replay.Finding;
import dev.canswarm.replay.ReplayReport;
import dev.canswarm.replay.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Formats reports as text. */
final class ReportText {
  /** Most characters of each of two differing byte strings; {@code --json} has all. */
  static final int SHOWN_CHARS_MAX = 2000;

  private static final int ID_CHARS = 12;
  private static final int BEFORE_DIFFERENCE_CHARS = 60;

  private final boolean symbols;

  /**
   * @param symbols whether the terminal shows Unicode
   */
  ReportText(boolean symbols) {
    this.symbols = symbols;
  }

  /** Whether the environment says that the terminal shows UTF-8. */
  static boolean showsUtf8(Map<String, String> environment) {
    for (String name : List.of("LC_ALL", "LC_CTYPE", "LANG")) {
      String value = environment.getOrDefault(name, "");
      if (!value.isEmpty()) {
        String upper = value.toUpperCase(Locale.ROOT);
        return upper.contains("UTF-8") || upper.contains("UTF8");
      }
    }
    return false;
  }

  /** Returns a mark and a word, so that it is readable without colour or Unicode. */
  String status(Status status) {
    if (!symbols) {
      return status.name();
    }
    return switch (status) {
      case PASS -> "✓ PASS";
      case INCOMPLETE -> "? INCOMPLETE";
      case FAIL -> "✗ FAIL";
    };
  }

  /** Returns the id of a report's NEED; empty if it belongs to none that can be read. */
  static String needId(ReplayReport report) {
    NeedId needId = report.needId();
    return needId == null ? "" : needId.text();
  }

  /** Returns the report in one line. */
  String line(ReplayReport report) {
    String thread = report.threadId().isNone() ? "(unreadable)" : report.threadId().text();
    String id = needId(report);
    String need = id.isEmpty() ? "-" : id.substring(0, ID_CHARS);
    String outcome = report.outcome().isEmpty() ? "-" : report.outcome();
    return "%s  thread %s  NEED %s  %s  %d envelopes"
        .formatted(status(report.status()), thread, need, outcome, report.envelopes());
  }

  /** Returns that line and a block for each check. */
  List<String> lines(ReplayReport report) {
    List<String> lines = new ArrayList<>();
    lines.add(line(report));
    int columns = status(Status.INCOMPLETE).length();
    String format = "  %-" + columns + "s  %-8s %s";
    for (Check check : report.checks()) {
      lines.add(format.formatted(status(check.status()), check.name().label(), check.summary()));
      check.findings().forEach(finding -> add(lines, finding));
    }
    return lines;
  }

  private static void add(List<String> lines, Finding finding) {
    if (finding instanceof Finding.Failure failure) {
      lines.add("      " + at(failure.where()) + failure.detail());
      int difference = difference(failure.expected(), failure.actual());
      if (!failure.expected().isEmpty()) {
        lines.add("        expected " + shown(failure.expected(), difference));
      }
      if (!failure.actual().isEmpty()) {
        lines.add("        actual   " + shown(failure.actual(), difference));
      }
    } else if (finding instanceof Finding.Missing missing) {
      lines.add("      missing: " + missing.what());
    } else if (finding instanceof Finding.Note note) {
      lines.add("      note: " + at(note.where()) + note.text());
    }
  }

  private static String at(String where) {
    return where.isEmpty() ? "" : where + ": ";
  }

  /** Returns the index of the first difference; 0 if one of them is empty. */
  private static int difference(String one, String other) {
    if (one.isEmpty() || other.isEmpty()) {
      return 0;
    }
    int at = 0;
    while (at < one.length() && at < other.length() && one.charAt(at) == other.charAt(at)) {
      at++;
    }
    return at;
  }

  /** Returns the text, or the part with the first difference. */
  private static String shown(String text, int difference) {
    if (text.length() <= SHOWN_CHARS_MAX) {
      return text;
    }
    int from = Math.max(0, Math.min(difference - BEFORE_DIFFERENCE_CHARS, text.length()));
    int to = Math.min(text.length(), from + SHOWN_CHARS_MAX);
    return "[%d to %d of %d, all with --json] %s"
        .formatted(from, to, text.length(), text.substring(from, to));
  }
}
