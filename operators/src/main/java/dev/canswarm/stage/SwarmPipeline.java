package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.policy.Role;
import dev.canswarm.port.Bus;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.OutgoingRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.TreeMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The chain as one backpressured Flux:
 *
 * <pre>receive → decode → verify → policy → role → slot + ops + timers → send → acknowledge</pre>
 *
 * Demand runs from the acknowledgement back to the poll: what is slow behind it pauses the
 * partitions. A record is acknowledged when everything that follows from it is durable.
 */
public final class SwarmPipeline {
  /**
   * Bounds of the pipeline.
   *
   * @param verifyConcurrency records decoded and verified side by side
   * @param lanes records worked on side by side
   * @param sweepMillis how often durable timers are looked at
   * @param sweepNeedsMax NEEDs woken by one look
   */
  public record Bounds(int verifyConcurrency, int lanes, long sweepMillis, int sweepNeedsMax) {}

  /** NEEDs woken side by side: waking is rare and reads the store. */
  private static final int WAKE_CONCURRENCY = 8;

  private final StageContext context;
  private final Inbound inbound;
  private final NeedProcessor processor;
  private final DeadLetters deadLetters;
  private final Bounds bounds;
  private final Scheduler verifyScheduler;
  private final Scheduler timer;

  public SwarmPipeline(
      StageContext context,
      Inbound inbound,
      NeedProcessor processor,
      DeadLetters deadLetters,
      Bounds bounds,
      Scheduler verifyScheduler,
      Scheduler timer) {
    this.context = context;
    this.inbound = inbound;
    this.processor = processor;
    this.deadLetters = deadLetters;
    this.bounds = bounds;
    this.verifyScheduler = verifyScheduler;
    this.timer = timer;
  }

  /**
   * Runs until cancelled.
   *
   * @return the records acknowledged, as they are
   */
  public Flux<Delivery> run() {
    return context.plays(Role.COORDINATOR)
        ? acknowledged().mergeWith(sweeps().thenMany(Flux.empty()))
        : acknowledged();
  }

  private Flux<Delivery> acknowledged() {
    return context
        .bus()
        .deliveries()
        .flatMapSequential(this::read, bounds.verifyConcurrency(), 1)
        .flatMap(this::handle, bounds.lanes(), 1);
  }

  private record Read(Delivery delivery, Received received) {}

  private Mono<Read> read(Delivery delivery) {
    return Mono.fromCallable(() -> new Read(delivery, inbound.read(delivery)))
        .subscribeOn(verifyScheduler);
  }

  private Mono<Delivery> handle(Read read) {
    Delivery delivery = read.delivery();
    return Mono.defer(() -> effectsOf(read))
        .retryWhen(context.retry())
        .then(Mono.fromRunnable(() -> delivery.acknowledgement().acknowledge()))
        .thenReturn(delivery);
  }

  private Mono<Void> effectsOf(Read read) {
    Delivery delivery = read.delivery();
    Source source =
        new Source(delivery.cluster(), delivery.topic(), delivery.partition(), delivery.offset());
    Received received = read.received();
    if (received instanceof Received.Refused refused) {
      return deadLetters.send(letter(delivery, source, refused));
    }
    if (received instanceof Received.Intake intake) {
      return processor.originate(intake.need(), intake.payload());
    }
    Received.Valid valid = (Received.Valid) received;
    Envelope envelope = valid.envelope();
    Bus bus = context.bus();
    if (bus.partitionOf(envelope.threadId()) != delivery.partition()) {
      return bus.send(moved(envelope));
    }
    return processor
        .deliver(envelope, valid.payload(), source)
        .onErrorResume(
            RefusedException.class,
            e ->
                deadLetters.send(
                    letter(
                        delivery, source, new Received.Refused(e.reason(), "store", e.detail()))));
  }

  /**
   * A client that partitions otherwise put it elsewhere: its bytes go on to where its thread is.
   */
  private static OutgoingRecord moved(Envelope envelope) {
    return new OutgoingRecord(
        envelope.kind().topic(),
        envelope.threadId().getBytes(StandardCharsets.UTF_8),
        envelope.bytes(),
        new TreeMap<>());
  }

  private static DeadLetters.Letter letter(
      Delivery delivery, Source source, Received.Refused refused) {
    return new DeadLetters.Letter(
        source,
        delivery.key(),
        delivery.value(),
        refused.reason(),
        refused.stage(),
        refused.detail());
  }

  /** Looks at the timers of the partitions that this process has. */
  private Flux<Void> sweeps() {
    return Flux.interval(Duration.ofMillis(bounds.sweepMillis()), timer)
        .onBackpressureDrop()
        .concatMap(tick -> sweep(), 1);
  }

  private Mono<Void> sweep() {
    return Flux.defer(
            () ->
                context
                    .store()
                    .due(
                        context.bus().assignedPartitions(),
                        context.time().epochMillis(),
                        bounds.sweepNeedsMax()))
        .flatMap(this::wake, WAKE_CONCURRENCY, 1)
        .then()
        .retryWhen(context.retry());
  }

  /** One NEED's trouble does not stop the timers of the others; a later sweep wakes it again. */
  private Mono<Void> wake(OpenNeed timer) {
    return processor.wake(timer).onErrorResume(context.retryPolicy()::noteAndGoOn);
  }

  /** Completes when no task runs in the background; for an orderly stop. */
  public Mono<Void> drained() {
    return processor.drained();
  }
}
