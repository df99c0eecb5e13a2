package dev.canswarm.simulation.hostile;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Measures the rows of refused records. */
final class LetterRows {
  private static final String ROWS =
      "select count(*), coalesce(sum(pg_column_size(o.*)), 0) from oplog o where scope = 'dlq/'";

  private LetterRows() {}

  /** Returns the mean length of a refused record's row in the op-log, 0 if there is none. */
  static long meanBytes(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(ROWS)) {
      rows.next();
      return rows.getLong(1) == 0 ? 0 : rows.getLong(2) / rows.getLong(1);
    }
  }
}
