package dev.canswarm.pipeline.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** Writes the manual pages of the program and its commands, in AsciiDoc. */
public final class ManPages {
  static final String NAME = "Coordinates a swarm of agents over signed messages.";

  private ManPages() {}

  /**
   * Writes them into a directory, which is made if it is missing.
   *
   * @param arguments the directory
   */
  public static void main(String[] arguments) throws IOException {
    write(Path.of(arguments[0]));
  }

  static void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    CommandLine swarm = SwarmCommands.commandLine(CommandTables.context());
    // A page's name needs one line; without it the page takes the first of the description's.
    swarm.getCommandSpec().usageMessage().header(NAME);
    int exit =
        ManPageGenerator.generateManPage(
            directory.toFile(), null, new boolean[0], true, swarm.getCommandSpec());
    if (exit != 0) {
      throw new IOException("the manual pages were not written: exit " + exit);
    }
  }
}
