package dev.canswarm.crypto;

/** The engines there are, each strict. */
public final class Engines {
  private Engines() {}

  /** The engine that runs wherever Java does. */
  public static SignatureEngine portable() {
    return new StrictEngine(new I2pEngine());
  }
}
