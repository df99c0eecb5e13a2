package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.ThreadId;
import dev.canswarm.port.Bus;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.ForwardingBus;
import dev.canswarm.port.ForwardingDecisionGate;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.protocol.payload.Finalize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * A partition goes to another process of the group and comes back, at each send that the first one
 * makes. What the other took meanwhile does not come again to the first, which must not wait for
 * it: the NEED goes on at once, long before any of its timers is due.
 */
class MovedPartitionTest {
  /** Only a worker that was cut off while it held a lease may be waited for. */
  private static final String POLICY =
      MemorySwarm.POLICY
          .formatted(0, 4)
          .replace("\"plan_ms\":10000", "\"plan_ms\":600000")
          .replace("\"verify_ms\":10000", "\"verify_ms\":600000")
          .replace("\"deadline_ms\":60000", "\"deadline_ms\":600000")
          .replace("\"lease_ms\":30000", "\"lease_ms\":1000");

  private static final Duration BEFORE_ANY_TIMER = Duration.ofSeconds(30);

  /** Of the second half of the partitions, which the second member is given. */
  private static final ThreadId THREAD = new ThreadId("t-1");

  private static final String NEED =
      """
      {"tasks":[
        {"name":"a","task_type":"json.canonicalize","input":[1,2],"requires":[],"produces":["x"]},
        {"name":"b","task_type":"text.wordcount","input":{"text":"b"},"requires":["a"],"produces":[]}]}
      """;

  /** More than the first process sends for one NEED. */
  private static final int SENDS_MAX = 100;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void theNeedGoesOnWhenThePartitionIsBack(int recordsTaken) {
    int send = 0;
    while (run(send, recordsTaken)) {
      send++;
      assertThat(send).isLessThan(SENDS_MAX);
    }
    assertThat(send).isGreaterThan(10);
  }

  /**
   * @param send before which of the first process's sends the other one joins
   * @param recordsTaken after so many records the other one leaves
   * @return whether there was a send of that number
   */
  private static boolean run(int send, int recordsTaken) {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    try {
      MemorySwarm swarm = new MemorySwarm(time, POLICY);
      assertThat(swarm.bus().partitionOf(THREAD))
          .isGreaterThanOrEqualTo(MemorySwarm.PARTITIONS / 2);
      AtomicBoolean joined = new AtomicBoolean();
      Disposable.Swap membership = Disposables.swap();
      List<Throwable> stopped = new ArrayList<>();
      Runnable leave = () -> time.schedule(membership::dispose);
      Runnable join =
          () -> {
            MemorySwarm.Process other =
                process(
                    swarm, ports -> ports.withBus(new Counting(ports.bus(), recordsTaken, leave)));
            joined.set(true);
            membership.update(other.run().subscribe(done -> {}, stopped::add));
          };
      process(swarm, ports -> ports.withBus(new Sending(ports.bus(), send, join)))
          .run()
          .subscribe(done -> {}, stopped::add);
      swarm.intake(THREAD.text(), NEED);
      time.advanceTimeBy(BEFORE_ANY_TIMER);
      String where = "moved before send %d, for %d records".formatted(send, recordsTaken);
      assertThat(stopped).as(where).isEmpty();
      assertThat(swarm.on("swarm.finalize")).as(where).isNotEmpty();
      Finalize end = Finalize.parse(swarm.on("swarm.finalize").get(0).payload());
      assertThat(end.outcome()).as(where).isEqualTo(Finalize.Outcome.ACCEPTED);
      return joined.get();
    } finally {
      time.dispose();
    }
  }

  /**
   * The gate hangs, the group rebalances meanwhile, and the record comes again: it may not be
   * acknowledged for what only its first delivery is about to do, since the process may die.
   */
  @Test
  void aRecordThatComesAgainDoesNotRelyOnWhatTheEarlierAssignmentStillDoes() {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    try {
      MemorySwarm swarm = new MemorySwarm(time, POLICY);
      AtomicBoolean hung = new AtomicBoolean();
      Runnable formAnew =
          () -> {
            hung.set(true);
            process(swarm, ports -> ports).run().subscribe().dispose();
          };
      Disposable first =
          process(swarm, ports -> ports.withGate(new Hanging(ports.gate(), formAnew)))
              .run()
              .subscribe();
      swarm.intake(THREAD.text(), NEED);
      time.advanceTimeBy(Duration.ofMillis(1));
      assertThat(hung).isTrue();

      first.dispose();
      process(swarm, ports -> ports).run().subscribe();
      time.advanceTimeBy(BEFORE_ANY_TIMER);

      assertThat(swarm.on("swarm.finalize")).hasSize(1);
    } finally {
      time.dispose();
    }
  }

  /** Its first answer never comes. */
  private static final class Hanging extends ForwardingDecisionGate {
    private final Runnable meanwhile;
    private int asked;

    Hanging(DecisionGate gate, Runnable meanwhile) {
      super(gate);
      this.meanwhile = meanwhile;
    }

    @Override
    public Mono<List<GateAnswer>> propose(List<DecisionRecord> candidates) {
      return Mono.defer(
          () -> {
            if (asked++ == 0) {
              meanwhile.run();
              return Mono.never();
            }
            return gate.propose(candidates);
          });
    }
  }

  private static MemorySwarm.Process process(
      MemorySwarm swarm, UnaryOperator<MemorySwarm.Ports> around) {
    return swarm
    .new Process(
        "group", MemorySwarm.ALL_ROLES, MemorySwarm.builtIn(), event -> Mono.empty(), around);
  }

  /** Does something just before one of its sends. */
  private static final class Sending extends ForwardingBus {
    private final int send;
    private final Runnable before;
    private int sends;

    Sending(Bus bus, int send, Runnable before) {
      super(bus);
      this.send = send;
      this.before = before;
    }

    @Override
    public Flux<List<Delivery>> batches() {
      return bus.batches().concatMapIterable(batch -> batch, 1).map(List::of);
    }

    @Override
    public Mono<Void> send(List<OutgoingRecord> records) {
      return Flux.fromIterable(records).concatMap(this::sendOne).then();
    }

    private Mono<Void> sendOne(OutgoingRecord message) {
      return Mono.defer(
          () -> {
            if (sends++ == send) {
              before.run();
            }
            return bus.send(message);
          });
    }
  }

  /** Does something once so many records are acknowledged. */
  private static final class Counting extends ForwardingBus {
    private final int records;
    private final Runnable then;
    private int acknowledged;

    Counting(Bus bus, int records, Runnable then) {
      super(bus);
      this.records = records;
      this.then = then;
    }

    @Override
    public Flux<List<Delivery>> batches() {
      return bus.batches().concatMapIterable(batch -> batch, 1).map(one -> List.of(counted(one)));
    }

    private Delivery counted(Delivery one) {
      return one.with(
          () -> {
            one.acknowledgement().acknowledge();
            if (++acknowledged == records) {
              then.run();
            }
          });
    }
  }
}
