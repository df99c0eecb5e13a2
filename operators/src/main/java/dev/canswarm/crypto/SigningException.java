package dev.canswarm.crypto;

import org.jspecify.annotations.Nullable;

/**
 * A private key that is kept outside this process did not give a signature that verifies. A later
 * attempt may succeed. The message contains no secret.
 */
public final class SigningException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why there is no signature. */
  public enum Cause {
    /** The signer does not run, ended, or cannot be started. */
    AWAY,
    /** There was no answer in time. */
    TIMED_OUT,
    /** The signer refused to sign. */
    REFUSED,
    /** The signature is not the key's over the message. */
    WRONG_SIGNATURE
  }

  private final Cause why;

  public SigningException(Cause why, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.why = why;
  }

  public SigningException(Cause why, String message) {
    this(why, message, null);
  }

  /** Returns why there is no signature. */
  public Cause why() {
    return why;
  }
}
