package dev.canswarm.config;

import org.jspecify.annotations.Nullable;

/**
 * Reports a setting, policy file or trust file that cannot be used. Terminal: a retry fails in the
 * same way until an operator changes the configuration. The message can be shown to users as it is
 * and contains no secret.
 */
public abstract sealed class ConfigurationException extends Exception
    permits SettingsException, PolicyFileException, TrustFileException {
  private static final long serialVersionUID = 1L;

  ConfigurationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
