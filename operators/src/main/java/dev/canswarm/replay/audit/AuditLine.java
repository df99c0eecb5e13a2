package dev.canswarm.replay.audit;

/** A line of a log. */
public sealed interface AuditLine permits AuditRecord, AuditCheckpoint {
  /** Lower-case hex SHA-256 of the line before, or the genesis. */
  String prev();
}
