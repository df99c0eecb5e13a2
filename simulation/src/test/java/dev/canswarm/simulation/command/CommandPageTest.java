package dev.canswarm.simulation.command;

import dev.canswarm.pipeline.cli.CommandTables;
import dev.canswarm.pipeline.cli.GeneratedSections;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Keeps the tables of this module's commands in {@code docs/API.md} equal to the code. */
class CommandPageTest {
  private static final Path PAGE = Path.of("..", "docs", "API.md");
  private static final String SECTION = "simulation-commands";

  @Test
  void theGeneratedTablesSayWhatTheCodeSays() throws Exception {
    TreeMap<String, String> sections = new TreeMap<>();
    sections.put(SECTION, new CommandTables(SimulationCommands::commandLine).text());
    GeneratedSections.check(PAGE, "simulation", CommandPageTest.class, sections, elsewhere());
  }

  private static Set<String> elsewhere() {
    return Set.of("topics", "roles", "reasons", "exit-codes", "policy", "ports", "commands");
  }
}
