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
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.stage.trace.EffectTrace;
import dev.canswarm.stage.trace.NeedTrace;
import dev.canswarm.stage.trace.TracePart;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.semconv.ServiceAttributes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The spans of the stages' tracer calls. */
class TracingTest {
  private static final String NEED = Sha256.hex("a NEED".getBytes(StandardCharsets.UTF_8));
  private static final String TRACE = NEED.substring(0, 32);
  private static final String ROOT = NEED.substring(32, 48);
  private static final String NO_PARENT = "0".repeat(16);
  private static final long MILLIS = 1_000_000;
  private static final String SENDER = "00-" + TRACE + "-b7ad6b7169203331-01";

  private final AtomicLong nanos = new AtomicLong(1_700_000_000_000L * MILLIS);

  /** The spans of one process, once all of them are exported. */
  @FunctionalInterface
  private interface Story {
    void told(Tracing tracing);
  }

  private List<SpanData> spans(double ratio, Story story) {
    KeptSpans exporter = new KeptSpans();
    Tracing tracing =
        Tracing.by(
            exporter,
            new Tracing.Origin("swarm", "process", "group"),
            new Tracing.Bounds(ratio, Duration.ofSeconds(10), 1024),
            () -> nanos.addAndGet(MILLIS));
    story.told(tracing);
    tracing.close();
    return exporter.spans();
  }

  private static SpanData only(List<SpanData> spans, String name) {
    return spans.stream()
        .filter(span -> span.getName().equals(name))
        .reduce(
            (one, other) -> {
              throw new AssertionError("two spans " + name);
            })
        .orElseThrow(() -> new AssertionError("no span " + name + " in " + names(spans)));
  }

  private static List<String> names(List<SpanData> spans) {
    return spans.stream().map(SpanData::getName).toList();
  }

  private static Delivery record(@Nullable String traceparent) {
    return Delivery.of(
            new RecordPosition("c", "swarm.need", 3, 17),
            "t".getBytes(StandardCharsets.UTF_8),
            new byte[5],
            () -> {})
        .within(traceparent == null ? null : traceparent.getBytes(StandardCharsets.UTF_8));
  }

  private static OutgoingRecord sent(String topic) {
    return new OutgoingRecord(
        topic, "t".getBytes(StandardCharsets.UTF_8), new byte[7], new TreeMap<>());
  }

  private static Effect.RunTask run() {
    return new Effect.RunTask(
        new Agent(
            "worker-1",
            RoleName.WORKER,
            Engines.portable().signingKey(Sha256.hash(new byte[1])).publicKey()),
        new EnvelopeId("claim"),
        new TaskId("task"),
        2,
        1,
        new PlanTask("text.wordcount", null, "", List.of(), List.of()),
        List.of());
  }

  private NeedTrace turn(Tracing tracing) {
    return tracing.tracer().begin(TracePart.TURN, new NeedId(NEED), new ThreadId("t"));
  }

