package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process, under unusual locales and with outputs that cannot be written. */
class ProcessTextTest {
  private static final long SECONDS_MAX = 60;

  private final Path directory;

  ProcessTextTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private record Ended(int exit, String out, String err) {}

  private Ended run(File out, Map<String, String> environment, List<String> options, String... line)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), "dev.canswarm.pipeline.Main"));
    command.addAll(List.of(line));
    Path in = directory.resolve("in");
    Files.writeString(in, "{\"b\":1000000,\"a\":\"I\"}");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(out)
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    String written = out.isFile() ? Files.readString(out.toPath(), StandardCharsets.UTF_8) : "";
    return new Ended(process.exitValue(), written, Files.readString(err));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aFullDiskUnderStandardOutputIsAnError() throws Exception {
    Ended ended = run(new File("/dev/full"), Map.of(), List.of(), "jcs");
    assertThat(ended.exit()).isEqualTo(3);
    assertThat(ended.err()).contains("standard output cannot be written: No space left on device");
  }

  @Test
  void numbersForMachinesDoNotFollowTheDefaultLocale() throws Exception {
    Ended ended =
        run(
            directory.resolve("out").toFile(),
            Map.of(),
            List.of("-Duser.language=ar", "-Duser.country=EG", "-Dfile.encoding=ISO-8859-1"),
            "jcs",
            "--json");
    assertThat(ended.exit()).isZero();
    assertThat(ended.out()).contains("{\\\"a\\\":\\\"I\\\",\\\"b\\\":1000000}", "\"bytes\":21");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void anArgumentThatTheLocaleCannotDecodeIsRefused() throws Exception {
    // The bytes of the argument are not UTF-8: no locale of the machine makes text of them.
    Path script = directory.resolve("script");
    Files.writeString(
        script, "exec \"$@\" need \"$(printf 'caf\\351')\"\n", StandardCharsets.US_ASCII);
    List<String> java =
        List.of("-cp", System.getProperty("java.class.path"), "dev.canswarm.pipeline.Main");
    List<String> command =
        new ArrayList<>(
            List.of(
                "/bin/sh",
                script.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(java);
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(err.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(Files.readString(err)).contains("an argument is not text");
  }
}
