package dev.canswarm.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How the link to PostgreSQL is protected.
 *
 * @param rootCertificate a file of PEM certificates; empty trusts those that Java trusts
 */
public record PostgresTls(Mode mode, Optional<Path> rootCertificate) {
  /** No TLS. */
  public static final PostgresTls NONE = new PostgresTls(Mode.DISABLE, Optional.empty());

  /**
   * How the server's certificate is checked, under libpq's names; no mode falls back to plain text.
   */
  public enum Mode {
    /** No TLS. */
    DISABLE("disable"),
    /** TLS without verification of the server. */
    REQUIRE("require"),
    /** TLS with a server whose certificate is trusted. */
    VERIFY_CA("verify-ca"),
    /** TLS with a server whose certificate is trusted and names its host. */
    VERIFY_FULL("verify-full");

    private final String label;

    Mode(String label) {
      this.label = label;
    }

    /** Returns the value of {@code sslmode}. */
    public String label() {
      return label;
    }

    /** Whether the server's certificate is checked. */
    public boolean verifies() {
      return this == VERIFY_CA || this == VERIFY_FULL;
    }

    static Optional<Mode> ofLabel(String label) {
      for (Mode mode : values()) {
        if (mode.label.equals(label)) {
          return Optional.of(mode);
        }
      }
      return Optional.empty();
    }
  }
}
