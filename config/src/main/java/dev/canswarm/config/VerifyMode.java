package dev.canswarm.config;

/** How the result of a command is verified. */
public enum VerifyMode {
  /** The verifier runs the command again and compares bytes. */
  REDERIVE,
  /** The verifier runs a check command: for work that is not deterministic. */
  CHECK
}
