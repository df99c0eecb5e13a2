package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.pipeline.cli.command.CheckedOptions;
import dev.canswarm.pipeline.cli.command.CommandException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that adds an entry to the control chain. */
public final class ChangeOptions {
  @Option(
      names = "--propose",
      paramLabel = "FILE",
      description = "Writes the change to a new file for others to approve, and sends nothing.")
  @Nullable Path propose;

  @Option(
      names = "--admin",
      paramLabel = "NAME",
      description = "The administrator who signs. Default: the first whose private key is here.")
  @Nullable String admin;

  @Option(
      names = "--note",
      paramLabel = "TEXT",
      description = "Why, for people: at most 1024 characters. Nothing is decided by it.")
  @Nullable String note;

  @Option(
      names = "--timeout-ms",
      paramLabel = "MS",
      description = "How long to wait for the entry to be stored. Default: 30000.")
  long timeoutMillis = 30_000;

  /** Refuses a note that no entry may have, and a negative timeout. */
  void check() throws CommandException {
    CheckedOptions.text("--note", note);
    CheckedOptions.timeout(timeoutMillis);
  }
}
