package dev.canswarm.pipeline.cli.keys;

import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ConfiguredEngine;
import dev.canswarm.pipeline.cli.command.ConfiguredKeys;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.DataPaths;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.AgentKeys;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.data.KeyFiles;
import dev.canswarm.pipeline.cli.data.SeedSource;
import dev.canswarm.pipeline.embedded.DataDirectory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./swarm keys list|new|show|encrypt|decrypt|signer}. */
@Command(
    name = "keys",
    header = "Makes, lists and encrypts the keys of agents.",
    description = {
      "Secrets stay in DATA/keys/NAME.key; the output has names, roles and public keys, as in",
      "DATA/trust.yaml. A passphrase is read from the file that --keys-passphrase-file or",
      "SWARM_KEYS_PASSPHRASE_FILE names, or asked for on a terminal.%n"
    })
public final class KeysCommand extends CliCommand {
  /** The subcommand. */
  enum Action {
    LIST,
    NEW,
    SHOW,
    ENCRYPT,
    DECRYPT,
    SIGNER
  }

  @Parameters(
      index = "0",
      paramLabel = "ACTION",
      description = {
        "list: all agents, with how each private key is kept.",
        "new: without NAME, the keys and the trust file that the first ./swarm up would create;"
            + " with NAME, one more agent.",
        "show: the agents with their public keys; with NAME, all about one.",
        "encrypt: replaces the plain key file of NAME by an encrypted one.",
        "decrypt: replaces the encrypted key file of NAME by a plain one.",
        "signer: signs for other processes, with the key of NAME or with all; requests come by"
            + " standard input (docs/API.md, External signers)."
      })
  private Action action = Action.SHOW;

  @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "Name of the agent.")
  private @Nullable String name;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      split = ",",
      description = "Roles of the new agent, one or several. Default: client.")
  private List<String> roles = List.of("client");

  @Option(names = "--all", description = "Encrypts or decrypts every key file of DATA.")
  private boolean all;

  public KeysCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("data", "trust.file", "keys.passphrase-file");
  }

  @Override
  protected int run() throws Exception {
    return switch (action) {
      case LIST -> table(null);
      case NEW -> make();
      case SHOW -> name == null ? show() : table(name);
      case ENCRYPT, DECRYPT -> change();
      case SIGNER -> serve();
    };
  }

  private int make() throws Exception {
    LoadedSettings loaded = loadSettings();
    Path data = loaded.settings().data();
    SeedSource seeds = SeedSource.random(context().random());
    try (DataDirectory directory = DataDirectory.open(data);
        KeyAccess access =
            ConfiguredKeys.of(
                loaded.settings(), ConfiguredEngine.forFew(loaded.settings()), context())) {
      Path trustFile = DataPaths.trustFile(loaded, directory.root());
      AgentKeys keys =
          AgentKeys.ensure(directory.root(), trustFile, loaded.settings().agents(), seeds, access);
      if (name != null) {
        checkName(name);
        checkRoles();
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

  private static void checkName(String agent) throws CommandException {
    if (!agent.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")) {
      throw new CommandException(
          ExitCode.USAGE, "expected a name of 1 to 64 of A-Z a-z 0-9 . _ -, got " + agent);
    }
  }

  private void checkRoles() throws CommandException {
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
    AgentKeys keys =
        AgentKeys.read(
            access.dataDir(), trustFile(access), ConfiguredEngine.forFew(access.settings()));
    list(keys, keys.trust().entries().stream().map(TrustFile.Entry::name).toList());
    return ExitCode.OK;
  }

  private static Path trustFile(DataAccess access) throws CommandException {
    Path trustFile = access.trustFile();
    if (!Files.exists(trustFile)) {
      throw new CommandException(
          ExitCode.ENVIRONMENT,
          "no keys in %s yet; make them with: ./swarm keys new".formatted(access.dataDir()));
    }
    return trustFile;
  }

  /** Prints one agent, or all. */
  private int table(@Nullable String agent) throws Exception {
    DataAccess access = DataAccess.of(this);
    try (KeyAccess kept =
        ConfiguredKeys.of(
            access.settings(), ConfiguredEngine.forFew(access.settings()), context())) {
      AgentKeys keys = AgentKeys.read(access.dataDir(), trustFile(access), kept);
      KeyTable table = new KeyTable(console(), keys, new KeyFiles(access.dataDir(), kept));
      if (agent == null) {
        table.list(keys.trust().entries());
        return ExitCode.OK;
      }
      checkName(agent);
      if (!table.has(agent)) {
        throw none(agent);
      }
      table.show(agent);
    }
    return ExitCode.OK;
  }

  private static CommandException none(String agent) {
    return new CommandException(
        ExitCode.FAILED, "no agent " + agent + "; those that there are: ./swarm keys list");
  }

  /** Encrypts or decrypts key files. */
  private int change() throws Exception {
    boolean encrypts = action == Action.ENCRYPT;
    String verb = action.name().toLowerCase(Locale.ROOT);
    if (all == (name != null)) {
      throw new CommandException(
          ExitCode.USAGE, "expected either a NAME or --all: ./swarm keys " + verb + " NAME");
    }
    DataAccess access = DataAccess.of(this);
    SignatureEngine engine = ConfiguredEngine.forFew(access.settings());
    try (KeyAccess kept = ConfiguredKeys.ofFiles(access.settings(), engine, context(), encrypts)) {
      KeyFiles files = new KeyFiles(access.dataDir(), kept);
      List<String> names = name == null ? files.names() : List.of(name);
      for (String agent : names) {
        checkName(agent);
      }
      List<String> changed = encrypts ? files.encrypt(names) : files.decrypt(names);
      String done = encrypts ? "encrypted" : "decrypted";
      for (String agent : names) {
        boolean isNew = changed.contains(agent);
        console().result(agent + (isNew ? "  " + done : "  " + done + " already"));
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", agent);
        members.put("changed", isNew);
        console().object("key", members);
      }
      if (encrypts && !changed.isEmpty()) {
        console()
            .note(
                "swarm: without the passphrase these keys are lost; the plain files may still be on"
                    + " the disk, and in copies");
      }
      console().summary(ExitCode.OK, Map.of("keys", names.size(), "changed", changed.size()));
    }
    return ExitCode.OK;
  }

  private int serve() throws Exception {
    if (console().json()) {
      throw new CommandException(
          ExitCode.USAGE, "keys signer answers in JSON always; leave --json out");
    }
    LoadedSettings loaded = loadSettings();
    SignatureEngine engine = ConfiguredEngine.forFew(loaded.settings());
    Map<String, SigningKey> keys = new TreeMap<>();
    try (KeyAccess kept = ConfiguredKeys.ofFiles(loaded.settings(), engine, context(), false)) {
      KeyFiles files = new KeyFiles(loaded.settings().data(), kept);
      List<String> names = name == null ? files.names() : List.of(name);
      for (String agent : names) {
        checkName(agent);
        keys.put(agent, files.key(agent));
      }
    }
    if (keys.isEmpty()) {
      throw new CommandException(
          ExitCode.ENVIRONMENT, "no keys in " + loaded.settings().data() + "; pass another --data");
    }
    return SignerRun.run(keys, System.in, new FileOutputStream(FileDescriptor.out), context());
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
