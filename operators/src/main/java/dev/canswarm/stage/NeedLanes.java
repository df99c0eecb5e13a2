package dev.canswarm.stage;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Runs what concerns one NEED one after the other, in the order of subscription, and different
 * NEEDs side by side. Thread-safe and non-blocking. What waits is bounded by its callers: each
 * waits for its own result, and there are at most as many as records in flight, running tasks and
 * timers due.
 */
public final class NeedLanes {
  /** Guarded by the map of lanes. */
  private static final class Lane {
    final ArrayDeque<Place> waiting = new ArrayDeque<>();
    @Nullable Place running;

    /**
     * Somebody hands over turns in a loop: whoever ends a job meanwhile leaves the next to them.
     */
    boolean handingOver;
  }

  private final Map<String, Lane> lanes = new HashMap<>();

  /**
   * Runs a job when all earlier ones of that NEED have ended.
   *
   * @param job subscribed to when its turn comes; the next one follows once this one has ended in
   *     any way and its subscriber has seen the end
   */
  public <T> Mono<T> run(String needId, Supplier<Mono<T>> job) {
    return Mono.defer(
        () -> {
          Place place = new Place(needId);
          return Mono.<Boolean>create(place::enter)
              .flatMap(turn -> job.get())
              .doFinally(signal -> place.leave());
        });
  }

  /** One job's place in its lane. */
  private final class Place {
    private final String needId;
    private @Nullable MonoSink<Boolean> turn;

    Place(String needId) {
      this.needId = needId;
    }

    void enter(MonoSink<Boolean> sink) {
      synchronized (lanes) {
        turn = sink;
        Lane lane = lanes.computeIfAbsent(needId, id -> new Lane());
        if (lane.running != null || lane.handingOver) {
          lane.waiting.add(this);
          return;
        }
        lane.running = this;
      }
      sink.success(true);
    }

    /**
     * Gives up the turn, or the place in the queue: who is cancelled while waiting holds up none.
     */
    void leave() {
      Lane lane;
      synchronized (lanes) {
        lane = lanes.get(needId);
        if (lane == null || lane.running != this) {
          if (lane != null) {
            lane.waiting.remove(this);
          }
          return;
        }
        lane.running = null;
        if (lane.handingOver) {
          return;
        }
        lane.handingOver = true;
      }
      handOver(lane);
    }

    /** A loop and no recursion: jobs that end at once would use up the stack. */
    private void handOver(Lane lane) {
      while (true) {
        MonoSink<Boolean> next;
        synchronized (lanes) {
          Place place = lane.running == null ? lane.waiting.poll() : null;
          if (place == null) {
            lane.handingOver = false;
            if (lane.running == null) {
              lanes.remove(needId);
            }
            return;
          }
          lane.running = place;
          next = place.turn;
        }
        if (next != null) {
          next.success(true);
        }
      }
    }
  }
}
