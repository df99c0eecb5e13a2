package dev.canswarm.pipeline.cli.verify;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;

/** What is said of a line. */
sealed interface Verdict {

  /**
   * An envelope whose form, hashes and signature hold.
   *
   * @param canonical whether the line holds its canonical form, as a sender must write it
   * @param audited in an audit log's record: which way it went; else empty
   */
  record Good(Envelope envelope, boolean canonical, String audited) implements Verdict {}

  /** An audit log's checkpoint whose signature holds. */
  record Checkpoint(String node, long records) implements Verdict {}

  /** Not what it should be. */
  record Bad(Reason reason, String detail) implements Verdict {}

  /** A record of an audit log that claims to be no envelope. */
  record Skipped(String what) implements Verdict {}
}
