package dev.canswarm.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.TestKeys;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.ForwardingArtifactStore;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.memory.MemoryArtifactStore;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.task.HangingCode;
import dev.canswarm.task.Judgement;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import dev.canswarm.task.TaskRegistry;
import dev.canswarm.task.Verification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What task code is given, what is made of what it returns, and what becomes of its permit. */
class TaskExecutionTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long VERIFY_MILLIS = 10_000;
  private static final int BYTES_MAX = 65_536;
  private static final Policy POLICY =
      Policy.parse(MemorySwarm.POLICY.formatted(0, 3).getBytes(UTF_8));
  private static final String NOWHERE = "0".repeat(64);

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final MemoryArtifactStore artifacts = new MemoryArtifactStore(1 << 20);
  private final TaskPermits permits = new TaskPermits(1);
  private final Handler handler = new Handler();

  @AfterEach
  void endTime() {
    time.dispose();
  }

  @FunctionalInterface
  private interface Code {
    byte[] run(TaskInput input) throws TaskException;
  }

  private static final class Handler implements TaskHandler {
    private Code code = input -> new byte[] {1};
    private Verification verification = Verification.REDERIVE;
    private Judgement judgement = Judgement.ACCEPTED;
    private final List<TaskInput> given = new ArrayList<>();

    @Override
    public String type() {
      return "test.task";
    }

    @Override
    public Verification verification() {
      return verification;
    }

    @Override
    public byte[] run(TaskInput input) throws TaskException {
      given.add(input);
      return code.run(input);
    }

    @Override
    public Judgement judge(TaskInput input, byte[] artifact) {
      given.add(input);
      return judgement;
    }
  }

  private static Agent agent(RoleName role) {
    return new Agent("agent", role, TestKeys.key("agent").publicKey());
  }

  private static PlanTask spec(
      String type, @Nullable JsonValue input, @Nullable String inputArtifact) {
    return new PlanTask(type, input, inputArtifact, List.of(), List.of());
  }

  private static PlanTask spec() {
    return spec("test.task", JsonNumber.of(1), null);
  }

  private static Effect.RunTask runOf(PlanTask spec, String... inputs) {
    return new Effect.RunTask(
        agent(RoleName.WORKER),
        new EnvelopeId("claim"),
        new TaskId("task"),
        1,
        1,
        spec,
        List.of(inputs));
  }

  private static Effect.VerifyWork workOf(PlanTask spec, String artifact, String... inputs) {
    return new Effect.VerifyWork(
        agent(RoleName.VERIFIER),
        new EnvelopeId("commit"),
        new TaskId("task"),
        1,
        artifact,
        spec,
        List.of(inputs));
  }

  private TaskExecution execution(ArtifactStore store, Scheduler scheduler) {
    return new TaskExecution(store, TaskRegistry.of(List.of(handler)), scheduler, time);
  }

  private Mono<TaskPermits.Permit> permit() {
    return permits.acquire("test.task", new ThreadId("thread"));
  }

  private Mono<EffectResult> running(Effect.RunTask run) {
    return execution(artifacts, Schedulers.immediate()).run(run, POLICY, permit());
  }

  private EffectResult resultOf(Effect.RunTask run) {
    return Objects.requireNonNull(running(run).block(TIMEOUT));
  }

  private EffectResult resultOf(Effect.VerifyWork work) {
    return Objects.requireNonNull(
        execution(artifacts, Schedulers.immediate()).verify(work, POLICY, permit()).block(TIMEOUT));
  }

  private String stored(String content) {
    return Objects.requireNonNull(artifacts.put(content.getBytes(UTF_8)).block(TIMEOUT));
  }

  private void assertPermitIsBack() {
    assertThat(permits.usage()).isEqualTo(new TaskPermits.Usage(0, 1, 0, 0));
  }

  @Test
  void aTaskIsGivenItsOwnInputAndTheRequiredArtifactsInTheirOrder() {
    String second = stored("second");
    ArtifactStore slow =
        new ForwardingArtifactStore(artifacts) {
          @Override
          public Mono<byte[]> get(String address) {
            return address.equals(second)
                ? super.get(address).delayElement(Duration.ofMillis(1), time)
                : super.get(address);
          }
        };
    execution(slow, Schedulers.immediate())
        .run(runOf(spec(), second, stored("first")), POLICY, permit())
        .subscribe();
    time.advanceTimeBy(Duration.ofMillis(1));
    TaskInput input = handler.given.get(0);
    assertThat(input.input()).isEqualTo(JsonNumber.of(1));
    assertThat(input.required())
        .extracting(bytes -> new String(bytes, UTF_8))
        .containsExactly("second", "first");
  }

  @Test
  void anInputThatIsAnArtifactIsReadAsJson() {
    resultOf(runOf(spec("test.task", null, stored("{\"a\":1}"))));
    assertThat(handler.given.get(0).input()).isEqualTo(JsonObject.builder().put("a", 1).build());
  }

  @Test
  void anInvalidJsonInputEndsTheAttempt() {
    assertThat(resultOf(runOf(spec("test.task", null, stored("{")))))
        .isInstanceOf(EffectResult.TaskFailed.class);
    assertThat(handler.given).isEmpty();
    assertPermitIsBack();
  }

  @Test
  void aMissingInputEndsTheAttemptAndIsNamed() {
    Effect.RunTask run = runOf(spec(), NOWHERE);
    assertThat(resultOf(run)).isEqualTo(new EffectResult.TaskFailed(run, "no artifact " + NOWHERE));
    assertThat(handler.given).isEmpty();
    assertPermitIsBack();
  }

  @Test
  void anUnknownTaskTypeEndsTheAttempt() {
    Effect.RunTask run = runOf(spec("other.task", JsonNumber.of(1), null));
    assertThat(resultOf(run))
        .isEqualTo(new EffectResult.TaskFailed(run, "no handler for task type other.task"));
    assertPermitIsBack();
  }

  @Test
  void theResultIsStoredUnderItsHash() {
    Effect.RunTask run = runOf(spec());
    String address = Sha256.hex(new byte[] {1});
    assertThat(resultOf(run)).isEqualTo(new EffectResult.TaskDone(run, address));
    StepVerifier.create(artifacts.get(address))
        .assertNext(bytes -> assertThat(bytes).containsExactly(1))
        .verifyComplete();
    assertPermitIsBack();
  }

  @Test
  void aResultMayBeAsLargeAsThePolicySaysAndNoLarger() {
    handler.code = input -> new byte[BYTES_MAX];
    assertThat(resultOf(runOf(spec()))).isInstanceOf(EffectResult.TaskDone.class);
    handler.code = input -> new byte[BYTES_MAX + 1];
    Effect.RunTask run = runOf(spec());
    assertThat(resultOf(run))
        .isEqualTo(
            new EffectResult.TaskFailed(
                run, "test.task made an artifact of 65537 bytes, the policy allows 65536"));
  }

  @Test
  void thePermitsReceiveTheTimeOfARunWithItsStoring() {
    handler.code =
        input -> {
          time.advanceTimeBy(Duration.ofMillis(TaskPermits.AHEAD_MILLIS_MAX));
          return new byte[0];
        };
    TaskPermits wide = new TaskPermits(4);
    // A type that has not run holds half of the places; one whose runs are short holds all.
    assertThat(placesOf(wide)).isEqualTo(2);
    execution(artifacts, Schedulers.immediate())
        .run(runOf(spec()), POLICY, wide.acquire("test.task", new ThreadId("thread")))
        .block(TIMEOUT);
    assertThat(placesOf(wide)).isEqualTo(4);
  }

  private static int placesOf(TaskPermits wide) {
    List<TaskPermits.Permit> taken = new ArrayList<>();
    List<Disposable> waiting = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      waiting.add(wide.acquire("test.task", new ThreadId("thread")).subscribe(taken::add));
    }
    int places = taken.size();
    waiting.forEach(Disposable::dispose);
    taken.forEach(TaskPermits.Permit::release);
    return places;
  }

  @Test
  void theTimeOfACancelledRunSaysNothing() {
    TaskPermits wide = new TaskPermits(4);
    ArtifactStore never =
        new ForwardingArtifactStore(artifacts) {
          @Override
          public Mono<String> put(byte[] content) {
            return Mono.never();
          }
        };
    execution(never, Schedulers.immediate())
        .run(runOf(spec()), POLICY, wide.acquire("test.task", new ThreadId("thread")))
        .subscribe()
        .dispose();
    assertThat(wide.usage().running()).isZero();
    assertThat(placesOf(wide)).isEqualTo(2);
  }

  @Test
  void anOutageOfTheStoreIsAnErrorAndThePermitComesBack() {
    ArtifactStore away =
        new ForwardingArtifactStore(artifacts) {
          @Override
          public Mono<byte[]> get(String address) {
            return Mono.error(
                new RetryableException("get artifact", new IllegalStateException("away")));
          }
        };
    TaskExecution execution = execution(away, Schedulers.immediate());
    StepVerifier.create(execution.run(runOf(spec(), NOWHERE), POLICY, permit()))
        .expectError(RetryableException.class)
        .verify(TIMEOUT);
    assertPermitIsBack();
    StepVerifier.create(execution.verify(workOf(spec(), NOWHERE), POLICY, permit()))
        .expectError(RetryableException.class)
        .verify(TIMEOUT);
    assertPermitIsBack();
  }

  @Test
  void nothingRunsWithoutAPermit() {
    TaskPermits.Permit held = Objects.requireNonNull(permit().block(TIMEOUT));
    List<EffectResult> results = new ArrayList<>();
    running(runOf(spec())).subscribe(results::add);
    assertThat(handler.given).isEmpty();
    held.release();
    assertThat(results).hasSize(1);
  }

  @Test
  void whatIsDerivedAgainToTheSameBytesIsAccepted() {
    Effect.VerifyWork work = workOf(spec(), stored("\u0001"));
    assertThat(resultOf(work)).isEqualTo(new EffectResult.Verified(work, true, null));
    assertPermitIsBack();
  }

  @Test
  void whatIsDerivedToOtherBytesIsRejectedWithTheirHash() {
    Effect.VerifyWork work = workOf(spec(), stored("wrong"));
    assertThat(resultOf(work))
        .isEqualTo(
            new EffectResult.Verified(
                work,
                false,
                JsonObject.builder().put("derived", Sha256.hex(new byte[] {1})).build(),
                "expected the artifact %s, which test.task gives again, got %s"
                    .formatted(Sha256.hex(new byte[] {1}), work.artifact())));
  }

  @Test
  void aTypeThatChecksIsAskedAndNotRun() {
    handler.verification = Verification.CHECK;
    handler.code =
        input -> {
          throw new TaskException("must not run");
        };
    Effect.VerifyWork work = workOf(spec(), stored("any answer"));
    assertThat(resultOf(work)).isEqualTo(new EffectResult.Verified(work, true, null, null));
    handler.judgement = Judgement.rejected("off by one");
    assertThat(resultOf(work))
        .isEqualTo(new EffectResult.Verified(work, false, null, "off by one"));
  }

  @Test
  void theReasonOfAnAcceptedAnswerIsNotPassedOn() {
    handler.verification = Verification.CHECK;
    handler.judgement = new Judgement(true, "fine");
    Effect.VerifyWork work = workOf(spec(), stored("any answer"));
    assertThat(resultOf(work)).isEqualTo(new EffectResult.Verified(work, true, null, null));
  }

  @Test
  void anArtifactThatIsTooLargeIsRejectedWithoutALook() {
    String large = "x".repeat(BYTES_MAX + 1);
    Effect.VerifyWork work = workOf(spec(), stored(large));
    assertThat(resultOf(work))
        .isEqualTo(
            new EffectResult.Verified(
                work,
                false,
                JsonObject.builder()
                    .put("bytes", BYTES_MAX + 1)
                    .put("bytes_max", BYTES_MAX)
                    .build(),
                "expected an artifact of at most 65536 bytes, which the policy allows, got 65537"));
    assertThat(handler.given).isEmpty();
  }

  @Test
  void aVerifierThatCannotDeriveDoesNotVote() {
    handler.code =
        input -> {
          throw new TaskException("no such dictionary");
        };
    Effect.VerifyWork work = workOf(spec(), stored("x"));
    assertThat(resultOf(work)).isEqualTo(new EffectResult.CannotVerify(work, "no such dictionary"));
    assertPermitIsBack();
  }

  @Test
  void anArtifactWithAnInvalidAddressCannotBeJudged() {
    assertThat(resultOf(workOf(spec(), "../etc/passwd")))
        .isInstanceOf(EffectResult.CannotVerify.class);
  }

  @Test
  void aVerificationHasTheTimeOfThePolicy() {
    handler.code =
        input -> {
          time.advanceTimeBy(Duration.ofMillis(VERIFY_MILLIS + 1));
          return new byte[] {1};
        };
    Effect.VerifyWork work = workOf(spec(), stored("\u0001"));
    assertThat(resultOf(work))
        .isEqualTo(
            new EffectResult.CannotVerify(
                work,
                "test.task took longer than 10000 ms, verify_ms of the policy, and was"
                    + " interrupted"));
  }

  @Test
  void aTaskThatTakesTooLongIsToldWithThePlaceWhereItIs() throws Exception {
    HangingCode hanging = new HangingCode();
    handler.code = input -> hanging.hang();
    Scheduler threads = Schedulers.newBoundedElastic(1, 1, "task");
    List<EffectResult> results = new ArrayList<>();
    execution(artifacts, threads)
        .verify(workOf(spec(), stored("x")), POLICY, permit())
        .subscribe(results::add);
    hanging.awaitBegun();
    time.advanceTimeBy(Duration.ofMillis(VERIFY_MILLIS));
    hanging.end();
    threads.dispose();
    assertThat(results)
        .singleElement()
        .isInstanceOfSatisfying(
            EffectResult.CannotVerify.class,
            cannot ->
                assertThat(cannot.detail())
                    .startsWith("test.task took longer than 10000 ms, verify_ms of the policy")
                    .contains("dev.canswarm.task.HangingCode.hang("));
  }

  @Test
  void whatCannotBeginNowIsTriedAgainAndUsesUpNoAttempt() {
    handler.code =
        input -> {
          throw new RetryableException("run sort", new IllegalStateException("error=11"));
        };
    StepVerifier.create(running(runOf(spec())))
        .expectError(RetryableException.class)
        .verify(TIMEOUT);
    assertPermitIsBack();
    StepVerifier.create(
            execution(artifacts, Schedulers.immediate())
                .verify(workOf(spec(), stored("x")), POLICY, permit()))
        .expectError(RetryableException.class)
        .verify(TIMEOUT);
    assertPermitIsBack();
  }

  @Test
  void withoutAThreadAVerificationIsTriedAgain() {
    Scheduler full = Schedulers.newSingle("full");
    full.dispose();
    StepVerifier.create(
            execution(artifacts, full).verify(workOf(spec(), stored("x")), POLICY, permit()))
        .expectErrorSatisfies(
            e ->
                assertThat(e)
                    .isInstanceOf(RetryableException.class)
                    .hasMessageContaining("find a thread for test.task"))
        .verify(TIMEOUT);
    assertPermitIsBack();
  }
}
