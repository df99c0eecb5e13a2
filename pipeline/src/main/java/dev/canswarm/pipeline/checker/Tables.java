package dev.canswarm.pipeline.checker;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads PostgreSQL, a NEED at a time, and checks each as it comes. */
final class Tables {
  private static final int ROWS_FETCHED = 2_000;

  /** NEEDs that are checked side by side. */
  private static final int BATCH_NEEDS = 256;

  /** Rows that hold no envelope of a NEED, or one that never took effect. */
  private static final Set<String> NO_ENVELOPE = Set.of("VERDICT", "WAIT", "DEAD_LETTER");

  private static final String ROWS =
      "select scope, slot, id, need_id, kind, bytes from oplog order by need_id, lamport, slot";

  private record Checked(String need, String outcome, Map<String, Message> known) {}

  private final Subject subject;
  private final Findings findings;
  private final Rules rules = new Rules();
  private final Ledger ledger = new Ledger();

  Tables(Subject subject, Findings findings) {
    this.subject = subject;
    this.findings = findings;
  }

  Ledger read() throws SQLException {
    try (Connection connection = DriverManager.getConnection(subject.jdbcUrl());
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false); // otherwise the driver reads the whole table at once
      statement.setFetchSize(ROWS_FETCHED);
      try (ResultSet archived = statement.executeQuery("select hash, kind, bytes from archive")) {
        while (archived.next()) {
          rules.add(archived.getString(1), archived.getString(2), archived.getBytes(3), findings);
        }
      }
      try (ResultSet rows = statement.executeQuery(ROWS)) {
        needs(rows);
      }
      try (ResultSet open = statement.executeQuery("select need_id from open_needs")) {
        while (open.next()) {
          findings.add("P5", "NEED " + open.getString(1) + " still has a timer");
        }
      }
    }
    return ledger;
  }

  private void needs(ResultSet rows) throws SQLException {
    List<List<Row>> batch = new ArrayList<>();
    List<Row> need = new ArrayList<>();
    while (rows.next()) {
      String kind = rows.getString(5);
      if (NO_ENVELOPE.contains(kind)) {
        continue;
      }
      Row row =
          new Row(
              rows.getString(1),
              rows.getString(2),
              rows.getString(3),
              rows.getString(4),
              kind,
              Message.of(rows.getBytes(6)));
      if (!need.isEmpty() && !need.get(0).need().equals(row.need())) {
        batch.add(need);
        need = new ArrayList<>();
      }
      need.add(row);
      if (batch.size() == BATCH_NEEDS) {
        check(batch);
        batch.clear();
      }
    }
    if (!need.isEmpty()) {
      batch.add(need);
    }
    check(batch);
  }

  private void check(List<List<Row>> batch) {
    EnvelopeCheck envelopes = new EnvelopeCheck(subject.swarmId(), rules, findings);
    List<Checked> checked =
        batch.parallelStream().map(rows -> check(rows, envelopes)).collect(Collectors.toList());
    checked.forEach(one -> ledger.add(one.need(), one.outcome(), one.known()));
  }

  private Checked check(List<Row> rows, EnvelopeCheck envelopes) {
    String need = rows.get(0).need();
    NeedCheck check = new NeedCheck(need, rows, rules, findings);
    rows.forEach(row -> envelopes.check(row, check.known()));
    return new Checked(need, check.check(), check.known());
  }
}
