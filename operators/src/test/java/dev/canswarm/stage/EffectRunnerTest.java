package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Engines;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.ForwardingArtifactStore;
import dev.canswarm.port.memory.MemoryArtifactStore;
import dev.canswarm.port.memory.MemoryDecisionGate;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
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
import reactor.core.publisher.Mono;
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
    EffectResult answer =
        answerOf(
            input -> {
              timer.advanceTimeBy(Duration.ofMillis(LEASE_MILLIS + 1));
              throw new TaskException("too late to matter");
            });
    assertThat(answer).isInstanceOf(EffectResult.TaskFailed.class);
    assertThat(dropped).isEmpty();
  }

  @Test
  void aTaskThatThrowsAnythingIsGivenBackWithItsReason() {
    EffectResult answer =
        answerOf(
            input -> {
              throw new IllegalStateException("broken");
            });
    assertThat(answer)
        .isInstanceOfSatisfying(
            EffectResult.TaskFailed.class,
            failed -> assertThat(failed.toString()).contains("test.task failed", "broken"));
  }

  @Test
  void aTaskThatEndsInTimeGivesTheAddressOfItsArtifact() {
    assertThat(answerOf(input -> new byte[] {1})).isInstanceOf(EffectResult.TaskDone.class);
  }

  @Test
  void aTasksPlaceIsFreeAgainBeforeItsArtifactIsStored() {
    TaskPermits permits = new TaskPermits(1);
    ArtifactStore slow =
        new ForwardingArtifactStore(new MemoryArtifactStore(1)) {
          @Override
          public Mono<String> put(byte[] content) {
            return Mono.never();
          }
        };
    runner(slow, input -> new byte[] {1})
        .perform(RUN, "need", permits.acquire("test.task", "thread"))
        .subscribe();
    StepVerifier.create(permits.acquire("test.task", "thread")).expectNextCount(1).verifyComplete();
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

  private static final Effect.RunTask RUN =
      new Effect.RunTask(
          new Agent(
              "worker", RoleName.WORKER, Engines.portable().signingKey(new byte[32]).publicKey()),
          "claim",
          "task",
          1,
          1,
          new PlanTask("test.task", JsonNumber.of(1), null, List.of(), List.of()),
          List.of());

  private EffectRunner runner(ArtifactStore artifacts, Code code) {
    return new EffectRunner(
        new MemoryDecisionGate(),
        new MemorySlotStore(() -> 0),
        artifacts,
        TaskRegistry.of(List.of(new Handler(code))),
        Policy.parse(POLICY.getBytes(StandardCharsets.UTF_8)),
        () -> 0,
        Schedulers.immediate(),
        timer);
  }

  private EffectResult answerOf(Code code) {
    List<EffectResult> answers = new ArrayList<>();
    StepVerifier.create(
            runner(new MemoryArtifactStore(1 << 10), code)
                .perform(RUN, "need", new TaskPermits(1).acquire("test.task", "thread")))
        .recordWith(() -> answers)
        .expectNextCount(1)
        .verifyComplete();
    return answers.get(0);
  }
}
