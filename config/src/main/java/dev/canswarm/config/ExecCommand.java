package dev.canswarm.config;

import java.util.List;

/**
 * A command that a task of type {@code exec} may name: input on its standard input, artifact on its
 * standard output.
 *
 * @param command the program and its arguments, at least one; run without a shell
 * @param timeoutMillis of one run
 * @param outputBytesMax of one run's standard output
 * @param checkCommand empty unless {@code verify} is {@link VerifyMode#CHECK}
 */
public record ExecCommand(
    List<String> command,
    long timeoutMillis,
    int outputBytesMax,
    VerifyMode verify,
    List<String> checkCommand) {
  public ExecCommand {
    command = List.copyOf(command);
    checkCommand = List.copyOf(checkCommand);
  }
}
