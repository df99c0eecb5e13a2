package dev.canswarm.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TaskErrorsTest {
  private static StackTraceElement frame(String type, int line) {
    return new StackTraceElement(type, "run", "T.java", line);
  }

  private static <T extends Throwable> T at(T thrown, StackTraceElement... frames) {
    thrown.setStackTrace(frames);
    return thrown;
  }

  @Test
  void theWordsOfATaskExceptionAreForAPerson() {
    assertThat(TaskErrors.describe("t", new TaskException("expected a text")))
        .isEqualTo("expected a text");
  }

  @Test
  void ofOtherErrorsTheClassTheMessageAndTheFramesOfTheTaskAreNamed() {
    Throwable thrown =
        at(
            new IllegalStateException("bad"),
            frame("my.Task", 3),
            frame("dev.canswarm.stage.EffectExecutor", 9),
            frame("java.lang.Thread", 1));
    assertThat(TaskErrors.describe("my.type", thrown))
        .isEqualTo(
            "my.type failed: java.lang.IllegalStateException: bad\nat my.Task.run(T.java:3)");
  }

  @Test
  void framesAndCausesAreBounded() {
    StackTraceElement[] deep = new StackTraceElement[50];
    for (int i = 0; i < deep.length; i++) {
      deep[i] = frame("my.Task", i);
    }
    Exception first = at(new Exception("one"), deep);
    Exception second = at(new Exception("two", first), deep);
    first.initCause(second);
    String[] lines = TaskErrors.describe("t", first).split("\n", -1);
    assertThat(lines).hasSize((1 + TaskErrors.CAUSES_MAX) * (1 + TaskErrors.FRAMES_MAX));
    assertThat(lines).filteredOn(line -> line.startsWith("caused by")).hasSize(3);
  }

  @Test
  void anErrorThatFailsToDescribeItselfIsNamedByItsClass() {
    Throwable hostile =
        new RuntimeException() {
          private static final long serialVersionUID = 1L;

          @Override
          public String toString() {
            throw new IllegalStateException("no words");
          }

          @Override
          public StackTraceElement[] getStackTrace() {
            throw new IllegalStateException("no frames");
          }

          @Override
          public synchronized Throwable getCause() {
            throw new IllegalStateException("no cause");
          }
        };
    assertThat(TaskErrors.describe("t", hostile))
        .isEqualTo("t failed: " + hostile.getClass().getName());
  }
}
