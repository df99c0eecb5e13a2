package dev.canswarm.benchmarks.load.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How {@code ./swarm} commands are started.
 *
 * @param program the launcher {@code swarm}, or the pipeline's jar, which ends in {@code .jar}
 * @param environment of this process
 */
public record Launch(Path program, Map<String, String> environment) {
  private static final String JAVA_OPTIONS = "SWARM_JAVA_OPTS";
  private static final String OWN_PREFIX = "SWARM_";

  public Launch {
    environment = Map.copyOf(environment);
  }

  /** The command line for these arguments in a JVM with these options. */
  public List<String> command(List<String> javaOptions, List<String> arguments) {
    List<String> command = new ArrayList<>();
    if (isJar()) {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(javaOptions);
      command.addAll(List.of("-jar", program.toString()));
    } else {
      command.add(program.toString());
    }
    command.addAll(arguments);
    return command;
  }

  /**
   * The whole environment of a child: what is set for this process's own settings is not meant for
   * it.
   *
   * @param state where it may register what runs
   */
  public Map<String, String> childEnvironment(List<String> javaOptions, Path state) {
    Map<String, String> own = new LinkedHashMap<>(environment);
    String given = own.getOrDefault(JAVA_OPTIONS, "");
    own.keySet().removeIf(name -> name.startsWith(OWN_PREFIX));
    if (!isJar()) {
      own.put(JAVA_OPTIONS, (given + " " + String.join(" ", javaOptions)).strip());
    }
    own.put("XDG_STATE_HOME", state.toString());
    return own;
  }

  private boolean isJar() {
    return program.toString().endsWith(".jar");
  }
}
