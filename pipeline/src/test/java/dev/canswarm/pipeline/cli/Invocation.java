package dev.canswarm.pipeline.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.canswarm.clock.TimeSource;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntBiFunction;

/** One command, run in this process, with what it printed. */
public final class Invocation {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  final StopSignal stop = new StopSignal();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final CommandContext context;
  private final ToIntBiFunction<CommandContext, String[]> program;
  private int exit = -1;

  /**
   * @param home the user's home directory: no file outside of it is touched, except those that
   *     options name
   */
  public Invocation(Path home, Map<String, String> environment) {
    this(home, environment, SwarmCommands::execute);
  }

  /**
   * @param program runs the command that the arguments name, and returns its exit code
   */
  public Invocation(
      Path home,
      Map<String, String> environment,
      ToIntBiFunction<CommandContext, String[]> program) {
    this.program = program;
    Map<String, String> variables = new TreeMap<>(environment);
    variables.put("XDG_STATE_HOME", home.resolve("state").toString());
    Console console = new Console(printing(out), printing(err), false);
    context =
        new CommandContext(console, stop, variables, home, TimeSource.system(), new SecureRandom());
  }

  /** Runs a command to its end. */
  public static Invocation of(Path home, String... args) {
    Invocation invocation = new Invocation(home, Map.of());
    invocation.run(args);
    return invocation;
  }

  public int run(String... args) {
    exit = program.applyAsInt(context, args);
    return exit;
  }

  /** The context of commands that a test makes itself. */
  public CommandContext context() {
    return context;
  }

  public int exit() {
    return exit;
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Standard output's lines, each of which must be one JSON object. */
  public List<JsonNode> objects() throws IOException {
    List<JsonNode> objects = new ArrayList<>();
    for (String line : out().lines().toList()) {
      JsonNode object = MAPPER.readTree(line);
      if (!object.isObject()) {
        throw new IOException("expected an object a line, got " + line);
      }
      objects.add(object);
    }
    return objects;
  }

  /** The last object, which must be the summary. */
  public JsonNode summary() throws IOException {
    List<JsonNode> objects = objects();
    JsonNode last = objects.get(objects.size() - 1);
    if (!last.path("type").asText().equals("summary")) {
      throw new IOException("expected a summary at the end, got " + last);
    }
    return last;
  }

  private static PrintStream printing(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }
}
