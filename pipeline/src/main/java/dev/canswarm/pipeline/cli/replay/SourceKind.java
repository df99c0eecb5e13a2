package dev.canswarm.pipeline.cli.replay;

import java.util.Locale;

/** What a replay can read. */
enum SourceKind {
  /** The audit logs of one or several nodes. */
  AUDIT,
  /** The topics of the verbs. */
  KAFKA,
  /** The envelope table, which is the op-log. */
  STORE;

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
