package dev.canswarm.pipeline.tasks;

import dev.canswarm.config.ExecCommand;
import dev.canswarm.config.VerifyMode;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.task.Judgement;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import dev.canswarm.task.Verification;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import reactor.core.scheduler.Schedulers;

/**
 * The task type {@code exec}, which runs a configured command in any language. Its input is {@code
 * {"command": name, "stdin": text}}, or {@code "input": any JSON} instead of {@code "stdin"}. The
 * command receives on standard input the text, or the JSON in canonical form, followed by the
 * accepted artifacts of required tasks. Its standard output is the artifact. A payload can only
 * name a command, never contain one.
 *
 * <p>The configuration determines how a command is verified: the verifier runs it again and
 * compares the bytes, or runs a check command that reads the artifact from standard input and
 * accepts it with exit code 0. Thread-safe; blocks.
 */
public final class ExecTask implements TaskHandler {
  /** The name of the task type. */
  public static final String TYPE = "exec";

  private record Command(ExecCommand settings, CommandRunner work, CommandRunner check) {}

  private final SortedMap<String, Command> commands;

  /**
   * @param configured the commands by name
   * @param temporaryRoot an existing directory for the working directories of runs
   * @param keepOutput where the output of runs that fail is kept; empty for nowhere
   * @throws IllegalArgumentException if that directory cannot be used
   */
  public ExecTask(
      SortedMap<String, ExecCommand> configured, Path temporaryRoot, Optional<Path> keepOutput) {
    Optional<KeptOutput> kept = keepOutput.map(KeptOutput::in);
    TreeMap<String, Command> byName = new TreeMap<>();
    configured.forEach(
        (name, settings) ->
            byName.put(
                name,
                new Command(
                    settings,
                    runner(settings.command(), settings, temporaryRoot, kept),
                    runner(
                        settings.checkCommand().isEmpty()
                            ? settings.command()
                            : settings.checkCommand(),
                        settings,
                        temporaryRoot,
                        kept))));
    this.commands = Collections.unmodifiableSortedMap(byName);
  }

  /** Runs commands on the calling thread, which is a task thread: cancellation interrupts it. */
  private static CommandRunner runner(
      List<String> command, ExecCommand settings, Path root, Optional<KeptOutput> kept) {
    return new CommandRunner(
        command,
        new CommandLimits(settings.timeoutMillis(), settings.outputBytesMax()),
        root,
        Schedulers.immediate(),
        kept);
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Verification verification() {
    return Verification.CHECK;
  }

  @Override
  public byte[] run(TaskInput input) throws TaskException {
    return run(command(input).work(), stdin(input));
  }

  @Override
  public boolean check(TaskInput input, byte[] artifact) throws TaskException {
    return judge(input, artifact).accept();
  }

  @Override
  public Judgement judge(TaskInput input, byte[] artifact) throws TaskException {
    Command command = command(input);
    if (command.settings().verify() == VerifyMode.CHECK) {
      return judged(command.check(), artifact);
    }
    byte[] derived = run(command.work(), stdin(input));
    return Arrays.equals(derived, artifact)
        ? Judgement.ACCEPTED
        : Judgement.rejected(
            "expected the artifact %s, which the command gives again, got %s"
                .formatted(Sha256.hex(derived), Sha256.hex(artifact)));
  }

  private static byte[] run(CommandRunner runner, byte[] stdin) throws TaskException {
    try {
      return runner.run(stdin).blockOptional().orElseThrow();
    } catch (TaskFailedException e) {
      throw new TaskException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Judgement judged(CommandRunner checker, byte[] artifact) throws TaskException {
    try {
      checker.run(artifact).blockOptional();
      return Judgement.ACCEPTED;
    } catch (TaskFailedException e) {
      if (e.problem() == TaskFailedException.Problem.EXIT) {
        return Judgement.rejected(String.valueOf(e.getMessage()));
      }
      throw new TaskException(String.valueOf(e.getMessage()), e);
    }
  }

  private Command command(TaskInput input) throws TaskException {
    if (input.input() instanceof JsonObject object
        && object.get("command") instanceof JsonString name) {
      Command command = commands.get(name.value());
      if (command != null) {
        return command;
      }
      throw new TaskException(
          "exec: expected one of the configured commands "
              + commands.keySet()
              + ", got \""
              + name.value()
              + "\"");
    }
    throw new TaskException("exec: expected an input of the form {\"command\": name, …}");
  }

  private static byte[] stdin(TaskInput input) {
    JsonObject object = (JsonObject) input.input();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    JsonValue json = object.get("input");
    if (object.get("stdin") instanceof JsonString text) {
      bytes.writeBytes(text.value().getBytes(StandardCharsets.UTF_8));
    } else if (json != null) {
      bytes.writeBytes(CanonicalJson.write(json));
    }
    input.required().forEach(bytes::writeBytes);
    return bytes.toByteArray();
  }
}
