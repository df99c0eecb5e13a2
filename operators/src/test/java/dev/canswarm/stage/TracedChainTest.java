package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.Bus;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.ForwardingBus;
import dev.canswarm.port.ForwardingDecisionGate;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.Topics;
import dev.canswarm.stage.trace.NeedTrace;
import dev.canswarm.stage.trace.TracePart;
import dev.canswarm.stage.trace.Tracer;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The tracer calls for a NEED, from its record to its FINALIZE. */
class TracedChainTest {
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be or not to be\"}}";
  private static final List<String> STAGES =
      Stream.of(StageName.values()).map(StageName::label).toList();

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Disposable.Composite running = Disposables.composite();
  private final MemorySwarm swarm = new MemorySwarm(time);
  private final RecordingTracer tracer = new RecordingTracer();

  @AfterEach
  void stop() {
    running.dispose();
    time.dispose();
  }

  private void start(Tracer told, String name, List<? extends TaskHandler> tasks) {
    start(told, name, tasks, ports -> ports);
  }

  private void start(
      Tracer told,
      String name,
      List<? extends TaskHandler> tasks,
      UnaryOperator<MemorySwarm.Ports> around) {
    swarm.tracer = told;
    running.add(
        swarm.new Process(name, MemorySwarm.ALL_ROLES, tasks, event -> Mono.empty(), around)
            .run()
            .subscribe());
  }

  private void start() {
    start(tracer, "all", MemorySwarm.builtIn());
  }

  private void pass(long seconds) {
    time.advanceTimeBy(Duration.ofSeconds(seconds));
  }

  private NeedId needId() {
    return new NeedId(swarm.on("swarm.need").get(0).id());
  }

  @Test
  void everyPartIsOfTheNeedAndPassesAllStagesOnceAndEnds() {
    start();
    swarm.intake("t", WORDS);
    pass(2);

    assertThat(swarm.on("swarm.finalize")).hasSize(1);
    assertThat(tracer.parts)
        .isNotEmpty()
        .allSatisfy(
            part -> {
              assertThat(part.needId()).isEqualTo(needId());
              assertThat(part.threadId()).isEqualTo(new ThreadId("t"));
              assertThat(part.told())
                  .filteredOn(told -> told.startsWith("entered "))
                  .containsExactlyElementsOf(STAGES.stream().map(s -> "entered " + s).toList());
              assertThat(part.told()).filteredOn("left"::equals).hasSize(STAGES.size());
              assertThat(part.told()).filteredOn("end"::equals).hasSize(1);
            });
  }

  @Test
  void everyMessageIsReportedOnceWhenItIsStoredSentAndReceived() {
    start();
    swarm.intake("t", WORDS);
    pass(2);

    List<String> verbs =
        List.of("NEED", "PROPOSE", "DECIDE", "CLAIM", "COMMIT", "ATTEST", "ATTEST", "FINALIZE");
    assertThat(tracer.told())
        .filteredOn(told -> told.startsWith("stored "))
        .map(told -> told.split(" ", -1)[1])
        .containsExactlyInAnyOrderElementsOf(verbs);
    assertThat(tracer.told())
        .filteredOn(told -> told.startsWith("sending "))
        .map(told -> told.split(" ", -1)[1])
        .containsExactlyInAnyOrderElementsOf(verbs);
    assertThat(tracer.parts)
        .filteredOn(part -> part.told().stream().anyMatch(told -> told.startsWith("sending ")))
        .isNotEmpty()
        .allSatisfy(
            part -> assertThat(part.told()).containsSubsequence("entered publish", "sent", "left"));
    assertThat(tracer.told()).contains("came NEED on swarm.intake decoded in 1 from nobody");
    assertThat(tracer.told())
        .filteredOn(told -> told.startsWith("came ") && !told.contains(Topics.INTAKE))
        .hasSameSizeAs(verbs)
        .allMatch(told -> told.endsWith(" decoded in 1 from " + RecordingTracer.HEADER));
    assertThat(tracer.told())
        .filteredOn(told -> told.startsWith("finalized "))
        .singleElement()
        .asString()
        .startsWith("finalized ACCEPTED after ");
  }

  @Test
  void aHeaderIsOnWhatIsSentAndOnNoDeadLetter() {
    start();
    swarm.intake("t", WORDS);
    swarm.intake("t", "junk");
    pass(2);

    for (String topic : Topics.ofVerbs()) {
      assertThat(swarm.broker.records(topic))
          .allSatisfy(
              record ->
                  assertThat(record.headers())
                      .isEqualTo(Map.of(Delivery.TRACEPARENT, RecordingTracer.HEADER)));
    }
    assertThat(tracer.told())
        .filteredOn(told -> told.startsWith("dead-lettered "))
        .singleElement()
        .asString()
        .startsWith("dead-lettered MALFORMED_JSON at intake from swarm.intake/");
  }

