package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.replay.Check;
import dev.canswarm.replay.Finding;
import dev.canswarm.replay.ReplayReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns reports into maps and lists for JSON. */
final class ReportJson {
  private ReportJson() {}

  /** Returns the members of a NEED's object. */
  static Map<String, Object> of(ReplayReport report) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("thread_id", report.threadId().text());
    members.put("need_id", ReportText.needId(report));
    members.put("status", report.status().name());
    members.put("outcome", report.outcome());
    members.put("envelopes", report.envelopes());
    members.put("checks", report.checks().stream().map(ReportJson::of).toList());
    return members;
  }

  private static Map<String, Object> of(Check check) {
    List<Map<String, Object>> failures = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<Map<String, Object>> notes = new ArrayList<>();
    for (Finding finding : check.findings()) {
      Map<String, Object> members = new LinkedHashMap<>();
      if (finding instanceof Finding.Failure failure) {
        members.put("where", failure.where());
        members.put("detail", failure.detail());
        members.put("expected", failure.expected());
        members.put("actual", failure.actual());
        failures.add(members);
      } else if (finding instanceof Finding.Missing piece) {
        missing.add(piece.what());
      } else if (finding instanceof Finding.Note note) {
        members.put("where", note.where());
        members.put("text", note.text());
        notes.add(members);
      }
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("name", check.name().label());
    members.put("status", check.status().name());
    members.put("summary", check.summary());
    members.put("failures", failures);
    members.put("missing", missing);
    members.put("notes", notes);
    return members;
  }
}
