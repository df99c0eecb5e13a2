package dev.canswarm.replay.audit;

/** What reading a log gives. */
public sealed interface AuditItem {
  /** Where it stands. */
  AuditLocation location();

  /**
   * A record whose chain is whole.
   *
   * @param isSealed whether a signed checkpoint covers it; without one, what stands at the very end
   *     of a log was never acknowledged, and nothing proves who wrote it
   */
  record Entry(AuditLocation location, AuditRecord record, boolean isSealed) implements AuditItem {}

  /**
   * The beginning of a line that a crash cut off: no tampering, and nothing that was acknowledged.
   *
   * @param bytes its length
   */
  record Torn(AuditLocation location, long bytes) implements AuditItem {}
}