  @Test
  void runsOfTasksAndVerificationsAreToldFromThePermitToTheResult() {
    start();
    swarm.intake("t", WORDS);
    pass(2);

    assertThat(tracer.told())
        .containsSubsequence(
            "began RunTask", "permitted RunTask", "ended RunTask with TaskDone", "stopped RunTask");
    assertThat(tracer.told()).filteredOn("ended VerifyWork with Verified"::equals).hasSize(2);
  }

  private DecisionGate slow(DecisionGate gate) {
    return new ForwardingDecisionGate(gate) {
      @Override
      public Mono<List<GateAnswer>> propose(List<DecisionRecord> candidates) {
        return Mono.delay(Duration.ofMillis(500), time).then(super.propose(candidates));
      }
    };
  }

  @Test
  void aGateThatIsTooSlowForTheTurnIsReportedWhenItIsAskedAgain() {
    start(tracer, "all", MemorySwarm.builtIn(), ports -> ports.withGate(slow(ports.gate())));
    swarm.intake("t", WORDS);
    pass(5);

    assertThat(swarm.on("swarm.finalize")).hasSize(1);
    assertThat(tracer.told())
        .containsSubsequence("began AskGate", "ended AskGate with GateOpen", "stopped AskGate");
  }

  private record Fails() implements TaskHandler {
    @Override
    public String type() {
      return "text.wordcount";
    }

    @Override
    public byte[] run(TaskInput input) throws TaskException {
      throw new TaskException("no");
    }
  }

  @Test
  void aTaskThatFailsAndANeedThatIsRejectedAreTold() {
    start(tracer, "all", List.of(new Fails()));
    swarm.intake("t", WORDS);
    pass(60);

    assertThat(tracer.told()).contains("ended RunTask with TaskFailed");
    assertThat(tracer.told()).anyMatch(told -> told.startsWith("finalized REJECTED after "));
  }

  private static Bus awayTwice(Bus bus) {
    int[] failures = {2};
    return new ForwardingBus(bus) {
      @Override
      public Mono<Void> send(List<OutgoingRecord> records) {
        return failures[0]-- > 0
            ? Mono.error(new RetryableException("send", new IOException("away")))
            : super.send(records);
      }
    };
  }

  @Test
  void retriesAreReported() {
    start(tracer, "all", MemorySwarm.builtIn(), ports -> ports.withBus(awayTwice(ports.bus())));
    swarm.intake("t", WORDS);
    pass(10);

    assertThat(tracer.told()).filteredOn(told -> told.startsWith("retried ")).hasSize(2);
  }

  @Test
  void oneRetryIsReportedForABoundedNumberOfNeeds() {
    StageBench bench = new StageBench();
    List<String> told = new ArrayList<>();
    Turn turn =
        new Turn(
            bench.lane,
            1,
            Map.of(),
            new Tracer() {
              @Override
              public NeedTrace begin(TracePart part, NeedId needId, ThreadId threadId) {
                return new NeedTrace() {
                  @Override
                  public void retried(Throwable failure) {
                    told.add(needId.text());
                  }
                };
              }
            });
    for (int i = 0; i < 100; i++) {
      turn.add(
          new NeedId("need-" + i), new ThreadId("t"), new Input.Tick(bench.partition.number()));
    }
    turn.retried(new IOException("away"));
    assertThat(told).hasSize(16);
    bench.close();
  }

  @Test
  void aNeedWhoseTurnFailsIsReportedAsHeldBack() {
    StageBench bench = new StageBench();
    Turn turn = new Turn(bench.lane, 1, Map.of(), tracer);
    turn.add(new NeedId("need"), new ThreadId("t"), new Input.Tick(bench.partition.number()));
    turn.holdBack(StageBench.only(turn), new IllegalStateException("defect"));
    assertThat(tracer.told()).containsExactly("held back defect");
    bench.close();
  }

  @Test
  void withoutATracerNothingIsTracedAndNoHeaderIsSent() {
    start(Tracer.NONE, "all", MemorySwarm.builtIn());
    swarm.intake("t", WORDS);
    pass(2);

    assertThat(swarm.broker.records("swarm.finalize"))
        .singleElement()
        .satisfies(record -> assertThat(record.headers()).isEmpty());
    OutgoingRecord record = new OutgoingRecord("swarm.need", null, null, new TreeMap<>());
    assertThat(NeedTrace.NONE.sending(record, null)).isSameAs(record);
    assertThat(Tracer.NONE.nowNanos()).isZero();
  }
}
