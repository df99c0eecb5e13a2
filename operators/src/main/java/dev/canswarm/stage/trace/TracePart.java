package dev.canswarm.stage.trace;

/** A part of a process's work for a NEED. */
public enum TracePart {
  /** A lane takes what came for the NEED through the stages. */
  TURN,
  /** The NEED is signed and sent for somebody who asked over HTTP. */
  SUBMIT,
  /** A CANCEL is signed and sent for somebody who asked over HTTP. */
  CANCEL
}
