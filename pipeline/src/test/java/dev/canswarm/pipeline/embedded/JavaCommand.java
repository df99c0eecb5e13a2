package dev.canswarm.pipeline.embedded;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of another JVM with this one's classes, which starts as fast as it can. */
public final class JavaCommand {
  /** Those of the launcher {@code swarm}, which says why, for what is over in a moment. */
  private static final List<String> FLAGS =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-XX:MetaspaceSize=128m",
          "-Xshare:auto",
          "--enable-native-access=ALL-UNNAMED");

  private JavaCommand() {}

  /** Returns the command that runs a class's {@code main} with these arguments. */
  public static List<String> of(String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(List.of(arguments));
    return command;
  }
}
