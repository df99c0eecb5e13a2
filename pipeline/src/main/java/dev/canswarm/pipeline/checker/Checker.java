package dev.canswarm.pipeline.checker;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Judges a swarm that has come to rest by what it left in its topics and tables:
 *
 * <ul>
 *   <li>P1: one DECIDE and one FINALIZE of each NEED at most, and every record on a topic has
 *       exactly the bytes of a stored row;
 *   <li>P2: task ids and {@code result_hash} computed again;
 *   <li>P3: votes counted again from the FINALIZE's parents;
 *   <li>P4: every COMMIT fills the END slot of its token, under its sender's CLAIM;
 *   <li>P5: every record of the intake became a NEED with a FINALIZE on its topic, or a dead
 *       letter; what Kafka acknowledged is there; no timer is left;
 *   <li>P6: form, hashes, id, signature, sender's role, policy, parents, Lamport time, topic, key
 *       and partition of every envelope; no envelope of the swarm's own was refused.
 * </ul>
 *
 * <p>Not judged here: whether decisions follow from their parents, which is replay's part; memory
 * (P7); artifacts and audit logs, which are files. Blocks; for one thread.
 */
public final class Checker {
  private Checker() {}

  /**
   * Whether no NEED is open: the time to judge.
   *
   * @throws SQLException when PostgreSQL cannot be read
   */
  public static boolean atRest(Subject subject) throws SQLException {
    try (Connection connection = DriverManager.getConnection(subject.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet open = statement.executeQuery("select count(*) from open_needs")) {
      return open.next() && open.getLong(1) == 0;
    }
  }

  /**
   * Reads everything and judges it. Memory: some 500 bytes for each envelope.
   *
   * @throws Exception when Kafka or PostgreSQL cannot be read
   */
  public static Report check(Subject subject) throws Exception {
    Findings findings = new Findings();
    Ledger ledger = new Tables(subject, findings).read();
    TopicLogs topics = new TopicLogs(subject, findings, ledger);
    topics.read();
    return new Report(
        findings.first(),
        findings.count(),
        ledger.needs(),
        ledger.outcomes(),
        topics.refused(),
        topics.lost(),
        ledger.envelopes(),
        topics.messages());
  }
}
