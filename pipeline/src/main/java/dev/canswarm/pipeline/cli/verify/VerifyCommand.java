package dev.canswarm.pipeline.cli.verify;

import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.LogLevel;
import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.Engines;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.DataPaths;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.stack.TrustRoles;
import dev.canswarm.policy.TrustRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./swarm verify}. */
@Command(
    name = "verify",
    header = "Checks envelopes, one a line: form, hashes, id, signature.",
    description = {
      "Prints for every line whether it is a valid envelope, or else the reason for which it is",
      "refused (docs/spec/envelope.md, section 5). Lines of an audit log are accepted too: the",
      "envelope in a record, the signature of a checkpoint; dead-lettered records, and those that",
      "are not envelopes, are skipped. Each line is judged by itself; ./swarm replay and",
      "docs/spec/verify.py check what needs several lines (parents, votes, the log's chain).",
      "Envelopes of any swarm and any key are accepted; --swarm-id ID, or the setting, refuses",
      "those of other swarms, --trust-file FILE those of keys that may not say this. Needs no",
      "running stack.%n"
    },
    footer = {
      "",
      "Exit: 0 every line is valid, 1 one is not, or there was none.",
      "A line of more than 12 MiB is refused without being read whole."
    })
public final class VerifyCommand extends CliCommand {
  private static final String STANDARD_INPUT = "-";

  private final InputStream standardInput;

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "Envelopes, one a line; '-' reads standard input.")
  private @Nullable String file;

  @Option(
      names = {"-q", "--quiet"},
      description = "Prints nothing for valid lines.")
  private boolean quiet;

  /**
   * A command for one run.
   *
   * @param standardInput not closed
   */
  public VerifyCommand(CommandContext context, InputStream standardInput) {
    super(context);
    this.standardInput = standardInput;
  }

  @Override
  protected List<String> settingsShown() {
    return List.of();
  }

  @Override
  protected int run() throws Exception {
    LoadedSettings loaded = loadSettings(Map.of(), Optional.of(LogLevel.WARN));
    Optional<String> swarmId =
        DataPaths.isGiven(loaded, "swarm.id")
            ? Optional.of(loaded.settings().swarmId())
            : Optional.empty();
    var judge = new LineJudge(Engines.portable(), swarmId, trust(loaded));
    var report = new VerifyReport(console(), quiet);
    try (InputStream in = open()) {
      var lines = new BoundedLines(in, LineJudge.lineBytesMax());
      Optional<BoundedLines.Line> line = lines.next();
      while (line.isPresent() && !console().outputClosed()) {
        context().stop().check();
        report.add(line.get().number(), judge.judge(line.get()));
        line = lines.next();
      }
    } catch (IOException e) {
      throw cannotRead(e);
    }
    return report.end();
  }

  private Optional<TrustRegistry> trust(LoadedSettings loaded) throws Exception {
    if (!DataPaths.isGiven(loaded, "trust.file")) {
      return Optional.empty();
    }
    Instant now = Instant.ofEpochSecond(0, context().time().epochNanos());
    return Optional.of(TrustRoles.of(TrustFile.read(loaded.settings().trustFile()), now));
  }

  private InputStream open() throws CommandException {
    String name = String.valueOf(file);
    if (name.equals(STANDARD_INPUT)) {
      return new UnclosedInput(standardInput);
    }
    try {
      return Files.newInputStream(context().workingDirectory().resolve(name));
    } catch (IOException e) {
      throw cannotRead(e);
    }
  }

  private CommandException cannotRead(IOException failure) {
    Path path = context().workingDirectory().resolve(String.valueOf(file));
    String reason =
        Files.isDirectory(path)
            ? "it is a directory; name a file in it, or check an audit log with: ./swarm replay"
            : failure.toString();
    return new CommandException(ExitCode.USAGE, "cannot read " + file + ": " + reason, failure);
  }
}
