package dev.canswarm.pipeline.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.stage.trace.EffectTrace;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracedEffectTest {
  private static final SpanContext ROOT = NeedIds.root(new NeedId(Sha256.hex(new byte[] {7})));
  private static final Agent AGENT =
      new Agent(
          "agent-1",
          RoleName.WORKER,
          Engines.portable().signingKey(Sha256.hash(new byte[1])).publicKey());
  private static final PlanTask SPEC = new PlanTask("text.sum", null, "", List.of(), List.of());
  private static final Effect.RunTask RUN =
      new Effect.RunTask(AGENT, new EnvelopeId("claim"), new TaskId("task"), 3, 1, SPEC, List.of());
  private static final Effect.VerifyWork VERIFY =
      new Effect.VerifyWork(
          AGENT, new EnvelopeId("commit"), new TaskId("task"), 3, "artifact", SPEC, List.of());
  private static final Effect.AskGate ASK =
      new Effect.AskGate(AGENT, new EnvelopeId("proposal"), 1, 2);
  private static final Effect.AwaitGate AWAIT = new Effect.AwaitGate(AGENT, ASK, 5);

  private final AtomicLong nanos = new AtomicLong(100);
  private final KeptSpans kept = new KeptSpans();
  private final RootIds ids = new RootIds();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder()
          .setIdGenerator(ids)
          .addSpanProcessor(SimpleSpanProcessor.create(kept))
          .build();
  private final SpanMaker spans =
      new SpanMaker(provider.get("test"), ids, nanos::getAndIncrement, "group");
  private int dropped;
  private boolean hasRoom = true;
  private final FailureSpans failures = new FailureSpans(spans, () -> hasRoom, () -> dropped++);

  @AfterEach
  void close() {
    provider.close();
  }

  private EffectTrace sampled(Effect effect) {
    return TracedEffect.sampled(spans, failures, ROOT, effect);
  }

  private EffectTrace ofFailures(Effect effect) {
    return TracedEffect.ofFailures(spans, failures, ROOT, effect);
  }

  private SpanData only() {
    assertThat(kept.spans()).hasSize(1);
    return kept.spans().get(0);
  }

  @Test
  void eachKindOfEffectHasItsNameAndOnlyTasksHaveATask() {
    for (Effect effect : List.<Effect>of(RUN, VERIFY, ASK, AWAIT)) {
      sampled(effect).stopped();
    }
    assertThat(kept.spans())
        .extracting(SpanData::getName)
        .containsExactly("run task", "verify task", "ask gate", "await gate");
    assertThat(kept.spans())
        .allSatisfy(
            span -> {
              assertThat(span.getParentSpanId()).isEqualTo(ROOT.getSpanId());
              assertThat(span.getAttributes().get(SpanNames.AGENT)).isEqualTo("agent-1");
            });
    assertThat(kept.spans().subList(0, 2))
        .allSatisfy(
            span ->
                assertThat(span.getAttributes().asMap())
                    .containsEntry(SpanNames.TASK_ID, "task")
                    .containsEntry(SpanNames.TASK_TYPE, "text.sum")
                    .containsEntry(SpanNames.TASK_ATTEMPT, 3L));
    assertThat(kept.spans().subList(2, 4))
        .allSatisfy(span -> assertThat(span.getAttributes().get(SpanNames.TASK_ID)).isNull());
  }

  @Test
  void aSpanLastsFromTheBeginningOfTheEffectToItsEndWithTheMomentOfItsPermit() {
    nanos.set(1_000);
    EffectTrace effect = sampled(RUN);
    nanos.set(5_000);
    effect.permitted();
    nanos.set(9_000);
    effect.ended(new EffectResult.TaskDone(RUN, "artifact"));

    assertThat(only().getStartEpochNanos()).isEqualTo(1_000);
    assertThat(only().getEndEpochNanos()).isEqualTo(9_000);
    assertThat(only().getEvents())
        .singleElement()
        .returns(5_000L, EventData::getEpochNanos)
        .returns("permitted", EventData::getName);
    assertThat(only().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(only().getAttributes().get(SpanNames.OUTCOME)).isNull();
  }

  @ParameterizedTest
  @CsvSource({"true, ACCEPT", "false, REJECT"})
  void aVoteIsAnOutcomeAndNoFailure(boolean accept, String outcome) {
    sampled(VERIFY).ended(new EffectResult.Verified(VERIFY, accept, null));
    assertThat(only().getAttributes().get(SpanNames.OUTCOME)).isEqualTo(outcome);
    assertThat(only().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);

    ofFailures(VERIFY).ended(new EffectResult.Verified(VERIFY, accept, null));
    assertThat(kept.spans()).hasSize(1);
  }

  @Test
  void whatCannotBeDoneIsAFailureOfItsKindInTracedAndOtherNeeds() {
    sampled(RUN).ended(new EffectResult.TaskFailed(RUN, "exit 1"));
    ofFailures(RUN).ended(new EffectResult.TaskFailed(RUN, "exit 1"));
    sampled(VERIFY).ended(new EffectResult.CannotVerify(VERIFY, "no artifact"));
    ofFailures(VERIFY).ended(new EffectResult.CannotVerify(VERIFY, "no artifact"));

    assertThat(kept.spans())
        .extracting(
            span -> span.getAttributes().asMap().values().toString(),
            span -> span.getStatus().getDescription())
        .satisfiesExactly(
            run -> assertThat(run.toList().toString()).contains("TASK_FAILED", "exit 1"),
            run -> assertThat(run.toList().toString()).contains("TASK_FAILED", "exit 1"),
            verify ->
                assertThat(verify.toList().toString()).contains("CANNOT_VERIFY", "no artifact"),
            verify ->
                assertThat(verify.toList().toString()).contains("CANNOT_VERIFY", "no artifact"));
    assertThat(kept.spans())
        .allSatisfy(
            span -> assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR));
  }

  @Test
  void aFailureOfANeedThatIsNotTracedLastsAsLongAsItsEffect() {
    nanos.set(1_000);
    EffectTrace effect = ofFailures(RUN);
    effect.permitted();
    nanos.set(9_000);
    effect.ended(new EffectResult.TaskFailed(RUN, "exit 1"));
    assertThat(only().getStartEpochNanos()).isEqualTo(1_000);
    assertThat(only().getEndEpochNanos()).isGreaterThanOrEqualTo(9_000);
  }

  @Test
  void aRetryIsUnderTheEffectIfThatIsTracedAndElseUnderTheRoot() {
    EffectTrace traced = sampled(RUN);
    traced.retried(new IOException("away"));
    traced.stopped();
    ofFailures(RUN).retried(new IOException("away"));

    SpanData effect = kept.spans().get(1);
    assertThat(effect.getName()).isEqualTo("run task");
    assertThat(kept.spans().get(0).getName()).isEqualTo("retry");
    assertThat(kept.spans().get(0).getParentSpanId()).isEqualTo(effect.getSpanId());
    assertThat(kept.spans().get(2).getName()).isEqualTo("retry");
    assertThat(kept.spans().get(2).getParentSpanId()).isEqualTo(ROOT.getSpanId());
  }

  @Test
  void afterItsEndATracedEffectSaysNothingMore() {
    EffectTrace effect = sampled(RUN);
    effect.ended(new EffectResult.TaskDone(RUN, "artifact"));
    effect.permitted();
    effect.retried(new IOException("late"));
    effect.ended(new EffectResult.TaskFailed(RUN, "late"));
    effect.stopped();
    assertThat(only().getAttributes().get(SpanNames.OUTCOME)).isNull();
    assertThat(only().getEvents()).isEmpty();
  }

  @Test
  void aTracedEffectNeedsNoRoomForItsFailures() {
    hasRoom = false;
    EffectTrace effect = sampled(RUN);
    effect.retried(new IOException("away"));
    effect.ended(new EffectResult.TaskFailed(RUN, "exit 1"));
    assertThat(kept.spans()).hasSize(2);
    assertThat(dropped).isZero();
  }
}
