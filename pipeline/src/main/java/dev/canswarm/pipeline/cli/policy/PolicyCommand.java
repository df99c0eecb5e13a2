package dev.canswarm.pipeline.cli.policy;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.ModuleFiles;
import dev.canswarm.pipeline.cli.stack.StartRules;
import dev.canswarm.pipeline.cli.trust.ChangeOptions;
import dev.canswarm.pipeline.cli.trust.EntryRun;
import dev.canswarm.pipeline.cli.trust.HeadPolicy;
import dev.canswarm.protocol.Feasibility;
import dev.canswarm.protocol.payload.ControlChange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ./swarm policy show|hash|check|diff|activate|retire}. */
@Command(
    name = "policy",
    header = "Shows, checks, compares, activates and retires policies.",
    description = {
      "show prints the members of a policy; hash its hash, which every envelope names as",
      "policy_engine_hash; check reports errors of a file, its modules and the settings beside it,",
      "and counts the verifiers of a running stack; diff prints what the second of two policies",
      "changes. These need no running stack.%n",
      "activate brings a policy into force in the running swarm, beside those that are in force;",
      "new messages name the one that was activated last. Its modules are read from its directory,",
      "and kept in PostgreSQL, from where every process loads them. retire ends another one. Both",
      "are entries of the control chain, as those of ./swarm trust.%n"
    },
    footer = {"", "Exit: 0, 1 the file is not a valid policy, or two differ."})
public final class PolicyCommand extends CliCommand {
  private static final int FILES_MAX = 2;

  /** The subcommand. */
  enum Action {
    SHOW,
    HASH,
    CHECK,
    DIFF,
    ACTIVATE,
    RETIRE
  }

  @Parameters(
      index = "0",
      paramLabel = "ACTION",
      description = "What to do: one of show, hash, check, diff, activate, retire.")
  @Nullable Action action;

  @Parameters(
      index = "1..*",
      paramLabel = "FILE",
      description = {
        "Policy files: one for check, activate and retire; one or none for show and hash, which"
            + " without one take the policy that new messages name in the running stack, or that of"
            + " the settings; two for diff,"
            + " or one, which is compared with that policy."
      })
  List<Path> files = new ArrayList<>();

  @Mixin final ChangeOptions changes = new ChangeOptions();

