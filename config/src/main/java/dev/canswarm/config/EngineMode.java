package dev.canswarm.config;

/**
 * The Ed25519 implementation that signs and verifies. All of them accept and refuse the same
 * signatures.
 */
public enum EngineMode {
  /** The fastest implementation that loads on this machine and passes its known-answer test. */
  AUTO,
  /** The i2p implementation in pure Java, which is always available. */
  I2P,
  /** The native Amazon Corretto Crypto Provider. */
  ACCP,
  /** The JDK's provider. */
  JDK
}
