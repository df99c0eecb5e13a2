package dev.canswarm.stage;

import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotKey;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Decide;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The chain of stages on one page. The inputs that come for the partitions of a lane while it is
 * busy form its next turn, and each stage takes a whole turn.
 */
public final class SwarmChain {
  /**
   * Bounds of the chain.
   *
   * @param lanes of the lanes and their partitions
   * @param concurrency chunks of records and of NEEDs computed in parallel: the number of cores
   * @param needsOpenMax NEEDs begun here that are not over; further ones wait in Kafka
   * @param sweepMillis how often durable timers are swept
   * @param sweepNeedsMax NEEDs woken by one sweep
   */
  public record Bounds(
      LaneBounds lanes, int concurrency, int needsOpenMax, long sweepMillis, int sweepNeedsMax) {}

  /** How often the store is asked for new entries of the control chain. */
  static final long CONTROL_POLL_MILLIS = 1_000;

  /** DECIDEs that are read at a time when the process starts. */
  private static final int TERMS_READ = 256;

  /** The assignment and head under which the open NEEDs of a partition were read. */
  private record TakenOver(long assignment, long version) {
    static final TakenOver NEVER = new TakenOver(0, 0);
  }

  private final StageContext context;
  private final Bounds bounds;
  private final NeedGate gate;
  private final Lanes lanes;

  /** For each partition, under what its open NEEDs were read. */
  private final Map<Integer, TakenOver> takenOver = new ConcurrentHashMap<>();

  private final TaskPermits permits;

  private final DecodeStage decode;
  private final AdmitStage admit;
  private final ReactStage react;
  private final StoreStage store;
  private final PublishStage publish;
  private final PerformStage perform;
  private final AcknowledgeStage acknowledge;

  public SwarmChain(
      StageContext context,
      RecordDecoder decoder,
      EffectExecutor effects,
      TaskPermits permits,
      Bounds bounds) {
    Reactions reactions = new Reactions(context, permits);
    this.context = context;
    this.bounds = bounds;
    this.permits = permits;
    this.gate = new NeedGate(context, bounds.needsOpenMax());
    this.lanes = new Lanes(context, gate, bounds.lanes());
    this.decode =
        new DecodeStage(
            decoder,
            context.scheduler(),
            bounds.concurrency(),
            context.tracer(),
            context.retryPolicy());
    this.admit = new AdmitStage(context);
    this.react = new ReactStage(context, reactions, effects, bounds.concurrency());
    this.store = new StoreStage(context, reactions);
    this.publish = new PublishStage(context);
    this.perform = new PerformStage(context, effects, permits);
    this.acknowledge = new AcknowledgeStage(context, gate, perform);
  }

  /** Runs until cancelled; an error means that the process cannot go on. */
  public Mono<Void> run() {
    // Subscribe to records last: an effect must not end before its result has a subscriber.
    return followed()
        .then(pinnedTerms())
        .thenMany(
            lanes.of(
                Flux.merge(
                    perform.results(),
                    dueNeeds(),
                    newEntries(),
                    arrivals().transform(decode::apply))))
        .flatMap(this::turns, bounds.lanes().lanes())
        .then();
  }

  /**
   * Loads the rules that the DECIDEs of open NEEDs pin, before any record of these is decoded: the
   * files with which this process was started may be others than those of that time. The policy of
   * one that is not decided is loaded when the NEED is read, or a record names it.
   */
  private Mono<Void> pinnedTerms() {
    if (!context.heads().follows()) {
      return Mono.empty();
    }
    List<Integer> partitions = IntStream.range(0, bounds.lanes().partitions()).boxed().toList();
    return Flux.defer(() -> context.store().due(partitions, Long.MAX_VALUE, bounds.needsOpenMax()))
        .map(timer -> new SlotKey(timer.needId().text(), Slot.DECIDE.key()))
        .buffer(TERMS_READ)
        .concatMap(context.store()::find)
        .flatMapIterable(rows -> rows)
        .map(row -> Decide.parse(context.rows().envelope(row).payload()))
        .filter(terms -> !context.heads().knows(terms))
        .concatMap(context.heads()::load)
        .then()
        .retryWhen(context.retryPolicy().outages());
  }

  /** Takes in new entries of the control chain; outages are waited for. */
  private Mono<Boolean> followed() {
    return Mono.defer(context.heads()::refresh).retryWhen(context.retryPolicy().outages());
  }

  /** Follows the control chain; it is not an input of a lane. */
  private Flux<Input> newEntries() {
    return context.heads().follows()
        ? Flux.interval(Duration.ofMillis(CONTROL_POLL_MILLIS), context.timer())
            .onBackpressureDrop()
            .concatMap(tick -> followed().thenMany(Flux.empty()), 1)
        : Flux.empty();
  }