  @Test
  void aTurnIsUnderTheNeedsRootWithItsRecordsStagesAndSends() {
    OutgoingRecord[] out = new OutgoingRecord[1];
    List<SpanData> spans =
        spans(
            1,
            tracing -> {
              NeedTrace turn = turn(tracing);
              long begun = tracing.tracer().nowNanos();
              turn.came(record(SENDER), Verb.NEED, begun, tracing.tracer().nowNanos());
              turn.entered("store");
              turn.stored(Verb.PROPOSE, "PROPOSE/x");
              turn.left();
              turn.entered("publish");
              out[0] = turn.sending(sent("swarm.propose"), Verb.PROPOSE);
              turn.sent();
              turn.left();
              turn.end();
            });

    assertThat(names(spans))
        .containsExactlyInAnyOrder(
            "turn", "process swarm.need", "decode", "store", "publish", "send swarm.propose");
    assertThat(spans).allSatisfy(span -> assertThat(span.getTraceId()).isEqualTo(TRACE));
    SpanData turn = only(spans, "turn");
    assertThat(turn.getParentSpanId()).isEqualTo(ROOT);
    assertThat(turn.getAttributes().get(SpanNames.NEED_ID)).isEqualTo(NEED);
    for (String child : List.of("process swarm.need", "store", "publish")) {
      assertThat(only(spans, child).getParentSpanId()).isEqualTo(turn.getSpanId());
    }
    SpanData process = only(spans, "process swarm.need");
    assertThat(only(spans, "decode").getParentSpanId()).isEqualTo(process.getSpanId());
    SpanData send = only(spans, "send swarm.propose");
    assertThat(send.getParentSpanId()).isEqualTo(only(spans, "publish").getSpanId());
    assertThat(out[0].headers())
        .containsEntry("traceparent", "00-" + TRACE + "-" + send.getSpanId() + "-01");
    assertThat(only(spans, "store").getEvents())
        .singleElement()
        .satisfies(
            event -> assertThat(event.getAttributes().get(SpanNames.VERB)).isEqualTo("PROPOSE"));
    assertThat(spans)
        .allSatisfy(
            span ->
                assertThat(span.getEndEpochNanos())
                    .isGreaterThanOrEqualTo(span.getStartEpochNanos()));
  }

  @Test
  void recordsThatCameAndThatAreSentKeepToTheConventionsOfMessaging() {
    List<SpanData> spans =
        spans(
            1,
            tracing -> {
              NeedTrace turn = turn(tracing);
              turn.came(record(SENDER), Verb.NEED, 0, 0);
              turn.sending(sent("swarm.propose"), Verb.PROPOSE);
              turn.end();
            });

    SpanData process = only(spans, "process swarm.need");
    assertThat(process.getKind()).isEqualTo(SpanKind.CONSUMER);
    assertThat(process.getAttributes().asMap())
        .containsEntry(SpanNames.SYSTEM, "kafka")
        .containsEntry(SpanNames.OPERATION_NAME, "process")
        .containsEntry(SpanNames.OPERATION_TYPE, "process")
        .containsEntry(SpanNames.DESTINATION, "swarm.need")
        .containsEntry(SpanNames.PARTITION, "3")
        .containsEntry(SpanNames.OFFSET, 17L)
        .containsEntry(SpanNames.GROUP, "group")
        .containsEntry(SpanNames.KEY, "t")
        .containsEntry(SpanNames.BODY_BYTES, 5L)
        .containsEntry(SpanNames.VERB, "NEED");
    assertThat(process.getLinks())
        .extracting(LinkData::getSpanContext)
        .singleElement()
        .satisfies(
            link -> {
              assertThat(link.getTraceId()).isEqualTo(TRACE);
              assertThat(link.getSpanId()).isEqualTo("b7ad6b7169203331");
            });
    SpanData send = only(spans, "send swarm.propose");
    assertThat(send.getKind()).isEqualTo(SpanKind.PRODUCER);
    assertThat(send.getAttributes().asMap())
        .containsEntry(SpanNames.OPERATION_TYPE, "send")
        .containsEntry(SpanNames.DESTINATION, "swarm.propose")
        .containsEntry(SpanNames.KEY, "t")
        .containsEntry(SpanNames.BODY_BYTES, 7L)
        .containsEntry(SpanNames.VERB, "PROPOSE");
    assertThat(spans.get(0).getResource().getAttributes().asMap())
        .containsEntry(ServiceAttributes.SERVICE_NAME, "can-swarm")
        .containsEntry(ServiceAttributes.SERVICE_NAMESPACE, "swarm")
        .containsEntry(ServiceAttributes.SERVICE_INSTANCE_ID, "process");
  }

