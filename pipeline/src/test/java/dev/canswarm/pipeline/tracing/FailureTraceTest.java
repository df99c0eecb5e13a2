package dev.canswarm.pipeline.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.stage.trace.EffectTrace;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is exported of a NEED that was not chosen to be traced. */
class FailureTraceTest {
  private static final NeedId NEED = new NeedId(Sha256.hex(new byte[] {7}));
  private static final SpanContext ROOT = NeedIds.root(NEED);
  private static final RecordPosition SOURCE = new RecordPosition("c", "swarm.need", 3, 17);

  private static final Effect.RunTask RUN =
      new Effect.RunTask(
          new Agent(
              "worker-1",
              RoleName.WORKER,
              Engines.portable().signingKey(Sha256.hash(new byte[1])).publicKey()),
          new EnvelopeId("claim"),
          new TaskId("task"),
          1,
          1,
          new PlanTask("text.wordcount", null, "", List.of(), List.of()),
          List.of());

  private final KeptSpans kept = new KeptSpans();
  private final RootIds ids = new RootIds();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder()
          .setIdGenerator(ids)
          .addSpanProcessor(SimpleSpanProcessor.create(kept))
          .build();
  private final SpanMaker spans = new SpanMaker(provider.get("test"), ids, () -> 1, "group");
  private boolean hasRoom = true;
  private int dropped;
  private final FailureSpans failures = new FailureSpans(spans, () -> hasRoom, () -> dropped++);
  private final FailureTrace trace =
      new FailureTrace(spans, failures, ROOT, NEED, new ThreadId("t"));

  @AfterEach
  void close() {
    provider.close();
  }

  private void everythingFails() {
    trace.lost("DECIDE", "DECIDE", "other");
    trace.deadLettered(Reason.BAD_SHAPE, "store", SOURCE);
    trace.retried(new IllegalStateException("away"));
    trace.heldBack(new IllegalStateException("defect"));
    trace.finalized(end(Finalize.Outcome.EXPIRED), 5, 9);
  }

  private static Finalize end(Finalize.Outcome outcome) {
    return new Finalize(outcome, null, "0".repeat(64), List.of());
  }

  @Test
  void everyFailureIsASpanRightUnderTheRootOfTheNeed() {
    everythingFails();
    assertThat(kept.spans())
        .extracting(SpanData::getName)
        .containsExactly(
            SpanNames.SLOT_LOST,
            SpanNames.DEAD_LETTER,
            SpanNames.RETRY,
            SpanNames.HELD_BACK,
            SpanNames.NEED);
    assertThat(kept.spans()).extracting(SpanData::getTraceId).containsOnly(ROOT.getTraceId());
    assertThat(kept.spans().subList(0, 4))
        .extracting(SpanData::getParentSpanId)
        .containsOnly(ROOT.getSpanId());
    assertThat(kept.spans().get(4).getSpanId()).isEqualTo(ROOT.getSpanId());
  }

  @Test
  void withoutRoomNothingIsQueuedAndEachSpanIsCountedAsDropped() {
    everythingFails();
    int spansOfFailures = kept.spans().size();
    assertThat(dropped).isZero();

    hasRoom = false;
    everythingFails();
    assertThat(kept.spans()).hasSize(spansOfFailures);
    assertThat(dropped).isEqualTo(spansOfFailures);
  }

  @Test
  void anEffectThatFailsAndARecordOfNoNeedAreCountedToo() {
    hasRoom = false;
    EffectTrace effect = trace.effect(RUN);
    effect.retried(new IllegalStateException("away"));
    effect.ended(new EffectResult.TaskFailed(RUN, "no"));
    new LoneTrace(failures).deadLettered(Reason.BAD_SHAPE, "decode", SOURCE);
    assertThat(kept.spans()).isEmpty();
    assertThat(dropped).isEqualTo(3);
  }

  @Test
  void whatIsNoFailureIsNotCountedAsDropped() {
    hasRoom = false;
    trace.finalized(end(Finalize.Outcome.ACCEPTED), 5, 9);
    trace.effect(RUN).stopped();
    assertThat(dropped).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void anEndIsExportedUnlessAllWentWell(Finalize.Outcome outcome) {
    trace.finalized(end(outcome), 5, 9);
    assertThat(kept.spans()).hasSize(outcome == Finalize.Outcome.ACCEPTED ? 0 : 1);
  }

  @Test
  void theRootTellsWhichNeedItWasAndHowLongItTook() {
    trace.finalized(end(Finalize.Outcome.REJECTED), 5, 9);
    assertThat(kept.spans())
        .singleElement()
        .satisfies(
            root -> {
              assertThat(root.getAttributes().get(SpanNames.NEED_ID)).isEqualTo(NEED.text());
              assertThat(root.getAttributes().get(SpanNames.THREAD_ID)).isEqualTo("t");
              assertThat(root.getAttributes().get(SpanNames.OUTCOME)).isEqualTo("REJECTED");
              assertThat(root.getEndEpochNanos() - root.getStartEpochNanos()).isEqualTo(4_000_000);
            });
  }

  @Test
  void whatGoesWellIsNotExported() {
    trace.entered("store");
    trace.left();
    trace.sent();
    trace.end();
    assertThat(kept.spans()).isEmpty();
  }
}
