package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Engines;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.AttemptFailure;
import dev.canswarm.port.FailureStore;
import dev.canswarm.port.ForwardingArtifactStore;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.memory.MemoryArtifactStore;
import dev.canswarm.port.memory.MemoryDecisionGate;
import dev.canswarm.port.memory.MemoryFailureStore;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

@SuppressWarnings({"removal", "deprecation"}) // ThreadDeath: a plug-in may throw it all the same
class EffectExecutorTest {
  private static final long LEASE_MILLIS = 1_000;

  private static final String POLICY =
      MemorySwarm.POLICY
          .formatted(0, 3)
          .replace("\"lease_ms\":30000", "\"lease_ms\":" + LEASE_MILLIS);

  private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
  private final List<Throwable> dropped = new ArrayList<>();
  private FailureStore failures = new MemoryFailureStore();

  @BeforeEach
  void listen() {
    Hooks.onErrorDropped(dropped::add);
  }

  @AfterEach
  void stopListening() {
    Hooks.resetOnErrorDropped();
  }

  @Test
  void aTaskThatTakesLongerThanItsLeaseIsGivenBackAndItsLateFailureIsIgnored() {
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

  static List<Throwable> whatIsNoException() {
    return List.of(
        new Error("x"),
        new InternalError("x"),
        new UnknownError("x"),
        new OutOfMemoryError("x"),
        new StackOverflowError("x"),
        new AssertionError("x"),
        new NoClassDefFoundError("x"),
        new ThreadDeath(),
        new Throwable("x"),
        new UnprintableError());
  }

  @ParameterizedTest
  @MethodSource("whatIsNoException")
  void whateverTaskCodeThrowsIsAFailedAttempt(Throwable thrown) {
    EffectResult answer = answerOf(input -> EffectExecutorTest.<RuntimeException>sneak(thrown));
    assertThat(answer)
        .isInstanceOfSatisfying(
            EffectResult.TaskFailed.class,
            failed ->
                assertThat(failed.detail())
                    .startsWith("test.task failed: " + thrown.getClass().getName()));
    assertThat(dropped).isEmpty();
  }

  /** An error whose own text cannot be read. */
  private static final class UnprintableError extends Error {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no text");
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> byte[] sneak(Throwable thrown) throws E {
    throw (E) thrown;
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
        .perform(
            RUN, new NeedId("need"), LIMITS, permits.acquire("test.task", new ThreadId("thread")))
        .subscribe();
    StepVerifier.create(permits.acquire("test.task", new ThreadId("thread")))
        .expectNextCount(1)
        .verifyComplete();
  }

  @Test
  void anErrorOfATaskIsReportedWithItsTopFramesAndItsCause() {
    EffectResult answer =
        answerOf(
            input -> {
              throw new IllegalStateException("broken", new IllegalArgumentException("inner"));
            });
    assertThat(answer)
        .isInstanceOfSatisfying(
            EffectResult.TaskFailed.class,
            failed ->
                assertThat(failed.detail().lines())
                    .startsWith("test.task failed: java.lang.IllegalStateException: broken")
                    .contains("caused by java.lang.IllegalArgumentException: inner"));
  }

  @Test
  void aTimeOutNamesTheLimit() {
    EffectResult answer =
        answerOf(
            input -> {
              timer.advanceTimeBy(Duration.ofMillis(LEASE_MILLIS + 1));
              return new byte[0];
            });
    assertThat(answer)
        .isInstanceOfSatisfying(
            EffectResult.TaskFailed.class,
            failed -> assertThat(failed.detail()).contains("1000 ms", "lease_ms"));
  }

  @Test
  void theReasonOfAFailureIsStoredBeforeItsResultIsPublished() {
    answerOf(
        input -> {
          throw new TaskException("no such\ncolour \u001b[31m");
        });
    assertThat(failures.of(new NeedId("need")).block())
        .containsExactly(
            new AttemptFailure(
                new NeedId("need"),
                new TaskId("task"),
                1,
                RUN.agent().key().base64(),
                AttemptFailure.Kind.FAILED,
                "no such | colour \ufffd[31m",
                0));
  }

  @Test
  void whyAVerifierAbstainsIsKept() {
    Effect.VerifyWork work =
        new Effect.VerifyWork(
            RUN.agent(),
            new EnvelopeId("commit"),
            new TaskId("task"),
            1,
            "0".repeat(64),
            RUN.spec(),
            List.of());
    EffectResult answer =
        runner(new MemoryArtifactStore(1), input -> new byte[0])
            .perform(
                work,
                new NeedId("need"),
                LIMITS,
                new TaskPermits(1).acquire("test.task", new ThreadId("thread")))
            .block(Duration.ofSeconds(10));
    assertThat(answer).isInstanceOf(EffectResult.CannotVerify.class);
    assertThat(failures.of(new NeedId("need")).block())
        .singleElement()
        .returns(AttemptFailure.Kind.ABSTAINED, AttemptFailure::kind)
        .returns("no artifact " + "0".repeat(64), AttemptFailure::error);
  }

  @Test
  void whatIsTriedAgainIsKeptAndTheOutagePassedOn() {
    ArtifactStore store =
        new ArtifactStore() {
          @Override
          public Mono<String> put(byte[] content) {
            return Mono.error(
                new RetryableException("put artifact", new IllegalStateException("disk full")));
          }

          @Override
          public Mono<byte[]> get(String address) {
            return Mono.empty();
          }

          @Override
          public long bytesMax() {
            return 1;
          }
        };
    StepVerifier.create(
            runner(store, input -> new byte[0])
                .perform(
                    RUN,
                    new NeedId("need"),
                    LIMITS,
                    new TaskPermits(1).acquire("test.task", new ThreadId("thread"))))
        .expectError(RetryableException.class)
        .verify(Duration.ofSeconds(10));
    assertThat(failures.of(new NeedId("need")).block())
        .singleElement()
        .returns(AttemptFailure.Kind.RETRIED, AttemptFailure::kind)
        .satisfies(kept -> assertThat(kept.error()).contains("disk full"));
  }

  @Test
  void withoutAThreadForTaskCodeATaskIsTriedAgainAndItIsKeptWhy() {
    Scheduler full = Schedulers.newSingle("full");
    full.dispose();
    EffectExecutor runner =
        new EffectExecutor(
            new MemoryDecisionGate(),
            new MemorySlotStore(() -> 0),
            new MemoryArtifactStore(1),
            TaskRegistry.of(List.of(new Handler(input -> new byte[0]))),
            () -> LIMITS,
            () -> 0,
            full,
            timer,
            failures);
    StepVerifier.create(
            runner.perform(
                RUN,
                new NeedId("need"),
                LIMITS,
                new TaskPermits(1).acquire("test.task", new ThreadId("thread"))))
        .expectError(RetryableException.class)
        .verify(Duration.ofSeconds(10));
    assertThat(failures.of(new NeedId("need")).block())
        .singleElement()
        .satisfies(kept -> assertThat(kept.error()).startsWith("find a thread for test.task: "));
  }

  @Test
  void aStoreOfFailuresThatIsAwayChangesNothing() {
    failures =
        new FailureStore() {
          @Override
          public Mono<Void> keep(AttemptFailure failure) {
            return Mono.error(new IllegalStateException("away"));
          }

          @Override
          public Mono<List<AttemptFailure>> of(NeedId needId) {
            return Mono.just(List.of());
          }
        };
    assertThat(
            answerOf(
                input -> {
                  throw new TaskException("no");
                }))
        .isInstanceOf(EffectResult.TaskFailed.class);
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

  private static final Policy LIMITS = Policy.parse(POLICY.getBytes(StandardCharsets.UTF_8));

  private static final Effect.RunTask RUN =
      new Effect.RunTask(
          new Agent(
              "worker", RoleName.WORKER, Engines.portable().signingKey(new byte[32]).publicKey()),
          new EnvelopeId("claim"),
          new TaskId("task"),
          1,
          1,
          new PlanTask("test.task", JsonNumber.of(1), null, List.of(), List.of()),
          List.of());

  private EffectExecutor runner(ArtifactStore artifacts, Code code) {
    return new EffectExecutor(
        new MemoryDecisionGate(),
        new MemorySlotStore(() -> 0),
        artifacts,
        TaskRegistry.of(List.of(new Handler(code))),
        () -> LIMITS,
        () -> 0,
        Schedulers.immediate(),
        timer,
        failures);
  }

  private EffectResult answerOf(Code code) {
    List<EffectResult> answers = new ArrayList<>();
    StepVerifier.create(
            runner(new MemoryArtifactStore(1 << 10), code)
                .perform(
                    RUN,
                    new NeedId("need"),
                    LIMITS,
                    new TaskPermits(1).acquire("test.task", new ThreadId("thread"))))
        .recordWith(() -> answers)
        .expectNextCount(1)
        .expectComplete()
        .verify(Duration.ofSeconds(10));
    return answers.get(0);
  }
}
