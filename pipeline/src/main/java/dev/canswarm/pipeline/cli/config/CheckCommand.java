package dev.canswarm.pipeline.cli.config;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code ./swarm check}. */
@Command(
    name = "check",
    header = "Checks the configuration without starting anything.",
    description = {
      "Reads the settings, the policy, the trust file and the plug-ins as up would, resolves the",
      "programs of tasks.exec, and compares them with each other. Starts no server and writes",
      "nothing. Exits with 2 when something is wrong. A warning names what may be intended.%n"
    })
public final class CheckCommand extends CliCommand {
  public CheckCommand(CommandContext context) {
    super(context);
  }

  @Override
  protected List<String> settingsShown() {
    return List.of("data", "policy.file", "trust.file", "tasks.plugin-path");
  }

  @Override
  protected int run() {
    ConfigurationCheck check = new ConfigurationCheck(this);
    List<String> problems = check.problems();
    for (String problem : problems) {
      console().result(problem);
      console().object("problem", Map.of("problem", problem));
    }
    for (String warning : check.warnings()) {
      console().result("warning: " + warning);
      console().object("warning", Map.of("warning", warning));
    }
    if (problems.isEmpty()) {
      console().result("nothing is wrong with this configuration");
    }
    int exit = problems.isEmpty() ? ExitCode.OK : ExitCode.USAGE;
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("problems", problems.size());
    members.put("warnings", check.warnings().size());
    console().summary(exit, members);
    return exit;
  }
}
