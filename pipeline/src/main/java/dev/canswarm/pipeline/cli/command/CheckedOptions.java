package dev.canswarm.pipeline.cli.command;

import dev.canswarm.protocol.payload.ErrorText;
import org.jspecify.annotations.Nullable;

/** Checks of options that several commands have, before anything is looked for or sent. */
public final class CheckedOptions {
  private CheckedOptions() {}

  /**
   * Checks a text that people read in a message, in the form of {@link ErrorText}.
   *
   * @param text null if the option was not given
   * @throws CommandException USAGE for a text that no message may have
   */
  public static void text(String option, @Nullable String text) throws CommandException {
    if (text != null && !ErrorText.fits(text)) {
      throw new CommandException(
          ExitCode.USAGE,
          "%s: expected 1 to %d characters, none of which controls a terminal"
              .formatted(option, ErrorText.CHARS_MAX));
    }
  }

  /**
   * Checks the value of {@code --timeout-ms}.
   *
   * @param millis 0 for a command that sends and does not wait
   * @throws CommandException USAGE for less than 0
   */
  public static void timeout(long millis) throws CommandException {
    if (millis < 0) {
      throw new CommandException(ExitCode.USAGE, "--timeout-ms: expected 0 or more, got " + millis);
    }
  }
}
