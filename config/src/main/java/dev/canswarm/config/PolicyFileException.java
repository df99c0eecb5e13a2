package dev.canswarm.config;

import java.io.IOException;
import java.nio.file.Path;

/** The policy file cannot be read. What stands in it is not judged here. */
public final class PolicyFileException extends ConfigurationException {
  private static final long serialVersionUID = 1L;

  PolicyFileException(Path file, IOException cause) {
    super("policy file " + file + ": expected a readable file, got " + cause.getMessage(), cause);
  }
}
