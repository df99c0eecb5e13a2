package dev.canswarm.crypto;

import org.jspecify.annotations.Nullable;

/**
 * An engine cannot be used on this machine. Final: another attempt in this process says the same.
 */
public final class EngineUnavailableException extends Exception {
  private static final long serialVersionUID = 1;

  private final String engine;
  private final String reason;

  EngineUnavailableException(String engine, String reason, @Nullable Throwable cause) {
    super("the Ed25519 engine " + engine + " cannot be used: " + reason, cause);
    this.engine = engine;
    this.reason = reason;
  }

  /** Returns the name of the engine that was asked for. */
  public String engine() {
    return engine;
  }

  /** Why, in one line. */
  public String reason() {
    return reason;
  }
}
