package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.replay.audit.AuditException;

/** An audit log was changed or is damaged. Terminal; the message names file and line. */
public final class BrokenLogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String where;

  BrokenLogException(String label, AuditException cause) {
    super(label + cause.getMessage(), cause);
    this.where = label + cause.location();
  }

  /** Returns file and line. */
  public String where() {
    return where;
  }
}
