package dev.canswarm.pipeline.cli.replay;

import java.util.Locale;

/** The sources that a replay can read. */
enum SourceKind {
  /** The audit logs of one or several nodes. */
  AUDIT,
  /** The topics of the verbs. */
  KAFKA,
  /** The op-log in PostgreSQL. */
  STORE;

  /** Returns its name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
