package dev.canswarm.config;

import java.io.IOException;
import java.nio.file.Path;

/** Reports a policy file that cannot be read. Its content is not validated here. */
public final class PolicyFileException extends ConfigurationException {
  private static final long serialVersionUID = 1L;

  PolicyFileException(Path file, IOException cause) {
    super("policy file " + file + ": expected a readable file, got " + cause.getMessage(), cause);
  }
}
