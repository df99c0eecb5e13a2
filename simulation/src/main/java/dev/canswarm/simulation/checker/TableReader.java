package dev.canswarm.simulation.checker;

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

/** Reads PostgreSQL one NEED at a time and checks each. */
final class TableReader {
  private static final int ROWS_FETCHED = 2_000;

  /** NEEDs that are checked in parallel. */
  private static final int BATCH_NEEDS = 256;

  /** Kinds of rows that hold no envelope, or one that never took effect. */
  private static final Set<String> NO_ENVELOPE = Set.of("VERDICT", "WAIT", "DEAD_LETTER");

  private static final String ROWS =
      "select scope, slot, id, need_id, kind, bytes from oplog order by need_id, lamport, slot";

  private record Checked(String need, String outcome, Map<String, Message> known) {}

  private final CheckedSwarm swarm;
  private final ViolationCollector violations;
  private final ArchivedRules rules = new ArchivedRules();
  private final TableContents contents = new TableContents();

  TableReader(CheckedSwarm swarm, ViolationCollector violations) {
    this.swarm = swarm;
    this.violations = violations;
  }

  TableContents read() throws SQLException {
    try (Connection connection = DriverManager.getConnection(swarm.jdbcUrl());
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false); // otherwise the driver reads the whole table at once
      statement.setFetchSize(ROWS_FETCHED);
      try (ResultSet archived = statement.executeQuery("select hash, kind, bytes from archive")) {
        while (archived.next()) {
          rules.add(archived.getString(1), archived.getString(2), archived.getBytes(3), violations);
        }
      }
      try (ResultSet rows = statement.executeQuery(ROWS)) {
        needs(rows);
      }
      try (ResultSet open = statement.executeQuery("select need_id from open_needs")) {
        while (open.next()) {
          violations.add("P5", "NEED " + open.getString(1) + " still has a timer");
        }
      }
    }
    return contents;
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
    EnvelopeCheck envelopes = new EnvelopeCheck(swarm.swarmId(), rules, violations);
    List<Checked> checked =
        batch.parallelStream().map(rows -> check(rows, envelopes)).collect(Collectors.toList());
    checked.forEach(one -> contents.add(one.need(), one.outcome(), one.known()));
  }

  private Checked check(List<Row> rows, EnvelopeCheck envelopes) {
    String need = rows.get(0).need();
    NeedCheck check = new NeedCheck(need, rows, rules, violations);
    rows.forEach(row -> envelopes.check(row, check.known()));
    return new Checked(need, check.check(), check.known());
  }
}
