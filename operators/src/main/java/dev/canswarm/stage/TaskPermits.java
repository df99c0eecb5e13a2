package dev.canswarm.stage;

import dev.canswarm.envelope.ThreadId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Bounds the tasks and verifications that run at once, and decides which grants are claimed: first
 * the permit, then the CLAIM, then the run, so that no lease runs out while its task waits here.
 * Waiting tasks are served in rotation by task type and thread. It suspends instead of blocking.
 * Thread-safe.
 *
 * <p>A type whose runs are long, or that has not run yet, holds at most half of the places, so that
 * other types get one soon; a type with short runs may hold all (ADR 24).
 *
 * <p>A waiting grant is only a reference: the grant itself is in the store, and is found there
 * again after a restart, or if there was no room for it here.
 */
public final class TaskPermits {
  /** Most grants that wait to be claimed; further ones are found again later. */
  public static final int GRANTS_MAX = 4_096;

  /**
   * Longest expected wait of a claimed task for a free place. Tasks that are much shorter than a
   * turn are claimed ahead; otherwise the places would be idle while CLAIMs are stored. A run that
   * is expected to take longer than this counts as long.
   */
  static final long AHEAD_MILLIS_MAX = 500;

  /** Weight of the last run in the moving average of a type's run times. */
  private static final double LAST_RUN_SHARE = 0.2;

  private final int runningMax;
  private final FairQueue<Waiting> ready = new FairQueue<>();
  private final FairQueue<Grant> grants = new FairQueue<>();
  private final Set<String> grantKeys = new HashSet<>();
  private final Set<Integer> turnedAway = new HashSet<>();
  private final Map<String, Double> millisOfType = new HashMap<>();
  private int free;

  /** Places taken, by type. */
  private final Map<String, Integer> runningOfType = new HashMap<>();

  /** Issued permits by type: of tasks that run, are ready to run, or are being claimed. */
  private final Map<String, Integer> outOfType = new HashMap<>();

  /** Expected total run time of those issued permits whose tasks are short. */
  private double expectedMillis;

  /**
   * The number of tasks and verifications.
   *
   * @param running those that run now; at most {@code runningMax}
   * @param ready those that wait for a free place
   * @param grants grants that wait to be claimed
   */
  public record Usage(int running, int runningMax, int ready, int grants) {}

  private record Waiting(Permit permit, MonoSink<Permit> sink) {}

  private record Grant(String key, String taskType, Consumer<Permit> leave) {}

  /** Permission to claim and run one task, or to run one verification; released once. */
  public final class Permit {
    private final String taskType;
    private final double millis;
    private boolean isRunning;
    private boolean isBack;

    private Permit(String taskType, double millis) {
      this.taskType = taskType;
      this.millis = millis;
    }

    /** Releases the permit. May be called again, without effect. */
    public void release() {
      TaskPermits.this.release(this);
    }

    /**
     * Frees the place after the code has ended, while its artifact is stored. Until the permit is
     * released, it counts as claimed ahead. May be called again, without effect.
     */
    void vacate() {
      TaskPermits.this.vacate(this);
    }

    /** Reports the run time in milliseconds, for the expected time of its type. */
    void ran(long ranMillis) {
      synchronized (TaskPermits.this) {
        millisOfType.merge(
            taskType,
            (double) Math.max(0, ranMillis),
            (before, last) -> before + LAST_RUN_SHARE * (last - before));
      }
    }
  }

  /**
   * @param runningMax tasks and verifications at once, at least 1
   */
  public TaskPermits(int runningMax) {
    if (runningMax < 1) {
      throw new IllegalArgumentException("expected at least 1 permit, got " + runningMax);
    }
    this.runningMax = runningMax;
    this.free = runningMax;
  }

  /** Returns a permit to claim and run a task; null if there is no room, or others wait. */
  synchronized @Nullable Permit tryClaim(String taskType) {
    return mayClaim(taskType) && !grants.has(this::mayClaim) ? newPermit(taskType) : null;
  }

  /**
   * Requests permission to claim a grant. A grant that waits already is not queued twice.
   *
   * @param key of the grant
   * @param partition under which it is found again if there is no room
   * @param leave receives the permit once the grant may be claimed; must not block
   */
  void want(String key, int partition, String taskType, ThreadId thread, Consumer<Permit> leave) {
    synchronized (this) {
      if (grantKeys.contains(key)) {
        return;
      }
      if (grants.size() >= GRANTS_MAX) {
        turnedAway.add(partition);
        return;
      }
      grantKeys.add(key);
      grants.add(taskType, thread, new Grant(key, taskType, leave));
    }
    drain();
  }

  /** Emits a permit once a run that needs no CLAIM may begin; none after a cancellation. */
  public Mono<Permit> acquire(String taskType, ThreadId thread) {
    return Mono.defer(() -> queued(newPermit(taskType), thread));
  }

  private synchronized Permit newPermit(String taskType) {
    double millis = expected(taskType);
    outOfType.merge(taskType, 1, Integer::sum);
    expectedMillis += isLong(millis) ? 0 : millis;
    return new Permit(taskType, millis);
  }

