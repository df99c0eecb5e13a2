package dev.canswarm.pipeline.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Prometheus's own check of what it is to read. */
public final class Promtool {
  private static final long SECONDS_MAX = 60;

  private Promtool() {}

  /** Runs it and expects that it is content; skips the test where it is not installed. */
  public static void accepts(Path input, List<String> arguments, Path directory) throws Exception {
    List<String> command = new ArrayList<>(List.of(program().toString()));
    command.addAll(arguments);
    Path output = Files.createTempFile(directory, "promtool", ".out");
    Process process =
        new ProcessBuilder(command)
            .redirectInput(input.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    String said = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as("%s: %s", command, said).isZero();
  }

  private static Path program() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, "promtool"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseGet(
            () -> abort("promtool is not installed, so this is not checked (apt: prometheus)"));
  }
}