  /** The stages. Lanes run in parallel; each lane runs one turn after the other. */
  private Flux<Turn> turns(Lane lane) {
    return lane.turns()
        .publishOn(context.scheduler(), 1)
        .transform(admit) // completes the state of each NEED, from the store if necessary
        .transform(react) // lets the pure roles react until they owe nothing more
        .transform(store) // one statement: slots, op rows, timers, closings; losers react again
        .transform(publish) // one pass to the producer, one audit append
        .transform(perform) // effects begin; their results are inputs of a later turn
        .transform(acknowledge); // only now offsets may be committed, and the lane is free
  }

  private Flux<List<Delivery>> arrivals() {
    return context.bus().batches().doOnNext(lanes::came);
  }

  /** Emits the due durable timers of this process's partitions, and ticks for overdue debts. */
  private Flux<Input> dueNeeds() {
    return Flux.interval(Duration.ofMillis(bounds.sweepMillis()), context.timer())
        .onBackpressureDrop()
        .concatMap(tick -> Flux.concat(Flux.fromIterable(lanes.ticks()), taken(), sweep()), 1);
  }

  /** Open NEEDs of the partitions that were assigned to this process since the last sweep. */
  private Flux<Input> taken() {
    return takesOver() || context.heads().version() != 0
        ? Flux.fromIterable(context.bus().assignedPartitions()).concatMap(this::taken, 1)
        : Flux.empty();
  }

  /** Whether this process has a use for the open NEEDs of a partition that it got. */
  private boolean takesOver() {
    return gate.counts() || context.plays(RoleName.WORKER);
  }

  private Flux<Input> taken(int partition) {
    long assignment = context.bus().assignment(partition);
    long version = context.heads().version();
    TakenOver before = takenOver.getOrDefault(partition, TakenOver.NEVER);
    boolean isChanged =
        before.version() != version && (before.assignment() == assignment || !takesOver());
    boolean isKnown = before.assignment() == assignment && !isChanged;
    boolean looksAgain = isKnown && !permits.hasWaiting() && permits.turnedAway(partition);
    if (assignment == 0 || (isKnown && !looksAgain)) {
      return Flux.empty();
    }
    return Flux.defer(
            () -> context.store().due(Set.of(partition), Long.MAX_VALUE, bounds.needsOpenMax()))
        .filter(timer -> timer.needSlot() != null)
        .collectList()
        .retryWhen(context.retry())
        .doOnNext(timers -> takenOver.put(partition, new TakenOver(assignment, version)))
        .flatMapIterable(timers -> takeOver(partition, assignment, isChanged, timers));
  }

  /**
   * Counts the open NEEDs and resumes them: a worker here may owe a CLAIM for a DECIDE that was
   * acknowledged long ago. So is every NEED after a new entry of the control chain: other agents
   * may act then, and other votes and leases hold.
   */
  private List<Input> takeOver(
      int partition, long assignment, boolean isChanged, List<OpenNeed> timers) {
    List<Input> inputs = new ArrayList<>();
    inputs.add(
        new Input.Found(
            partition,
            assignment,
            timers.stream()
                .map(timer -> NeedState.keyOf(timer.needId(), timer.threadId()))
                .toList()));
    if (isChanged || context.plays(RoleName.WORKER)) {
      timers.forEach(timer -> inputs.add(new Input.Resume(timer)));
    }
    if (timers.size() >= bounds.needsOpenMax()) {
      permits.turnAway(partition);
    }
    return inputs;
  }

  private Flux<Input> sweep() {
    if (!context.plays(RoleName.COORDINATOR)) {
      return Flux.empty();
    }
    return Flux.defer(
            () ->
                context
                    .store()
                    .due(
                        context.bus().assignedPartitions(),
                        context.time().epochMillis(),
                        bounds.sweepNeedsMax()))
        .<Input>map(Input.Due::new)
        .retryWhen(context.retry());
  }

  /** Returns how many tasks and verifications run and wait now; from any thread. */
  public TaskPermits.Usage tasks() {
    return permits.usage();
  }

  /** Returns how many tasks and verifications wait, by type; from any thread. */
  public Map<String, Integer> tasksWaiting() {
    return permits.waitingByType();
  }

  /** Returns the number of NEEDs that count as open here: stored, not over, and recently active. */
  public int needsOpen() {
    return gate.open();
  }

  /** Completes when no effect runs; for an orderly stop. */
  public Mono<Void> drained() {
    return perform.drained();
  }
}
