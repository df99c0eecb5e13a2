package dev.canswarm.pipeline.cli;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A {@code ./swarm up} of its own, on free ports, with its data in {@code data} of a directory.
 *
 * @param ready its first line
 */
record UpProcess(Process process, String ready) {
  private static final long READY_SECONDS_MAX = 120;
  private static final long STOP_SECONDS_MAX = 90;

  /** Starts it; what it says on standard error is in {@code up.err}. */
  static UpProcess start(Path home, Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.canswarm.pipeline.Main",
            "up",
            "--data",
            home.resolve("data").toString(),
            "--kafka-port=0",
            "--postgres-port=0",
            "--redis-port=0",
            "--http-port=0");
    builder.environment().put("XDG_STATE_HOME", home.resolve("state").toString());
    builder.environment().putAll(environment);
    builder.redirectError(home.resolve("up.err").toFile());
    Process process = builder.start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    return new UpProcess(
        process,
        CompletableFuture.supplyAsync(() -> out.lines().findFirst().orElse("nothing"))
            .get(READY_SECONDS_MAX, TimeUnit.SECONDS));
  }

  /** Where it answers HTTP, as {@code host:port}. */
  String httpAddress() {
    return ready.replaceFirst(".* http=(\\S+) .*", "$1");
  }

  /** Ends it in order: what it started would outlive its death for a moment, and write on. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS);
    }
  }
}
