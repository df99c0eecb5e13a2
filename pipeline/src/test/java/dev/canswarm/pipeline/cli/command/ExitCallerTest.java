package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExitCallerTest {
  private static StackTraceElement[] stack(String... frames) {
    return Arrays.stream(frames)
        .map(
            frame -> {
              int dot = frame.lastIndexOf('.');
              return new StackTraceElement(
                  frame.substring(0, dot), frame.substring(dot + 1), "Source.java", 7);
            })
        .toArray(StackTraceElement[]::new);
  }

  private static final StackTraceElement[] IDLE =
      stack("java.lang.Thread.sleep", "oops.Plugin.run", "java.lang.Thread.run");

  @Test
  void aPlugInThatCallsExitIsNamedWithItsPlace() {
    StackTraceElement[] exiting =
        stack(
            "java.lang.Shutdown.exit",
            "java.lang.Runtime.exit",
            "java.lang.System.exit",
            "oops.Plugin.run",
            "dev.canswarm.stage.EffectExecutor.ended",
            "java.lang.Thread.run");
    assertThat(ExitCaller.foreign(List.of(IDLE, exiting)))
        .contains("oops.Plugin.run(Source.java:7)");
  }

  @Test
  void thisProgramsOwnExitAndASignalAreNobodyElses() {
    StackTraceElement[] ours =
        stack("java.lang.Runtime.exit", "java.lang.System.exit", "dev.canswarm.pipeline.Main.main");
    StackTraceElement[] signal =
        stack("java.lang.Shutdown.exit", "java.lang.Terminator$1.handle", "java.lang.Thread.run");
    assertThat(ExitCaller.foreign(List.of(IDLE, ours, signal))).isEmpty();
    assertThat(ExitCaller.foreign()).isEmpty();
  }
}
