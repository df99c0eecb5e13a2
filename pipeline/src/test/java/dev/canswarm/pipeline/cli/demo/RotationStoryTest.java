package dev.canswarm.pipeline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.json.JsonObject;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the story does to its tasks; the change of the key itself is in {@code ScenarioIT}. */
class RotationStoryTest {
  private static final long SECONDS_MAX = 20;
  private static final TaskInput INPUT =
      new TaskInput(JsonObject.builder().put("text", "a rose is a rose").build(), List.of());

  private final RotationStory story = new RotationStory();
  private final TaskHandler slow = story.tasks().get(0);
  private final TaskHandler usual = DemoTasks.total().get(0);

  /** Starts a run of the first task, and returns once it waits. */
  private FutureTask<byte[]> waiting() {
    FutureTask<byte[]> run = new FutureTask<>(() -> slow.run(INPUT));
    Thread thread = new Thread(run, "slow-task");
    thread.setDaemon(true);
    thread.start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertThat(run).isNotDone();
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
    return run;
  }

  @Test
  void theFirstRunWaitsUntilTheStoryIsOverAndThenHasTheUsualResult() throws Exception {
    FutureTask<byte[]> run = waiting();
    story.close();
    assertThat(run.get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo(usual.run(INPUT));
  }

  @Test
  void anyOtherRunDoesNotWait() throws Exception {
    FutureTask<byte[]> first = waiting();
    assertThat(slow.run(INPUT)).isEqualTo(usual.run(INPUT));
    assertThat(first).isNotDone();
    story.close();
  }

  @Test
  void aRunThatIsInterruptedFailsAndItsThreadStaysInterrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> slow.run(INPUT))
        .isInstanceOf(TaskException.class)
        .hasMessage("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void onlyTheFirstOfItsTasksIsSlowAndAllHaveTheirUsualTypes() {
    assertThat(story.tasks())
        .extracting(TaskHandler::type)
        .isEqualTo(DemoTasks.total().stream().map(TaskHandler::type).toList());
    assertThat(story.tasks().subList(1, story.tasks().size()))
        .extracting(Object::getClass)
        .doesNotContain(slow.getClass());
  }
}
