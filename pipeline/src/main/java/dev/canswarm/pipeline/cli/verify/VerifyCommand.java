package dev.canswarm.pipeline.cli.verify;

import dev.canswarm.config.ConfigurationException;
import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.LogLevel;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.TrustFile;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.ShapeException;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.DataPaths;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.command.StoppedException;
import dev.canswarm.pipeline.cli.stack.TrustRoles;
import dev.canswarm.policy.Policy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
      "those of other swarms. --trust-file FILE refuses those of keys that may not say this: by",
      "the trust file, by the entries of the control chain in the input and in --control FILE, and",
      "at the head that the DECIDE of their NEED pins. The chain begins with --policy-file FILE,",
      "else with the policy.json beside the trust file, else with the built-in policy. Needs no",
      "running stack.%n"
    },
    footer = {
      "",
      "Exit: 0 every line is valid, 1 one is not, or there was none.",
      "A line of more than 12 MiB is refused without being read whole."
    })
public final class VerifyCommand extends CliCommand {
  private static final String STANDARD_INPUT = "-";
  private static final String POLICY = "policy.json";

  /** A data directory's audit has logs in directories of their own. */
  private static final int CONTROL_LEVELS_MAX = 2;

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

  @Option(
      names = "--control",
      paramLabel = "FILE",
      description = {
        "With --trust-file: a file with more entries of the control chain and DECIDEs, one a line.",
        "Of a directory, such as DATA/audit, all *.jsonl in it and in its directories.",
        "May be repeated."
      })
  private List<Path> control = List.of();

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
    Optional<Path> path = path();
    SignatureEngine engine = Engines.portableFirst();
    try (var input = new VerifyInput(standardInput, path)) {
      Optional<KeyHistory> keys = keys(loaded, swarmId, input, engine);
      var judge = new LineJudge(engine, swarmId, keys);
      var report = new VerifyReport(console(), quiet);
      try (InputStream in = input.open()) {
        eachLine(in, line -> report.add(line.number(), judge.judge(line)));
      }
      keys.ifPresent(this::note);
      return report.end();
    } catch (IOException e) {
      throw cannotRead(String.valueOf(file), e);
    }
  }

  private Optional<Path> path() {
    String name = String.valueOf(file);
    return name.equals(STANDARD_INPUT)
        ? Optional.empty()
        : Optional.of(context().workingDirectory().resolve(name));
  }

  private void eachLine(InputStream in, Consumer<BoundedLines.Line> each)
      throws IOException, StoppedException {
    var lines = new BoundedLines(in, LineJudge.lineBytesMax());
    Optional<BoundedLines.Line> line = lines.next();
    while (line.isPresent() && !console().outputClosed()) {
      context().stop().check();
      each.accept(line.get());
      line = lines.next();
    }
  }

  /** Reads the trust file, and all that the input says of keys. */
  private Optional<KeyHistory> keys(
      LoadedSettings loaded, Optional<String> swarmId, VerifyInput input, SignatureEngine engine)
      throws Exception {
    if (!DataPaths.isGiven(loaded, "trust.file")) {
      if (!control.isEmpty()) {
        throw new CommandException(
            ExitCode.USAGE, "--control: expected --trust-file FILE with it, got none");
      }
      return Optional.empty();
    }
    Path trustFile = loaded.settings().trustFile();
    TrustFile trust = TrustFile.read(trustFile);
    var scan = new ChainScan();
    var reader = new LineJudge(engine, swarmId, Optional.empty());
    for (Path each : control) {
      scan(context().workingDirectory().resolve(each), reader, scan);
    }
    try (InputStream in = input.openFirst()) {
      eachLine(in, line -> reader.scan(line, scan));
    }
    Instant now = Instant.ofEpochSecond(0, context().time().epochNanos());
    Policy policy = policy(loaded, trustFile, scan);
    TrustState genesis = TrustRoles.genesis(scan.swarmId(), trust, now, policy);
    return Optional.of(new KeyHistory(genesis, scan, engine));
  }

  private void scan(Path path, LineJudge reader, ChainScan scan)
      throws CommandException, StoppedException {
    try (Stream<Path> tree = Files.walk(path, CONTROL_LEVELS_MAX)) {
      List<Path> files =
          Files.isDirectory(path)
              ? tree.filter(each -> each.toString().endsWith(".jsonl")).sorted().toList()
              : List.of(path);
      for (Path each : files) {
        try (InputStream in = Files.newInputStream(each)) {
          eachLine(in, line -> reader.scan(line, scan));
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new CommandException(ExitCode.USAGE, "--control: cannot read " + path + ": " + e, e);
    }
  }

  /** The policy with which the swarm began; only entries of the chain name it. */
  private static Policy policy(LoadedSettings loaded, Path trustFile, ChainScan scan)
      throws ConfigurationException, CommandException {
    Path beside = trustFile.resolveSibling(POLICY);
    Optional<Path> named = loaded.settings().policyFile();
    boolean isBeside = named.isEmpty() && Files.exists(beside);
    if (scan.entries().isEmpty()) {
      return Policy.parse(PolicyFile.builtIn());
    }
    try {
      return Policy.parse(PolicyFile.load(isBeside ? Optional.of(beside) : named));
    } catch (JsonException | ShapeException e) {
      throw new CommandException(
          ExitCode.USAGE,
          "no policy: "
              + e.getMessage()
              + "; name the one with which the swarm began: --policy-file FILE",
          e);
    }
  }

  private void note(KeyHistory keys) {
    if (keys.unknownPins() > 0) {
      console()
          .note(
              "swarm: %d DECIDEs pin a trust file that is neither the named one nor made of it by the %d entries of the control chain that were found; their NEEDs are judged at any head; name more entries: --control FILE"
                  .formatted(keys.unknownPins(), keys.entries()));
    }
  }

  private CommandException cannotRead(String name, IOException failure) {
    Path path = context().workingDirectory().resolve(name);
    String reason =
        Files.isDirectory(path)
            ? "it is a directory; name a file in it, or check an audit log with: ./swarm replay"
            : failure.toString();
    return new CommandException(ExitCode.USAGE, "cannot read " + name + ": " + reason, failure);
  }
}
