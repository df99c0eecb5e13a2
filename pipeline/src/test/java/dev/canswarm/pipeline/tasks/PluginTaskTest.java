package dev.canswarm.pipeline.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.ExecCommand;
import dev.canswarm.config.VerifyMode;
import dev.canswarm.json.JsonObject;
import dev.canswarm.port.RetryableException;
import dev.canswarm.task.Judgement;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import dev.canswarm.task.Verification;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot begin now is tried again, but only this program's own types may say so. */
class PluginTaskTest {
  private static final TaskInput INPUT =
      new TaskInput(
          JsonObject.builder().put("command", "copy").put("stdin", "words").build(), List.of());

  private static final class Away implements TaskHandler {
    @Override
    public String type() {
      return "acme.away";
    }

    @Override
    public Verification verification() {
      return Verification.CHECK;
    }

    @Override
    public byte[] run(TaskInput input) {
      throw new RetryableException("ask acme", new IllegalStateException("busy"));
    }

    @Override
    public Judgement judge(TaskInput input, byte[] artifact) {
      return Judgement.rejected("as always");
    }
  }

  @Test
  void aPluginThatAsksToBeTriedAgainHasFailed() throws Exception {
    TaskHandler plugin = new PluginTask(new Away());
    assertThatThrownBy(() -> plugin.run(INPUT))
        .isInstanceOf(TaskException.class)
        .hasMessageContaining("acme.away failed")
        .hasMessageContaining("ask acme");
    assertThatThrownBy(() -> plugin.check(INPUT, new byte[0])).isInstanceOf(TaskException.class);
    assertThat(plugin.judge(INPUT, new byte[0])).isEqualTo(Judgement.rejected("as always"));
    assertThat(plugin.type()).isEqualTo("acme.away");
    assertThat(plugin.verification()).isEqualTo(Verification.CHECK);
  }

  @Test
  void aPluginThatReturnsNothingIsNamed() {
    TaskHandler plugin =
        new PluginTask(
            new TaskHandler() {
              @Override
              public String type() {
                return "acme.nothing";
              }

              @Override
              @SuppressWarnings("NullAway") // what the interface forbids
              public byte[] run(TaskInput input) {
                return null;
              }

              @Override
              @SuppressWarnings("NullAway") // what the interface forbids
              public Judgement judge(TaskInput input, byte[] artifact) {
                return null;
              }
            });
    assertThatThrownBy(() -> plugin.run(INPUT))
        .isInstanceOf(TaskException.class)
        .hasMessage("acme.nothing: expected an artifact, got null");
    assertThatThrownBy(() -> plugin.judge(INPUT, new byte[0]))
        .isInstanceOf(TaskException.class)
        .hasMessage("acme.nothing: expected a judgement, got null");
  }

  /** As with a full disk, its working directory cannot be made. */
  @Test
  void aCommandThatCannotBeginNowAsksToBeTriedAgain(@TempDir Path root) {
    TreeMap<String, ExecCommand> commands = new TreeMap<>();
    commands.put(
        "copy", new ExecCommand(List.of("cat"), 10_000, 1_000_000, VerifyMode.REDERIVE, List.of()));
    TaskHandler exec = new ExecTask(commands, root.resolve("gone"), Optional.empty());
    assertThatThrownBy(() -> exec.run(INPUT)).isInstanceOf(RetryableException.class);
    assertThatThrownBy(() -> exec.judge(INPUT, new byte[0])).isInstanceOf(RetryableException.class);
  }
}
