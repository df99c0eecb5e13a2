package dev.canswarm.pipeline.cli.command;

import dev.canswarm.clock.TimeSource;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;

/**
 * The parts of the process that a command uses.
 *
 * @param environment the process's environment variables
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
