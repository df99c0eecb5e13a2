package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cost of a start, measured by the classes that it loads. */
class StartTest {
  private static final long START_SECONDS_MAX = 60;

  private final Path directory;

  StartTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--version", "up --help"})
  void askingWhatThereIsLoadsNoServersNoSettingsFileNoCryptographyAndNoLogging(String line)
      throws Exception {
    Path classes = directory.resolve("classes");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + classes + "::filecount=0",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.canswarm.pipeline.Main"));
    command.addAll(List.of(line.split(" ")));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("out").toFile())
            .start();
    assertThat(process.waitFor(START_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    List<String> loaded =
        Files.readAllLines(classes).stream()
            .map(text -> text.replaceFirst("^(\\[[^]]*])+ ", ""))
            .toList();
    assertThat(loaded).anyMatch(name -> name.startsWith("picocli.CommandLine"));
    assertThat(loaded)
        .noneMatch(
            name ->
                name.startsWith("org.apache.kafka")
                    || name.startsWith("io.netty")
                    || name.startsWith("io.lettuce")
                    || name.startsWith("reactor.")
                    || name.startsWith("io.micrometer")
                    || name.startsWith("io.prometheus")
                    || name.startsWith("ch.qos.logback")
                    || name.startsWith("com.amazon.corretto")
                    || name.startsWith("com.fasterxml")
                    || name.startsWith("org.snakeyaml"));
  }
}
