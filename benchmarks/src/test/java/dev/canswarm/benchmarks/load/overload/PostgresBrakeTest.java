package dev.canswarm.benchmarks.load.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes of that name, which wait for their input; Linux tells whether they are stopped. */
@Timeout(60) // a guard against a hang
class PostgresBrakeTest {
  private static final Path CAT = Path.of("/bin/cat");
  private static final Path STAT = Path.of("/proc/self/stat");

  @TempDir private Path directory;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void onLinux() {
    assumeTrue(Files.isExecutable(CAT) && Files.exists(STAT));
  }

  @AfterEach
  void stop() {
    started.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
    started.forEach(Process::destroyForcibly);
  }

  /** A shell below which a program of that name runs. */
  private Process shellAbove(String name) throws Exception {
    Path program = Files.createTempDirectory(directory, "bin").resolve(name);
    Files.copy(CAT, program, StandardCopyOption.COPY_ATTRIBUTES);
    Process shell =
        new ProcessBuilder("/bin/sh", "-c", "exec 3<&0; \"$0\" <&3 & wait", program.toString())
            .start();
    started.add(shell);
    await(shell, () -> shell.descendants().anyMatch(child -> is(child, program)));
    return shell;
  }

  private static boolean is(ProcessHandle process, Path program) {
    return process.info().command().orElse("").equals(program.toString());
  }

  private static void await(Process whileAlive, BooleanSupplier condition) throws Exception {
    while (!condition.getAsBoolean()) {
      assertThat(whileAlive.waitFor(2, TimeUnit.MILLISECONDS)).isFalse();
    }
  }

  private static boolean isStopped(Process shell) {
    ProcessHandle child = shell.descendants().findFirst().orElseThrow();
    try {
      Path stat = Path.of("/proc", Long.toString(child.pid()), "stat");
      String line = Files.readString(stat, StandardCharsets.UTF_8);
      return line.charAt(line.lastIndexOf(')') + 2) == 'T';
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void onlyPostgresBelowTheProcessesIsStoppedAndGoesOnWhenTheBrakeIsReleased() throws Exception {
    Process below = shellAbove("postgres");
    Process second = shellAbove("postgres");
    Process other = shellAbove("redis");
    Process elsewhere = shellAbove("postgres");
    PostgresBrake brake = PostgresBrake.on(List.of(below.pid(), second.pid(), other.pid()));
    try {
      await(below, () -> isStopped(below) && isStopped(second));
      assertThat(isStopped(other)).isFalse();
      assertThat(isStopped(elsewhere)).isFalse();
    } finally {
      brake.close();
    }
    await(below, () -> !isStopped(below) && !isStopped(second));
    assertGoesOn(below);
  }

  private static void assertGoesOn(Process shell) throws Exception {
    shell.getOutputStream().write("go on\n".getBytes(StandardCharsets.UTF_8));
    shell.getOutputStream().close();
    assertThat(shell.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("go on");
  }

  @Test
  void aBrakeOnProcessesThatAreGoneStopsNothing() throws Exception {
    Process shell = shellAbove("postgres");
    Process gone = new ProcessBuilder("/bin/sh", "-c", "exit").start();
    gone.waitFor();
    PostgresBrake.on(List.of(gone.pid())).close();
    assertThat(isStopped(shell)).isFalse();
  }

  @Test
  void aSignalThatIsStillOnItsWayArrivesBeforeTheBrakeIsReleased() throws Exception {
    Path kill = directory.resolve("slow-kill");
    Path begun = directory.resolve("begun");
    Files.writeString(
        kill,
        """
        #!/bin/sh
        if [ "$2" = STOP ]; then : >"%s"; sleep 0.2; fi
        kill "$@"
        """
            .formatted(begun));
    assertThat(kill.toFile().setExecutable(true)).isTrue();
    Process shell = shellAbove("postgres");
    PostgresBrake brake = PostgresBrake.on(List.of(shell.pid()), kill.toString());
    try {
      await(shell, () -> Files.exists(begun));
    } finally {
      brake.close();
    }
    await(shell, () -> ProcessHandle.current().children().noneMatch(child -> isOf(child, kill)));
    assertThat(isStopped(shell)).isFalse();
  }

  private static boolean isOf(ProcessHandle process, Path script) {
    return Arrays.asList(process.info().arguments().orElse(new String[0]))
        .contains(script.toString());
  }
}
