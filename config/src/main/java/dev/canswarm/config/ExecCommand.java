package dev.canswarm.config;

import java.util.List;

/**
 * A command that a task of type {@code exec} may name. It reads the task's input from standard
 * input and writes the artifact to standard output.
 *
 * @param command the program and its arguments, at least one element; it runs without a shell
 * @param timeoutMillis the longest that one run may take, in milliseconds
 * @param outputBytesMax the most bytes that one run may write to standard output
 * @param verify how a verifier checks the artifact
 * @param checkCommand the program and arguments that check an artifact; empty unless {@code verify}
 *     is {@link VerifyMode#CHECK}
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
