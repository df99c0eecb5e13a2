package dev.canswarm.config;

/** How a verifier checks the artifact of a command. */
public enum VerifyMode {
  /** The verifier runs the same command again and compares the bytes. */
  REDERIVE,
  /** The verifier runs the check command; for commands whose output is not deterministic. */
  CHECK
}
