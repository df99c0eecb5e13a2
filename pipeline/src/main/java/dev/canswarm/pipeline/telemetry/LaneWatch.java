package dev.canswarm.pipeline.telemetry;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.stage.StageMeter;
import dev.canswarm.stage.StageName;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Which lanes have a turn under way, in which stage, and since when. It costs each stage of a turn
 * two writes. Thread-safe.
 */
public final class LaneWatch implements StageMeter {
  private static final long IDLE = 0;
  private static final double MILLIS_PER_SECOND = 1_000;

  private final TimeSource time;
  private final StageMeter next;
  private final AtomicLongArray sinceMillis;
  private final AtomicReferenceArray<StageName> stages;

  /**
   * A turn that is under way.
   *
   * @param lane its number
   * @param stage where the turn is
   * @param millis how long it has been in that stage
   */
  public record Busy(int lane, StageName stage, long millis) {}

  /**
   * @param lanes how many there may be
   * @param next is told everything too
   */
  public LaneWatch(TimeSource time, int lanes, StageMeter next) {
    this.time = time;
    this.next = next;
    this.sinceMillis = new AtomicLongArray(lanes);
    this.stages = new AtomicReferenceArray<>(lanes);
  }

  @Override
  public void entered(int lane, StageName stage) {
    stages.setPlain(lane, stage);
    sinceMillis.setRelease(lane, Math.max(1, time.epochMillis()));
    next.entered(lane, stage);
  }

  @Override
  public void passed(int lane, StageName stage, int inputs, long nanos) {
    if (stage.isLast()) {
      sinceMillis.setRelease(lane, IDLE);
    }
    next.passed(lane, stage, inputs, nanos);
  }

  @Override
  public void stored(Verb verb, Payload payload, boolean contradicts, long sinceNeedMillis) {
    next.stored(verb, payload, contradicts, sinceNeedMillis);
  }

  @Override
  public void deadLettered(Reason reason) {
    next.deadLettered(reason);
  }

  /** Returns how many lanes have a turn under way. */
  public int busy() {
    int busy = 0;
    for (int lane = 0; lane < sinceMillis.length(); lane++) {
      busy += sinceMillis.getAcquire(lane) == IDLE ? 0 : 1;
    }
    return busy;
  }

  /** Returns for how many seconds the turn that is longest in its stage has been there, or 0. */
  public double longestSeconds() {
    return longest().map(turn -> turn.millis() / MILLIS_PER_SECOND).orElse(0.0);
  }

  /** Returns the turn that has been in its stage for longest, or empty if none is under way. */
  public Optional<Busy> longest() {
    long now = time.epochMillis();
    Busy longest = null;
    for (int lane = 0; lane < sinceMillis.length(); lane++) {
      long since = sinceMillis.getAcquire(lane);
      long millis = Math.max(0, now - since);
      if (since != IDLE && (longest == null || millis > longest.millis())) {
        longest = new Busy(lane, Objects.requireNonNull(stages.getPlain(lane)), millis);
      }
    }
    return Optional.ofNullable(longest);
  }
}