  /**
   * Returns the expected run time; a type that never ran counts as long and is not claimed ahead.
   */
  private double expected(String taskType) {
    return millisOfType.getOrDefault(taskType, (double) (AHEAD_MILLIS_MAX + 1));
  }

  private static boolean isLong(double millis) {
    return millis > AHEAD_MILLIS_MAX;
  }

  /** Returns how many places a type may hold. */
  private int placesMax(String taskType) {
    return isLong(expected(taskType)) ? (runningMax + 1) / 2 : runningMax;
  }

  /** Emits the permit once the task of a claimed grant may run; a cancellation releases it. */
  Mono<Permit> start(Permit permit, ThreadId thread) {
    return Mono.defer(() -> queued(notBack(permit), thread));
  }

  /** Returns the permit, or a new one if the run is a retry that has released its permit. */
  private synchronized Permit notBack(Permit permit) {
    return permit.isBack ? newPermit(permit.taskType) : permit;
  }

  private Mono<Permit> queued(Permit permit, ThreadId thread) {
    return Mono.create(
        sink -> {
          Waiting waiting = new Waiting(permit, sink);
          sink.onCancel(() -> giveUp(waiting, thread));
          synchronized (this) {
            ready.add(permit.taskType, thread, waiting);
          }
          drain();
        });
  }

  private void giveUp(Waiting waiting, ThreadId thread) {
    synchronized (this) {
      ready.remove(waiting.permit().taskType, thread, waiting);
    }
    waiting.permit().release();
  }

  private void release(Permit permit) {
    synchronized (this) {
      if (permit.isBack) {
        return;
      }
      permit.isBack = true;
      outOfType.merge(permit.taskType, -1, TaskPermits::sumOrNone);
      expectedMillis -= isLong(permit.millis) ? 0 : permit.millis;
      leavePlace(permit);
    }
    drain();
  }

  private static @Nullable Integer sumOrNone(Integer before, Integer by) {
    int sum = before + by;
    return sum == 0 ? null : sum;
  }

  private void leavePlace(Permit permit) {
    if (permit.isRunning) {
      permit.isRunning = false;
      free++;
      runningOfType.merge(permit.taskType, -1, TaskPermits::sumOrNone);
    }
  }

  private void vacate(Permit permit) {
    synchronized (this) {
      if (!permit.isRunning || permit.isBack) {
        return;
      }
      leavePlace(permit);
    }
    drain();
  }

  /** Hands out free places, to ready tasks first; calls the receivers outside the lock. */
  private void drain() {
    List<Runnable> told = new ArrayList<>();
    synchronized (this) {
      Waiting next = nextToRun();
      while (next != null) {
        Waiting begins = next;
        free--;
        begins.permit().isRunning = true;
        runningOfType.merge(begins.permit().taskType, 1, Integer::sum);
        told.add(() -> begins.sink().success(begins.permit()));
        next = nextToRun();
      }
      Grant grant = grants.poll(this::mayClaim);
      while (grant != null) {
        Grant leaves = grant;
        grantKeys.remove(leaves.key());
        Permit permit = newPermit(leaves.taskType());
        told.add(() -> leaves.leave().accept(permit));
        grant = grants.poll(this::mayClaim);
      }
    }
    told.forEach(Runnable::run);
  }

  private @Nullable Waiting nextToRun() {
    return free > 0
        ? ready.poll(type -> runningOfType.getOrDefault(type, 0) < placesMax(type))
        : null;
  }

  /**
   * Whether a grant of this type may be claimed: there is a free place, or its runs are short and
   * all claimed tasks end soon. For a type that waits for its own places, at most as many permits
   * count as it may hold.
   */
  private boolean mayClaim(String taskType) {
    boolean isLong = isLong(expected(taskType));
    if (isLong && outOfType.getOrDefault(taskType, 0) >= placesMax(taskType)) {
      return false;
    }
    int taken = 0;
    for (Map.Entry<String, Integer> type : outOfType.entrySet()) {
      taken += Math.min(type.getValue(), placesMax(type.getKey()));
    }
    return taken < runningMax || (!isLong && expectedMillis <= runningMax * AHEAD_MILLIS_MAX);
  }

  /** Returns how many run and wait now. */
  public synchronized Usage usage() {
    return new Usage(runningMax - free, runningMax, ready.size(), grants.size());
  }

  /** Returns how many wait to run or to be claimed, by task type. */
  synchronized Map<String, Integer> waitingByType() {
    Map<String, Integer> waiting = ready.sizes();
    grants.sizes().forEach((type, count) -> waiting.merge(type, count, Integer::sum));
    return waiting;
  }

  /** Whether grants wait to be claimed. */
  synchronized boolean hasWaiting() {
    return grants.size() > 0;
  }

  /** Notes that the partition may have grants for which there was no room. */
  synchronized void turnAway(int partition) {
    turnedAway.add(partition);
  }

  /** Whether there was no room for a grant of the partition since the last call. */
  synchronized boolean turnedAway(int partition) {
    return turnedAway.remove(partition);
  }
}
