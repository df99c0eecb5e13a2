package dev.canswarm.stage.trace;

/** What a process does for a NEED at one time. */
public enum TracePart {
  /** A lane takes what came for the NEED through the stages. */
  TURN,
  /** The NEED is signed and sent for somebody who asked over HTTP. */
  SUBMIT,
  /** A CANCEL is signed and sent for somebody who asked over HTTP. */
  CANCEL
}
