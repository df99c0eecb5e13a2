package dev.canswarm.simulation.checker;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Checks a swarm that is at rest by the content of its topics and tables:
 *
 * <ul>
 *   <li>P1: one DECIDE and one FINALIZE of each NEED at most, and every record on a topic has
 *       exactly the bytes of a stored row;
 *   <li>P2: task ids and {@code result_hash} are computed again;
 *   <li>P3: votes are counted again from the FINALIZE's parents;
 *   <li>P4: every COMMIT fills the END slot of its token, under its sender's CLAIM;
 *   <li>P5: every intake record became a NEED with a FINALIZE on its topic, or a dead letter; every
 *       record that Kafka acknowledged is there; no timer is left;
 *   <li>P6: form, hashes, id, signature, sender's role, policy, parents, Lamport time, topic, key
 *       and partition of every envelope; none of the swarm's own envelopes was refused.
 * </ul>
 *
 * <p>Not checked: whether decisions follow from their parents, which replay does; memory (P7);
 * artifacts and audit logs, which are files. Blocks. Thread-safe.
 */
public final class EvidenceChecker {
  private EvidenceChecker() {}

  /**
   * Whether no NEED is open, so that the swarm can be checked.
   *
   * @throws SQLException when PostgreSQL cannot be read
   */
  public static boolean atRest(CheckedSwarm swarm) throws SQLException {
    try (Connection connection = DriverManager.getConnection(swarm.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet open = statement.executeQuery("select count(*) from open_needs")) {
      return open.next() && open.getLong(1) == 0;
    }
  }

  /**
   * Reads and checks everything. Takes about 500 bytes of memory per envelope.
   *
   * @throws Exception when Kafka or PostgreSQL cannot be read
   */
  public static CheckerReport check(CheckedSwarm swarm) throws Exception {
    ViolationCollector violations = new ViolationCollector();
    TableContents contents = new TableReader(swarm, violations).read();
    TopicLogs topics = new TopicLogs(swarm, violations, contents);
    topics.read();
    return new CheckerReport(
        violations.first(),
        violations.count(),
        contents.needs(),
        contents.outcomes(),
        topics.refused(),
        topics.lost(),
        contents.envelopes(),
        topics.messages());
  }
}
