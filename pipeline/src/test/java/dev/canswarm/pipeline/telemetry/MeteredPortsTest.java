package dev.canswarm.pipeline.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonString;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.Topics;
import dev.canswarm.port.TurnWrite;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryBus;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.task.Judgement;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Around ports in memory, by a clock of the test's own. */
class MeteredPortsTest {
  private static final long STEP_NANOS = 250_000_000L;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** Each look at it is a quarter of a second later. */
  private final AtomicLong clock = new AtomicLong();

  private long nanos() {
    return clock.addAndGet(STEP_NANOS);
  }

  @Test
  void writesAreTimedAndTheirRowsCounted() {
    MeteredStore store = new MeteredStore(new MemorySlotStore(() -> 1), registry, this::nanos);
    SlotRow row =
        SlotRow.at("s", "DECIDE")
            .id("i")
            .need(new NeedId("s"), new ThreadId("t"))
            .kind("DECIDE")
            .build();
    store.store(TurnWrite.of(List.of(row))).block();
    store.load("s").block();
    assertThat(registry.scrape())
        .contains("swarm_postgres_seconds_sum{operation=\"store\",outcome=\"ok\"} 0.25")
        .contains("swarm_postgres_seconds_count{operation=\"load\",outcome=\"ok\"} 1")
        .contains("swarm_postgres_rows_sum 1.0")
        .contains("swarm_postgres_away 0.0");
  }

  @Test
  void aServerThatFailsIsAwayUntilACallSucceeds() {
    AtomicLong calls = new AtomicLong();
    DecisionGate gate =
        new DecisionGate() {
          @Override
          public Mono<List<GateAnswer>> propose(List<DecisionRecord> candidates) {
            return Mono.error(new RetryableException("propose", new IllegalStateException()));
          }

          @Override
          public Mono<Void> settle(List<DecisionRecord> fromSlots) {
            return Mono.fromRunnable(calls::incrementAndGet);
          }
        };
    MeteredGate metered = new MeteredGate(gate, registry, this::nanos);
    assertThatThrownBy(() -> metered.propose(List.of()).block())
        .isInstanceOf(RetryableException.class);
    assertThat(registry.scrape())
        .contains("swarm_redis_seconds_count{operation=\"propose\",outcome=\"failed\"} 1")
        .contains("swarm_redis_away 1.0");
    metered.settle(List.of()).block();
    assertThat(calls).hasValue(1);
    assertThat(registry.scrape()).contains("swarm_redis_away 0.0");
  }

  @Test
  void recordsAreCountedByTopicAndThoseOfOtherTopicsNotAtAll() {
    MemoryBroker broker = new MemoryBroker("memory", 2);
    MeteredBus bus =
        new MeteredBus(
            new MemoryBus(broker, "group", List.of(Topics.INTAKE), 8),
            List.of(Topics.INTAKE),
            registry,
            this::nanos);
    OutgoingRecord record =
        new OutgoingRecord(Topics.INTAKE, new byte[] {1}, new byte[] {2}, new TreeMap<>());
    bus.send(List.of(record, record)).block();
    assertThat(bus.batches().next().blockOptional()).isPresent();
    bus.refresh();
    assertThat(registry.scrape())
        .contains("swarm_kafka_sent_records_total{topic=\"swarm.intake\"} 2.0")
        .containsPattern("swarm_kafka_received_records_total\\{topic=\"swarm.intake\"} [12]\\.0")
        .contains("swarm_kafka_sent_records_total{topic=\"swarm.need\"} 0.0")
        .contains("swarm_kafka_send_seconds_count{operation=\"send\",outcome=\"ok\"} 1");
  }

  @Test
  void appendsToTheAuditLogAreCounted() {
    MeteredAudit audit = new MeteredAudit(events -> Mono.empty(), registry, this::nanos);
    AuditEvent event = new AuditEvent(Direction.DELIVERED, "t", 0, 0, new byte[0], "");
    audit.append(List.of(event, event, event)).block();
    assertThat(registry.scrape())
        .contains("swarm_audit_records_total 3.0")
        .contains("swarm_audit_seconds_count{operation=\"append\",outcome=\"ok\"} 1");
  }

  @Test
  void aHandlerJudgesByItself() throws Exception {
    TaskHandler handler =
        new TaskMeters(registry, this::nanos, List::of)
            .metered(
                new TaskHandler() {
                  @Override
                  public String type() {
                    return "judged";
                  }

                  @Override
                  public byte[] run(TaskInput input) {
                    return new byte[] {1};
                  }

                  @Override
                  public Judgement judge(TaskInput input, byte[] artifact) {
                    return Judgement.rejected("because");
                  }
                });
    TaskInput input = new TaskInput(new JsonString("x"), List.of());
    assertThat(handler.judge(input, new byte[] {1})).isEqualTo(Judgement.rejected("because"));
  }

  @Test
  void taskCodeIsTimedByTypeAndOutcomeAndATypeThatIsNotConfiguredIsOther() throws Exception {
    TaskMeters meters = new TaskMeters(registry, this::nanos, List::of);
    TaskHandler handler =
        meters.metered(
            new TaskHandler() {
              @Override
              public String type() {
                return "a.type";
              }

              @Override
              public byte[] run(TaskInput input) throws TaskException {
                assertThat(registry.scrape()).contains("swarm_tasks_running{type=\"a.type\"} 1.0");
                if (input.required().isEmpty()) {
                  throw new TaskException("no");
                }
                return new byte[] {1};
              }
            });
    assertThat(handler.type()).isEqualTo("a.type");
    TaskInput good = new TaskInput(new JsonString("x"), List.of(new byte[0]));
    assertThat(handler.run(good)).containsExactly(1);
    assertThat(handler.check(good, new byte[] {1})).isTrue();
    assertThatThrownBy(() -> handler.run(new TaskInput(new JsonString("x"), List.of())))
        .isInstanceOf(TaskException.class);
    meters.refresh(Map.of("a.type", 2, "x", 3, "y", 4), Set.of("a.type", "b.type"));
    assertThat(registry.scrape())
        .contains("swarm_task_seconds_count{outcome=\"ok\",type=\"a.type\"} 2")
        .contains("swarm_task_seconds_count{outcome=\"failed\",type=\"a.type\"} 1")
        .contains("swarm_tasks_running{type=\"a.type\"} 0.0")
        .contains("swarm_tasks_waiting{type=\"a.type\"} 2.0")
        .contains("swarm_tasks_waiting{type=\"b.type\"} 0.0")
        .contains("swarm_tasks_waiting{type=\"other\"} 7.0");
  }
}
