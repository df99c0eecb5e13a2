package dev.canswarm.config;

/** Which implementation of Ed25519 signs and verifies; all give the same verdicts. */
public enum EngineMode {
  /** The fastest that loads on this machine and gives known answers. */
  AUTO,
  /** The one in Java, which is always there. */
  I2P,
  /** The native one. */
  ACCP,
  /** The JDK's. */
  JDK
}
