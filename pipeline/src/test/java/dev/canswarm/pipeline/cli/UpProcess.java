package dev.canswarm.pipeline.cli;

import dev.canswarm.pipeline.embedded.JavaCommand;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A {@code ./swarm up} of its own, on free ports, with its data in {@code data} of a directory.
 *
 * @param ready its first line
 * @param told the file of its standard error
 */
record UpProcess(Process process, String ready, Path told) {
  private static final long READY_SECONDS_MAX = 300;
  private static final long STOP_SECONDS_MAX = 90;
  private static final int TERMINATED = 143;

  /** Starts it; what it says on standard error is in {@code up.err}. */
  static UpProcess start(Path home, Map<String, String> environment) throws Exception {
    return start(
        home,
        "up",
        environment,
        "--data",
        home.resolve("data").toString(),
        "--kafka-port=0",
        "--postgres-port=0",
        "--redis-port=0",
        "--http-port=0");
  }

  /**
   * Starts one that joins the one which was started in {@code home}.
   *
   * @param name of its data directory there
   */
  static UpProcess join(Path home, String name, Map<String, String> environment) throws Exception {
    return start(
        home,
        name,
        environment,
        "--data",
        home.resolve(name).toString(),
        "--join",
        home.resolve("data").toString());
  }

  private static UpProcess start(
      Path home, String name, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(JavaCommand.of("dev.canswarm.pipeline.Main", "up"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("XDG_STATE_HOME", home.resolve("state").toString());
    builder.environment().putAll(environment);
    Path told = home.resolve(name + ".err");
    builder.redirectError(told.toFile());
    Process process = builder.start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String first = firstLine(process, out, told);
    if (!first.startsWith("ready ")) {
      process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS);
      throw new AssertionError(
          "%s, %s, said %s and: %s".formatted(name, process, first, Files.readString(told)));
    }
    return new UpProcess(process, first, told);
  }

  private static String firstLine(Process process, BufferedReader out, Path told) throws Exception {
    try {
      return CompletableFuture.supplyAsync(() -> out.lines().findFirst().orElse("nothing"))
          .get(READY_SECONDS_MAX, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      process.destroyForcibly();
      throw new AssertionError("not ready in time, but said: " + Files.readString(told), late);
    }
  }

  /** Where it takes records of any producer, as {@code host:port}. */
  String kafkaAddress() {
    return ready.replaceFirst(".* kafka=(\\S+) .*", "$1");
  }

  /** Where it answers HTTP, as {@code host:port}. */
  String httpAddress() {
    return ready.replaceFirst(".* http=(\\S+) .*", "$1");
  }

  /**
   * Ends it in order: what it started would outlive its death for a moment, and write on. If it has
   * ended by itself, shows why.
   */
  void stop() throws Exception {
    if (!process.isAlive() && process.exitValue() != TERMINATED) {
      System.err.println(process + " said: " + Files.readString(told));
    }
    process.destroy();
    if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS);
    }
  }
}
