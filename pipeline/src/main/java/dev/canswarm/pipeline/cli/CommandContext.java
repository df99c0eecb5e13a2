package dev.canswarm.pipeline.cli;

import dev.canswarm.clock.TimeSource;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;

/**
 * What a command gets from the process.
 *
 * @param environment the process's variables
 * @param workingDirectory absolute
 */
public record CommandContext(
    Console console,
    StopSignal stop,
    Map<String, String> environment,
    Path workingDirectory,
    TimeSource time,
    SecureRandom random) {
  public CommandContext {
    environment = Map.copyOf(environment);
  }
}