  @Test
  void anEndIsTheRootFromTheNeedToTheFinalize() {
    List<SpanData> spans =
        spans(
            1,
            tracing ->
                turn(tracing)
                    .finalized(new Finalize(Outcome.ACCEPTED, null, "", List.of()), 1_000, 3_500));

    SpanData root = only(spans, "NEED");
    assertThat(root.getTraceId()).isEqualTo(TRACE);
    assertThat(root.getSpanId()).isEqualTo(ROOT);
    assertThat(root.getParentSpanId()).isEqualTo(NO_PARENT);
    assertThat(root.getStartEpochNanos()).isEqualTo(1_000 * MILLIS);
    assertThat(root.getEndEpochNanos()).isEqualTo(3_500 * MILLIS);
    assertThat(root.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(root.getAttributes().get(SpanNames.OUTCOME)).isEqualTo("ACCEPTED");
  }

  @Test
  void anEndWhoseNeedWasNotSeenIsAMoment() {
    List<SpanData> spans =
        spans(
            1,
            tracing ->
                turn(tracing)
                    .finalized(new Finalize(Outcome.ACCEPTED, null, "", List.of()), -1, 3_500));

    assertThat(only(spans, "NEED").getStartEpochNanos()).isEqualTo(3_500 * MILLIS);
  }

  /** All spans of a NEED that goes well. */
  private static void goesWell(NeedTrace turn) {
    turn.came(record(null), Verb.NEED, 1, 2);
    turn.entered("publish");
    turn.stored(Verb.NEED, "NEED/x");
    turn.sending(sent("swarm.need"), Verb.NEED);
    turn.sent();
    turn.left();
    EffectTrace effect = turn.effect(run());
    effect.permitted();
    effect.ended(new EffectResult.TaskDone(run(), "artifact"));
    effect.stopped();
    turn.finalized(new Finalize(Outcome.ACCEPTED, null, "", List.of()), 1, 2);
    turn.end();
  }

  @Test
  void ofANeedThatIsNotChosenNothingIsExportedWhileAllGoesWell() {
    assertThat(spans(0, tracing -> goesWell(turn(tracing)))).isEmpty();
  }

  @Test
  void ofANeedThatIsNotChosenNoHeaderIsSent() {
    OutgoingRecord record = sent("swarm.need");
    spans(0, tracing -> assertThat(turn(tracing).sending(record, Verb.NEED)).isSameAs(record));
  }

  @Test
  void whatFailsIsExportedOfEveryNeedInItsTrace() {
    List<SpanData> spans =
        spans(
            0,
            tracing -> {
              NeedTrace turn = turn(tracing);
              turn.lost("DECIDE", "DECIDE", "other");
              turn.deadLettered(
                  Reason.LEASE_TAKEN, "store", new RecordPosition("c", "swarm.lease", 1, 2));
              turn.retried(new IOException("away"));
              turn.heldBack(new IllegalStateException("defect"));
              EffectTrace effect = turn.effect(run());
              effect.retried(new IOException("no artifact store"));
              effect.ended(new EffectResult.TaskFailed(run(), "exit 1"));
              effect.stopped();
              turn.finalized(new Finalize(Outcome.REJECTED, Finalize.NO_PLAN, "", List.of()), 1, 2);
              turn.end();
            });

    assertThat(names(spans))
        .containsExactlyInAnyOrder(
            "slot lost", "dead letter", "retry", "held back", "retry", "run task", "NEED");
    assertThat(spans).allSatisfy(span -> assertThat(span.getTraceId()).isEqualTo(TRACE));
    assertThat(spans)
        .filteredOn(span -> !span.getName().equals("NEED"))
        .allSatisfy(span -> assertThat(span.getParentSpanId()).isEqualTo(ROOT));
    assertThat(spans)
        .filteredOn(span -> !span.getName().equals("slot lost"))
        .allSatisfy(
            span -> assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR));
    assertThat(only(spans, "NEED").getAttributes().get(SpanNames.REASON)).isEqualTo("NO_PLAN");
    assertThat(only(spans, "run task").getAttributes().get(SpanNames.TASK_ATTEMPT)).isEqualTo(2);
    assertThat(only(spans, "run task").getStatus().getDescription()).isEqualTo("exit 1");
  }

