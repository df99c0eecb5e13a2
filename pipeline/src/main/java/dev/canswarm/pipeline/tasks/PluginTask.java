package dev.canswarm.pipeline.tasks;

import dev.canswarm.port.RetryableException;
import dev.canswarm.task.Judgement;
import dev.canswarm.task.TaskErrors;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import dev.canswarm.task.Verification;
import org.jspecify.annotations.Nullable;

/**
 * A task type of somebody else's code. This program's own types say by a {@link RetryableException}
 * that they could not begin now, and are then tried again without using up an attempt. A plug-in
 * that throws one fails like with any other exception: it could go on so without end. As
 * thread-safe as the plug-in.
 */
public final class PluginTask implements TaskHandler {
  private final TaskHandler plugin;

  public PluginTask(TaskHandler plugin) {
    this.plugin = plugin;
  }

  @FunctionalInterface
  private interface Call<T> {
    T make() throws TaskException, InterruptedException;
  }

  private <T> T failing(Call<T> call) throws TaskException, InterruptedException {
    try {
      return call.make();
    } catch (RetryableException e) {
      throw new TaskException(TaskErrors.describe(plugin.type(), e), e);
    }
  }

  /** A plug-in may return null, whatever the interface says. */
  private <T> T given(String what, @Nullable T value) throws TaskException {
    if (value == null) {
      throw new TaskException(plugin.type() + ": expected " + what + ", got null");
    }
    return value;
  }

  @Override
  public String type() {
    return plugin.type();
  }

  @Override
  public Verification verification() {
    return plugin.verification();
  }

  @Override
  public byte[] run(TaskInput input) throws TaskException, InterruptedException {
    return given("an artifact", failing(() -> plugin.run(input)));
  }

  @Override
  public boolean check(TaskInput input, byte[] artifact)
      throws TaskException, InterruptedException {
    return failing(() -> plugin.check(input, artifact));
  }

  /** A plug-in may judge without checking; the default would ask this one's check. */
  @Override
  public Judgement judge(TaskInput input, byte[] artifact)
      throws TaskException, InterruptedException {
    return given("a judgement", failing(() -> plugin.judge(input, artifact)));
  }
}
