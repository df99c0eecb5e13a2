package dev.canswarm.replay.audit;

/** An item that the reader of a log returns. */
public sealed interface AuditItem {
  /** Its place in the log. */
  AuditLocation location();

  /**
   * A record whose hash chain is intact.
   *
   * @param isSealed whether a signed checkpoint covers it; a record at the end of a log that has
   *     none was never acknowledged, and nothing proves who wrote it
   */
  record Entry(AuditLocation location, AuditRecord record, boolean isSealed) implements AuditItem {}

  /**
   * The beginning of a line that a crash cut off: no tampering, and nothing that was acknowledged.
   *
   * @param bytes its length
   */
  record Torn(AuditLocation location, long bytes) implements AuditItem {}
}
