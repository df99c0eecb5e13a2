package dev.canswarm.pipeline.cli.command;

import dev.canswarm.config.Secret;
import java.io.Console;
import java.util.Arrays;
import java.util.Optional;

/** Asks for a passphrase on the terminal, which does not show what is typed. */
final class PassphrasePrompt {
  /** How often two entries may differ. */
  private static final int TRIES_MAX = 3;

  private PassphrasePrompt() {}

  /**
   * Returns what was typed; empty without a terminal for input and output, or if nothing was typed.
   *
   * @param twice whether it has to be typed twice, since a slip would lock files for good
   */
  @SuppressWarnings("SystemConsoleNull") // before JDK 22 there is none without a terminal
  static Optional<Secret> ask(boolean twice) {
    Console console = Terminal.isConsole() ? System.console() : null;
    if (console == null) {
      return Optional.empty();
    }
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      char[] first = console.readPassword("Passphrase of the key files: ");
      if (first == null || first.length == 0) {
        return Optional.empty();
      }
      char[] second = twice ? console.readPassword("The same again: ") : first;
      boolean same = second != null && Arrays.equals(first, second);
      Optional<Secret> typed = same ? Optional.of(new Secret(new String(first))) : Optional.empty();
      Arrays.fill(first, '\0');
      if (typed.isPresent()) {
        return typed;
      }
      console.printf("They differ.%n");
    }
    return Optional.empty();
  }
}
