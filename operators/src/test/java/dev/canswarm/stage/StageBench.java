package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.ForwardingBus;
import dev.canswarm.port.NoFailureStore;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoredRows;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.verb.Verbs;
import dev.canswarm.task.TaskRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * One lane of one process, and what its stages work with, but no chain: a test takes turns through
 * single stages. Ports are in memory, time is virtual.
 */
final class StageBench {
  /** How long a test waits for what should come at once. */
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** NEEDs that may be open at once. */
  static final int NEEDS_OPEN_MAX = 4;

  final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  final MemorySwarm swarm;
  final StageContext context;
  final EffectExecutor effects;
  final TaskPermits permits = new TaskPermits(4);
  final Reactions reactions;
  final NeedGate gate;
  final Lane lane;
  final PartitionState partition;

  /** The assignment of the lane's partition. */
  long assignment = 1;

  /** Offsets of the records that were acknowledged. */
  final List<Long> acknowledged = new ArrayList<>();

  final List<AuditEvent> audited = new ArrayList<>();

  /** The topics held, each time that they changed. */
  final List<Set<String>> holds = new ArrayList<>();

  private long offset;

  StageBench(RoleName... roles) {
    this(List.of(roles), ports -> ports);
  }

  /**
   * @param around puts something between the stages and their ports
   */
  StageBench(List<RoleName> roles, UnaryOperator<MemorySwarm.Ports> around) {
    this.swarm = new MemorySwarm(time);
    int number = swarm.bus().partitionOf(PlayedNeed.THREAD);
    this.context =
        swarm
            .new Process(
                "bench",
                roles,
                MemorySwarm.builtIn(),
                events -> Mono.fromRunnable(() -> audited.addAll(events)),
                ports -> around.apply(assigned(ports, number)))
            .context;
    this.effects =
        new EffectExecutor(
            context.gate(),
            context.store(),
            swarm.artifacts,
            TaskRegistry.of(MemorySwarm.builtIn()),
            () -> swarm.policy,
            swarm.time,
            time,
            time,
            new NoFailureStore());
    this.reactions = new Reactions(context, permits);
    this.gate = new NeedGate(context, NEEDS_OPEN_MAX);
    this.lane = new Lane(0, context);
    this.partition =
        new PartitionState(
            number,
            lane,
            new Backlog(number, context.bus()),
            context,
            gate,
            new LaneBounds(number + 1, 1, 100, 1 << 20));
  }

  private MemorySwarm.Ports assigned(MemorySwarm.Ports ports, int number) {
    return ports.withBus(
        new ForwardingBus(ports.bus()) {
          @Override
          public void hold(Set<String> topics) {
            holds.add(topics);
            super.hold(topics);
          }

          @Override
          public long assignment(int partition) {
            return partition == number ? assignment : 0;
          }

          @Override
          public Set<Integer> assignedPartitions() {
            return assignment == 0 ? Set.of() : Set.of(number);
          }
        });
  }

  /** A record as it came from the bus, acknowledged in {@link #acknowledged}. */
  Delivery delivery(String topic, byte @Nullable [] key, byte @Nullable [] value) {
    long at = offset++;
    return Delivery.of(
        new RecordPosition("memory", topic, partition.number(), at),
        key,
        value,
        () -> acknowledged.add(at));
  }

  /** A valid envelope, as it comes from its topic. */
  Input.Arrival arrival(Envelope envelope) {
    return arrival(
        delivery(envelope.verb().topic(), utf8(envelope.threadId().text()), envelope.bytes()),
        new Decoded.Valid(envelope, Verbs.payload(envelope.verb(), envelope.payload())));
  }

  /** A record, decoded. */
  static Input.Arrival arrival(Delivery delivery, Decoded decoded) {
    return new Input.Arrival(
        delivery,
        new RecordPosition(
            delivery.cluster(), delivery.topic(), delivery.partition(), delivery.offset()),
        decoded);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A turn in which these came, each for its NEED. */
  Turn turn(Input... inputs) {
    Turn turn = new Turn(lane, inputs.length, Map.of());
    for (Input input : inputs) {
      add(turn, input);
    }
    return turn;
  }

  /** A turn in which these envelopes came. */
  Turn turnOf(Envelope... envelopes) {
    return turn(Arrays.stream(envelopes).map(this::arrival).toArray(Input[]::new));
  }

  private static void add(Turn turn, Input input) {
    if (input instanceof Input.Arrival arrival
        && arrival.decoded() instanceof Decoded.Valid valid) {
      turn.add(valid.envelope().need(), valid.envelope().threadId(), input);
    } else if (input instanceof Input.Arrival arrival
        && arrival.decoded() instanceof Decoded.Intake intake) {
      turn.add(new NeedId(intake.need().id()), intake.threadId(), input);
    } else if (input instanceof Input.Due due) {
      turn.add(due.timer().needId(), due.timer().threadId(), input);
    } else if (input instanceof Input.Recheck recheck) {
      turn.add(recheck.timer().needId(), recheck.timer().threadId(), input);
    } else if (input instanceof Input.Resume resume) {
      turn.add(resume.timer().needId(), resume.timer().threadId(), input);
    } else if (input instanceof Input.Result result) {
      turn.add(result.needId(), result.threadId(), input);
    } else if (input instanceof Input.Leave leave) {
      turn.add(leave.needId(), leave.threadId(), input);
    } else if (input instanceof Input.Found found) {
      turn.found.add(found);
    } else {
      throw new IllegalArgumentException("no NEED's input: " + input);
    }
  }

  /** The only NEED of a turn. */
  static NeedTurn only(Turn turn) {
    List<NeedTurn> needs = turn.needs();
    if (needs.size() != 1) {
      throw new IllegalStateException("expected one NEED, got " + needs.size());
    }
    return needs.get(0);
  }

  /** Takes one turn through a stage, to its end. */
  Turn pass(Stage stage, Turn turn) {
    List<Turn> passed = new ArrayList<>();
    List<Throwable> failed = new ArrayList<>();
    stage.apply(Flux.just(turn)).subscribe(passed::add, failed::add);
    if (passed.size() != 1) {
      throw new AssertionError("the turn did not pass: " + failed);
    }
    return passed.get(0);
  }

  /** Puts envelopes into their slots in the store. */
  List<SlotRow> store(Envelope... envelopes) {
    List<SlotRow> rows =
        Arrays.stream(envelopes)
            .map(
                envelope ->
                    context
                        .rows()
                        .candidate(PlayedNeed.message(envelope, 0).slot(), envelope, List.of()))
            .toList();
    return StoredRows.fill(swarm.store, rows).blockOptional().orElseThrow();
  }

  /** The rows of a NEED's scope in the store. */
  List<SlotRow> stored(String scope) {
    return swarm.store.load(scope).blockOptional().orElseThrow();
  }

  /** A NEED's timer. */
  OpenNeed timer(Envelope need, long dueMillis) {
    return new OpenNeed(
        new NeedId(need.id()),
        need.threadId(),
        Slot.need(new NeedId(need.id())).key(),
        partition.number(),
        dueMillis,
        0);
  }

  void close() {
    time.dispose();
  }
}
