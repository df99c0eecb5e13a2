package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./swarm trust list|add|rotate|revoke|roles|approve|submit}. */
@Command(
    name = "trust",
    header = "Lists and changes the keys and roles of a running swarm.",
    description = {
      "Each change is an entry of the control chain, signed by an administrator's key of the data",
      "directory. All processes follow the chain, without a restart. A command that changes",
      "something waits until the entry is stored.%n",
      "Where trust.yaml requires several administrators, one writes the change to a file",
      "(--propose), others approve the file, and one of them submits it.%n"
    },
    footer = {
      "",
      "Exit: 0 done; 1 the swarm refused the entry, or another one came first; 4 not stored",
      "within --timeout-ms."
    })
public final class TrustCommand extends CliCommand {
  /** The subcommand. */
  enum Action {
    LIST,
    ADD,
    ROTATE,
    REVOKE,
    ROLES,
    APPROVE,
    SUBMIT
  }

  @Parameters(
      index = "0",
      paramLabel = "ACTION",
      description = {
        "What to do.",
        "list: all keys, with their roles and states.",
        "add: a key for a new NAME, with --roles.",
        "rotate: a new key for NAME; NEEDs that are decided already finish with the old one.",
        "revoke: the key of NAME, or KEY, is retired; with --compromised its messages no longer"
            + " count.",
        "roles: other roles for NAME: --roles.",
        "approve: signs the change in FILE.",
        "submit: sends the change in FILE."
      })
  @Nullable Action action;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME|KEY|FILE",
      description = "An agent's name, a public key in base64, or the file of a proposal.")
  @Nullable String target;

  @Option(
      names = "--roles",
      paramLabel = "ROLE",
      split = ",",
      description = "Roles, one or several, for add and roles.")
  List<String> roles = List.of();

  @Option(
      names = "--key",
      paramLabel = "BASE64",
      description =
          "The new public key, for add and rotate. Default: makes one, in DATA/keys/NAME.key.")
  @Nullable String key;

  @Option(
      names = "--compromised",
      description = "With revoke: others may have the key. Its messages no longer count.")
  boolean compromised;

  @Mixin final ChangeOptions options = new ChangeOptions();

  public TrustCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("data", "trust.file");
  }

  /** Returns the name, key or file that the subcommand is about. */
  String target() throws CommandException {
    String given = target;
    if (given == null) {
      throw usage("expected a " + (isAboutFile() ? "FILE" : "NAME"));
    }
    return given;
  }

  private boolean isAboutFile() {
    return action == Action.APPROVE || action == Action.SUBMIT;
  }

  static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }

  @Override
  protected int run() throws Exception {
    Action asked = action;
    if (asked == null) {
      throw usage("expected list, add, rotate, revoke, roles, approve or submit");
    }
    return switch (asked) {
      case LIST -> TrustList.run(this);
      case APPROVE -> ApproveRun.run(this);
      case ADD, ROTATE, REVOKE, ROLES, SUBMIT -> ChangeRun.run(this, asked);
    };
  }
}
