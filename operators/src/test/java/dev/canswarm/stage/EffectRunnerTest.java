package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.Role;
import dev.canswarm.port.memory.MemoryArtifactStore;
import dev.canswarm.port.memory.MemoryDecisionGate;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Answer;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import dev.canswarm.task.TaskRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class EffectRunnerTest {
  private static final long LEASE_MILLIS = 1_000;

  private static final String POLICY =
      MemorySwarm.POLICY
          .formatted(0, 3)
          .replace("\"lease_ms\":30000", "\"lease_ms\":" + LEASE_MILLIS);

  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final List<Throwable> dropped = new ArrayList<>();

  @BeforeEach
  void listen() {
    Hooks.onErrorDropped(dropped::add);
  }

  @AfterEach
  void stopListening() {
    Hooks.resetOnErrorDropped();
  }

  @Test
  void aTaskThatTakesLongerThanItsLeaseIsGivenBackAndItsLateFailureIsNoNews() {
    Answer answer =
        answerOf(
            input -> {
              timer.advanceTimeBy(Duration.ofMillis(LEASE_MILLIS + 1));
              throw new TaskException("too late to matter");
            });
    assertThat(answer).isInstanceOf(Answer.TaskFailed.class);
    assertThat(dropped).isEmpty();
  }

  @Test
  void aTaskThatThrowsAnythingIsGivenBackWithItsReason() {
    Answer answer =
        answerOf(
            input -> {
              throw new IllegalStateException("broken");
            });
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.TaskFailed.class,
            failed -> assertThat(failed.toString()).contains("test.task failed", "broken"));
  }

  @Test
  void aTaskThatEndsInTimeGivesTheAddressOfItsArtifact() {
    assertThat(answerOf(input -> new byte[] {1})).isInstanceOf(Answer.TaskDone.class);
  }

  @FunctionalInterface
  private interface Code {
    byte[] run(TaskInput input) throws TaskException;
  }

  private record Handler(Code code) implements TaskHandler {
    @Override
    public String type() {
      return "test.task";
    }

    @Override
    public byte[] run(TaskInput input) throws TaskException {
      return code.run(input);
    }
  }

  private Answer answerOf(Code code) {
    EffectRunner runner =
        new EffectRunner(
            new MemoryDecisionGate(),
            new MemorySlotStore(() -> 0),
            new MemoryArtifactStore(1 << 10),
            TaskRegistry.of(List.of(new Handler(code))),
            Policy.parse(POLICY.getBytes(StandardCharsets.UTF_8)),
            () -> 0,
            Schedulers.immediate(),
            timer);
    PublicKey key = Engines.portable().signingKey(new byte[32]).publicKey();
    PlanTask spec = new PlanTask("test.task", JsonNumber.of(1), null, List.of(), List.of());
    Effect.RunTask run =
        new Effect.RunTask(
            new Agent("worker", Role.WORKER, key), "claim", "task", 1, 1, spec, List.of());
    List<Answer> answers = new ArrayList<>();
    StepVerifier.create(runner.perform(run, "need"))
        .recordWith(() -> answers)
        .expectNextCount(1)
        .verifyComplete();
    return answers.get(0);
  }
}
