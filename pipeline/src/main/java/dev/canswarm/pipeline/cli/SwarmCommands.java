package dev.canswarm.pipeline.cli;

import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandLines;
import dev.canswarm.pipeline.cli.completion.CompletionCommand;
import dev.canswarm.pipeline.cli.config.CheckCommand;
import dev.canswarm.pipeline.cli.config.ConfigCommand;
import dev.canswarm.pipeline.cli.demo.DemoCommand;
import dev.canswarm.pipeline.cli.dlq.DlqCommand;
import dev.canswarm.pipeline.cli.keys.KeysCommand;
import dev.canswarm.pipeline.cli.list.ListCommand;
import dev.canswarm.pipeline.cli.need.CancelCommand;
import dev.canswarm.pipeline.cli.need.NeedCommand;
import dev.canswarm.pipeline.cli.policy.PolicyCommand;
import dev.canswarm.pipeline.cli.raw.PubCommand;
import dev.canswarm.pipeline.cli.raw.TapCommand;
import dev.canswarm.pipeline.cli.replay.RebuildCommand;
import dev.canswarm.pipeline.cli.replay.ReplayCommand;
import dev.canswarm.pipeline.cli.status.StatusCommand;
import dev.canswarm.pipeline.cli.thread.ThreadCommand;
import dev.canswarm.pipeline.cli.trust.TrustCommand;
import dev.canswarm.pipeline.cli.up.UpCommand;
import dev.canswarm.pipeline.cli.verify.JcsCommand;
import dev.canswarm.pipeline.cli.verify.VerifyCommand;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;

/** The commands of the program, in the order of its help. */
public final class SwarmCommands {
  private SwarmCommands() {}

  /**
   * Runs the command that the arguments name.
   *
   * @return one of {@link dev.canswarm.pipeline.cli.command.ExitCode}
   */
  public static int execute(CommandContext context, String... args) {
    return CommandLines.execute(context, new SwarmCommand(), all(context), args);
  }

  /** The program's command line, for one run. */
  public static CommandLine commandLine(CommandContext context) {
    return CommandLines.of(context, new SwarmCommand(), all(context));
  }

  private static Map<String, CliCommand> all(CommandContext context) {
    Map<String, CliCommand> commands = new LinkedHashMap<>();
    commands.put("demo", new DemoCommand(context));
    commands.put("up", new UpCommand(context));
    commands.put("status", new StatusCommand(context));
    commands.put("list", new ListCommand(context));
    commands.put("need", new NeedCommand(context));
    commands.put("cancel", new CancelCommand(context));
    commands.put("replay", new ReplayCommand(context));
    commands.put("rebuild", new RebuildCommand(context));
    commands.put("verify", new VerifyCommand(context, System.in));
    commands.put("jcs", new JcsCommand(context, System.in));
    commands.put("thread", new ThreadCommand(context));
    commands.put("dlq", new DlqCommand(context));
    commands.put("keys", new KeysCommand(context));
    commands.put("trust", new TrustCommand(context));
    commands.put("config", new ConfigCommand(context));
    commands.put("check", new CheckCommand(context));
    commands.put("policy", new PolicyCommand(context));
    commands.put("completion", new CompletionCommand(context, () -> commandLine(context)));
    commands.put("pub", new PubCommand(context));
    commands.put("tap", new TapCommand(context));
    commands.put("sim", new LauncherCommand.Sim(context));
    commands.put("chaos", new LauncherCommand.Chaos(context));
    commands.put("hostile", new LauncherCommand.Hostile(context));
    commands.put("bench", new LauncherCommand.Bench(context));
    commands.put("jmh", new LauncherCommand.Jmh(context));
    return commands;
  }
}
