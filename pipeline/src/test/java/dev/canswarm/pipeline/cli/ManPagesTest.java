package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The program and every command have a manual page, which has what their help has. */
class ManPagesTest {
  @TempDir Path directory;

  private final CommandLine swarm = SwarmCommands.commandLine(CommandTables.context());

  @BeforeEach
  void write() throws IOException {
    ManPages.write(directory);
  }

  private String page(String command) throws IOException {
    return Files.readString(directory.resolve(command + ".adoc"));
  }

  @Test
  void thereIsAPageOfTheProgramAndOneOfEachCommand() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(
                      Stream.of("swarm.adoc"),
                      swarm.getSubcommands().keySet().stream()
                          .map(name -> "swarm-" + name + ".adoc"))
                  .toList());
    }
  }

  @Test
  void theProgramsPageNamesEveryCommand() throws IOException {
    String page = page("swarm");
    assertThat(page)
        .startsWith("// tag::picocli-generated-full-manpage[]")
        .contains("swarm(1)", "swarm - " + ManPages.NAME);
    assertThat(swarm.getSubcommands().keySet()).allSatisfy(name -> assertThat(page).contains(name));
  }

  @Test
  void aCommandsPageHasItsHeaderAndItsOptions() throws IOException {
    for (Map.Entry<String, CommandLine> command : swarm.getSubcommands().entrySet()) {
      String page = page("swarm-" + command.getKey());
      assertThat(page)
          .contains(command.getValue().getCommandSpec().usageMessage().header()[0])
          .contains("--help");
    }
    assertThat(page("swarm-need")).contains("*--wait*");
    assertThat(page("swarm-up")).contains("*--join*");
  }
}