  @Test
  void aNeedThatExpiresIsExportedAlways() {
    List<SpanData> spans =
        spans(
            0,
            tracing ->
                turn(tracing).finalized(new Finalize(Outcome.EXPIRED, null, "", List.of()), 1, 2));

    assertThat(only(spans, "NEED").getStatus().getDescription()).isEqualTo("EXPIRED");
  }

  @Test
  void aRefusedRecordWithoutANeedIsATraceOfItsOwnTheSameForAllProcesses() {
    RecordPosition position = new RecordPosition("c", "swarm.intake", 1, 2);
    Story story =
        tracing ->
            tracing
                .tracer()
                .begin(position)
                .deadLettered(Reason.MALFORMED_JSON, "intake", position);
    SpanData first = only(spans(0, story), "dead letter");
    SpanData second = only(spans(1, story), "dead letter");

    assertThat(first.getParentSpanId()).isEqualTo(NO_PARENT);
    assertThat(first.getSpanContext()).isEqualTo(second.getSpanContext());
    assertThat(first.getAttributes().get(SpanNames.DESTINATION)).isEqualTo("swarm.intake");
    assertThat(first.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
  }

  @Test
  void anEffectThatIsStoppedEndsOnceAndSaysThatItHasNoResult() {
    List<SpanData> spans =
        spans(
            1,
            tracing -> {
              NeedTrace turn = turn(tracing);
              EffectTrace effect = turn.effect(run());
              effect.stopped();
              effect.ended(new EffectResult.TaskFailed(run(), "late"));
            });

    SpanData run = only(spans, "run task");
    assertThat(run.getAttributes().get(SpanNames.OUTCOME)).isEqualTo("no result");
    assertThat(run.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  @Test
  void aDeadLetterIsSentAsItIs() {
    OutgoingRecord letter = sent(Topics.DEAD_LETTERS);
    spans(1, tracing -> assertThat(turn(tracing).sending(letter, null)).isSameAs(letter));
  }

  @Test
  void anInvalidIdIsNotTraced() {
    spans(
        1,
        tracing -> {
          assertThat(tracing.tracer().begin(TracePart.TURN, new NeedId(""), new ThreadId("t")))
              .isSameAs(NeedTrace.NONE);
          assertThat(
                  tracing
                      .tracer()
                      .begin(TracePart.TURN, new NeedId("0".repeat(64)), new ThreadId("t")))
              .isSameAs(NeedTrace.NONE);
          assertThat(
                  tracing
                      .tracer()
                      .begin(TracePart.TURN, new NeedId("Z".repeat(64)), new ThreadId("t")))
              .isSameAs(NeedTrace.NONE);
        });
  }

  @Test
  void processesWithOneRatioChooseTheSameNeedsAndAboutTheirShare() {
    int[] chosen = new int[1];
    List<SpanData> spans =
        spans(
            0.25,
            first ->
                spans(
                    0.25,
                    second -> {
                      for (int i = 0; i < 2_000; i++) {
                        String id = Sha256.hex(("need " + i).getBytes(StandardCharsets.UTF_8));
                        Class<?> one =
                            first
                                .tracer()
                                .begin(TracePart.TURN, new NeedId(id), new ThreadId("t"))
                                .getClass();
                        assertThat(
                                second
                                    .tracer()
                                    .begin(TracePart.TURN, new NeedId(id), new ThreadId("t"))
                                    .getClass())
                            .isEqualTo(one);
                        chosen[0] += one == SampledTrace.class ? 1 : 0;
                      }
                    }));
    assertThat(spans).isEmpty();
    assertThat(chosen[0]).isBetween(400, 600);
  }
}
