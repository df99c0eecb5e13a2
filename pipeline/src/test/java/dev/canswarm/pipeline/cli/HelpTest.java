package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.StopSignal;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;

/** The help of every command is readable on a terminal of 80 columns. */
class HelpTest {
  private static final int COLUMNS = 80;

  static Stream<CommandLine> commands() {
    PrintStream nothing =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    CommandLine swarm =
        SwarmCommands.commandLine(
            new CommandContext(
                new Console(nothing, nothing, false),
                new StopSignal(),
                Map.of(),
                Path.of("."),
                TimeSource.system(),
                new SecureRandom()));
    return Stream.concat(Stream.of(swarm), swarm.getSubcommands().values().stream());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void noLineIsLongerThanTheTerminal(CommandLine command) {
    command.setUsageHelpWidth(COLUMNS);
    List<String> lines = command.getUsageMessage(Ansi.OFF).lines().toList();
    assertThat(lines)
        .hasSizeGreaterThan(1)
        .allMatch(line -> line.codePointCount(0, line.length()) <= COLUMNS);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aDescriptionHasNoGapBetweenItsSentences(CommandLine command) {
    String description =
        String.join(" ", command.getCommandSpec().usageMessage().description()).strip();
    assertThat(description).doesNotContain("  ");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void anArgumentsDescriptionBreaksOnlyAfterASentence(CommandLine command) {
    List<String> broken =
        command.getCommandSpec().args().stream()
            .map(ArgSpec::description)
            .flatMap(parts -> Arrays.stream(parts).limit(Math.max(0, parts.length - 1)))
            .filter(part -> !part.strip().endsWith("."))
            .toList();
    assertThat(broken).isEmpty();
  }
}
