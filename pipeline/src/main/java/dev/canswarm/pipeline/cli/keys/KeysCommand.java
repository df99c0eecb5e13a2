package dev.canswarm.pipeline.cli.keys;

import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.TrustFile;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ConfiguredEngine;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.DataPaths;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.AgentKeys;
import dev.canswarm.pipeline.cli.data.SeedSource;
import dev.canswarm.pipeline.embedded.DataDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./swarm keys new|show}. */
@Command(
    name = "keys",
    header = "Makes and lists the keys of agents.",
    description = {
      "Secrets stay in DATA/keys/NAME.key; the output has names, roles and public keys, as in",
      "DATA/trust.yaml.%n"
    })
public final class KeysCommand extends CliCommand {
  /** The subcommand. */
  enum Action {
    NEW,
    SHOW
  }

  @Parameters(
      index = "0",
      paramLabel = "new|show",
      description = {
        "new: without NAME, the keys and the trust file that the first ./swarm up would create; with"
            + " NAME, one more agent.",
        "show: lists the agents."
      })
  private Action action = Action.SHOW;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description = "Name of the new agent.")
  private @Nullable String name;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      split = ",",
      description = "Roles of the new agent, one or several. Default: client.")
  private List<String> roles = List.of("client");

  public KeysCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("data", "trust.file");
  }

  @Override
  protected int run() throws Exception {
    return switch (action) {
      case NEW -> make();
      case SHOW -> show();
    };
  }

  private int make() throws Exception {
    LoadedSettings loaded = loadSettings();
    Path data = loaded.settings().data();
    SeedSource seeds = SeedSource.random(context().random());
    try (DataDirectory directory = DataDirectory.open(data)) {
      Path trustFile = DataPaths.trustFile(loaded, directory.root());
      AgentKeys keys =
          AgentKeys.ensure(
              directory.root(),
              trustFile,
              loaded.settings().agents(),
              seeds,
              ConfiguredEngine.forFew(loaded.settings()));
      if (name != null) {
        checkName(name);
        list(keys.withNew(name, roles, seeds), List.of(name));
      } else if (keys.added().isEmpty()) {
        throw new CommandException(
            ExitCode.FAILED,
            "the keys are there already; ./swarm keys new NAME makes another agent's");
      } else {
        list(keys, keys.added());
      }
    }
    return ExitCode.OK;
  }

  private void checkName(String agent) throws CommandException {
    if (!agent.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")) {
      throw new CommandException(
          ExitCode.USAGE, "expected a name of 1 to 64 of A-Z a-z 0-9 . _ -, got " + agent);
    }
    for (String role : roles) {
      if (!TrustFile.ROLES.contains(role)) {
        throw new CommandException(
            ExitCode.USAGE,
            "no role " + role + "; there are: " + String.join(", ", TrustFile.ROLES));
      }
    }
  }

  private int show() throws Exception {
    DataAccess access = DataAccess.of(this);
    Path trustFile = access.trustFile();
    if (!Files.exists(trustFile)) {
      throw new CommandException(
          ExitCode.ENVIRONMENT,
          "no keys in %s yet; make them with: ./swarm keys new".formatted(access.dataDir()));
    }
    AgentKeys keys =
        AgentKeys.read(access.dataDir(), trustFile, ConfiguredEngine.forFew(access.settings()));
    list(keys, keys.trust().entries().stream().map(TrustFile.Entry::name).toList());
    return ExitCode.OK;
  }

  private void list(AgentKeys keys, List<String> names) {
    int nameColumns = names.stream().mapToInt(String::length).max().orElse(1);
    for (TrustFile.Entry entry : keys.trust().entries()) {
      if (!names.contains(entry.name())) {
        continue;
      }
      String held = String.join(",", entry.roles());
      String format = "%-" + nameColumns + "s  %-11s  %s%s";
      boolean secret = keys.holds(entry.name());
      console()
          .result(
              format.formatted(
                  entry.name(),
                  held,
                  entry.publicKeyBase64(),
                  secret ? "" : "  (no private key here)"));
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("name", entry.name());
      members.put("roles", entry.roles());
      members.put("public_key", entry.publicKeyBase64());
      members.put("private_key_here", secret);
      console().object("key", members);
    }
    console().summary(ExitCode.OK, Map.of("keys", names.size()));
  }
}