  public PolicyCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("data", "policy.file");
  }

  @Override
  protected int run() throws Exception {
    Action asked = action;
    if (asked == null) {
      throw usage("expected show, hash, check, diff, activate or retire");
    }
    if (files.size() > (asked == Action.DIFF ? FILES_MAX : 1)) {
      throw usage("too many files: " + files.size());
    }
    return switch (asked) {
      case SHOW -> show(named(0));
      case HASH -> hash(named(0));
      case CHECK -> check();
      case DIFF -> diff();
      case ACTIVATE -> activate();
      case RETIRE -> retire();
    };
  }

  private int show(PolicyDocument document) {
    int columns = columns(document.members().keySet());
    document
        .members()
        .forEach(
            (name, value) -> {
              console().result(("%-" + columns + "s  %s").formatted(name, value));
              console().object("member", members("name", name, "value", value));
            });
    console().result(("%-" + columns + "s  %s").formatted("hash", document.policy().hash()));
    return ended(ExitCode.OK, Map.of("hash", document.policy().hash()));
  }

  private int hash(PolicyDocument document) {
    console().result(document.policy().hash());
    return ended(ExitCode.OK, Map.of("hash", document.policy().hash()));
  }

  private int check() throws Exception {
    if (files.isEmpty()) {
      throw usage("check: expected a FILE");
    }
    PolicyDocument document = named(0);
    List<String> problems =
        new ArrayList<>(
            StartRules.problems(loadSettings().settings(), document.policy(), verifiers()));
    Path file = context().workingDirectory().resolve(files.get(0));
    problems.addAll(
        StartRules.moduleProblems(
            document.policy(), ModuleFiles.beside(Optional.of(file), document.policy())));
    for (String problem : problems) {
      console().result(problem);
      console().object("problem", Map.of("problem", problem));
    }
    if (problems.isEmpty()) {
      console().result("nothing is wrong with policy " + document.policy().hash());
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("hash", document.policy().hash());
    members.put("problems", problems.size());
    return ended(problems.isEmpty() ? ExitCode.OK : ExitCode.FAILED, members);
  }

  private int diff() throws Exception {
    if (files.isEmpty()) {
      throw usage("diff: expected one or two FILEs");
    }
    PolicyDocument before = files.size() == FILES_MAX ? named(0) : inForce();
    PolicyDocument after = named(files.size() - 1);
    SortedSet<String> names = new TreeSet<>(before.members().keySet());
    names.addAll(after.members().keySet());
    int differences = 0;
    for (String name : names) {
      String was = before.members().getOrDefault(name, "-");
      String is = after.members().getOrDefault(name, "-");
      if (!was.equals(is)) {
        differences++;
        console().result(name + ": " + was + " → " + is);
        console().object("difference", members("name", name, "before", was, "after", is));
      }
    }
    if (differences == 0) {
      console().result("the same policy, " + after.policy().hash());
    }
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("differences", differences);
    members.put("before", before.policy().hash());
    members.put("after", after.policy().hash());
    return ended(differences == 0 ? ExitCode.OK : ExitCode.FAILED, members);
  }

  private int activate() throws Exception {
    if (files.isEmpty()) {
      throw usage("activate: expected a FILE");
    }
    PolicyDocument document = named(0);
    Path file = context().workingDirectory().resolve(files.get(0));
    ModuleFiles modules = ModuleFiles.beside(Optional.of(file), document.policy());
    List<String> problems = StartRules.moduleProblems(document.policy(), modules);
    if (!problems.isEmpty()) {
      throw new CommandException(ExitCode.FAILED, "nothing was changed: " + problems.get(0));
    }
    return EntryRun.run(this, changes, new ControlChange.Activate(document.json()), modules);
  }

  private int retire() throws Exception {
    if (files.isEmpty()) {
      throw usage("retire: expected a FILE, or a policy's hash");
    }
    String named = files.get(0).toString();
    String hash = Sha256.isHex(named) ? named : named(0).policy().hash();
    return EntryRun.run(this, changes, new ControlChange.RetirePolicy(hash));
  }

  private PolicyDocument named(int index) throws Exception {
    if (index >= files.size()) {
      return inForce();
    }
    Path file = context().workingDirectory().resolve(files.get(index));
    return PolicyDocument.of(file.toString(), PolicyFile.load(Optional.of(file)));
  }

  private PolicyDocument inForce() throws Exception {
    DataAccess access = DataAccess.of(this);
    Optional<HeadPolicy> running = HeadPolicy.read(this, access);
    if (running.isEmpty()) {
      return PolicyDocument.of("the policy of the settings", access.policy());
    }
    int inForce = running.get().head().policies().size();
    if (inForce > 1) {
      console()
          .note(
              "swarm: %d policies are in force, and new messages name this one; see ./swarm trust list"
                  .formatted(inForce));
    }
    return PolicyDocument.of("the policy in force", running.get().bytes());
  }

  /** The verifiers that may vote under a policy, where a swarm runs whose keys are known. */
  private OptionalInt verifiers() throws Exception {
    Optional<HeadPolicy> running = HeadPolicy.read(this, DataAccess.of(this));
    return running.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(Feasibility.verifiersBeside(running.get().head().registry()));
  }

  private int ended(int exit, Map<String, ?> members) {
    console().summary(exit, members);
    return exit;
  }

  private static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }

  private static int columns(Iterable<String> names) {
    int columns = 1;
    for (String name : names) {
      columns = Math.max(columns, name.length());
    }
    return columns;
  }

  private static Map<String, String> members(String... namesAndValues) {
    Map<String, String> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return members;
  }
}
