package dev.canswarm.pipeline.cli.command;

import dev.canswarm.protocol.payload.ErrorText;
import org.jspecify.annotations.Nullable;

/** An option whose value people read in a message, in the form of {@link ErrorText}. */
public final class TextOption {
  private TextOption() {}

  /**
   * Checks a value.
   *
   * @param text null if the option was not given
   * @throws CommandException USAGE for a text that no message may have
   */
  public static void check(String option, @Nullable String text) throws CommandException {
    if (text != null && !ErrorText.fits(text)) {
      throw new CommandException(
          ExitCode.USAGE,
          "%s: expected 1 to %d characters, none of which controls a terminal"
              .formatted(option, ErrorText.CHARS_MAX));
    }
  }
}
