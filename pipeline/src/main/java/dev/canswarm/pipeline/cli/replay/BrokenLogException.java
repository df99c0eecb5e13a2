package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.replay.audit.AuditException;

/** An audit log is not what its node wrote. Terminal; the message names file and line. */
public final class BrokenLogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String where;

  BrokenLogException(String label, AuditException cause) {
    super(label + cause.getMessage(), cause);
    this.where = label + cause.location();
  }

  /** File and line. */
  public String where() {
    return where;
  }
}
