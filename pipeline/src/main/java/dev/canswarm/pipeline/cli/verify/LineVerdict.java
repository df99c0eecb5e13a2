package dev.canswarm.pipeline.cli.verify;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;

/** The result for a line. */
sealed interface LineVerdict {

  /**
   * An envelope with valid form, hashes and signature.
   *
   * @param canonical whether the line is in canonical form, which a sender must use
   * @param audited the direction in an audit log's record; otherwise empty
   */
  record Good(Envelope envelope, boolean canonical, String audited) implements LineVerdict {}

  /** An audit log's checkpoint with a valid signature. */
  record Checkpoint(String node, long records) implements LineVerdict {}

  /** The line is not a valid envelope. */
  record Bad(Reason reason, String detail) implements LineVerdict {}

  /** A record of an audit log that is marked as no envelope. */
  record Skipped(String what) implements LineVerdict {}
}
