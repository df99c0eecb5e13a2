package dev.canswarm.config;

import org.jspecify.annotations.Nullable;

/**
 * Something that an operator wrote cannot be used. Terminal: trying again without a change to the
 * configuration gives the same answer. The message is meant to be shown as it is and holds no
 * secret.
 */
public abstract sealed class ConfigurationException extends Exception
    permits SettingsException, PolicyFileException, TrustFileException {
  private static final long serialVersionUID = 1L;

  ConfigurationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
