package dev.canswarm.benchmarks.ratio;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Runs the two sides of a {@link Pair} in turns and times each turn by the thread's CPU time, in
 * which others that want the processor have no part. How they disturb the caches differs from turn
 * to turn, and the median turn of an iteration has little of it; what lasts longer slows both
 * sides. Which side goes first alternates.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class PairMeter {
  private static final int WARM_UP_TURNS_PER_CHECK = 16;

  private final Side subject = new Side();
  private final Side baseline = new Side();
  private final ThreadCpu cpu = new ThreadCpu();
  private boolean warmedUp;
  private boolean warm;
  private boolean baselineFirst;

  /** Forgets the last iteration. */
  @Setup(Level.Iteration)
  public void reset() {
    subject.reset();
    baseline.reset();
  }

  /** One turn of each side; the first time, as many as it takes until the code is warm. */
  void measure(Pair pair, Blackhole sink) throws Exception {
    if (!warmedUp) {
      warmUp(pair, sink);
      warmedUp = true;
    }
    turns(pair, sink);
  }

  private void warmUp(Pair pair, Blackhole sink) throws Exception {
    var warmUp = new WarmUp();
    int calls = 0;
    do {
      reset();
      for (int i = 0; i < WARM_UP_TURNS_PER_CHECK; i++) {
        turns(pair, sink);
      }
      calls += WARM_UP_TURNS_PER_CHECK;
    } while (!warmUp.done(calls));
    warm = !warmUp.timedOut();
    // The inputs get to the place where they stay, so that no turn pays for moving them.
    System.gc();
    subject.calibrate();
    baseline.calibrate();
    reset();
  }

  private void turns(Pair pair, Blackhole sink) throws Exception {
    if (baselineFirst) {
      baselineTurn(pair, sink);
      subjectTurn(pair, sink);
    } else {
      subjectTurn(pair, sink);
      baselineTurn(pair, sink);
    }
    baselineFirst = !baselineFirst;
  }

  private void subjectTurn(Pair pair, Blackhole sink) throws Exception {
    int calls = subject.calls();
    long start = System.nanoTime();
    long startCpu = cpu.nanos();
    for (int i = 0; i < calls; i++) {
      sink.consume(pair.subject());
    }
    long cpuNanos = cpu.nanos() - startCpu;
    subject.add(cpuNanos, System.nanoTime() - start);
  }

  private void baselineTurn(Pair pair, Blackhole sink) throws Exception {
    int calls = baseline.calls();
    long start = System.nanoTime();
    long startCpu = cpu.nanos();
    for (int i = 0; i < calls; i++) {
      sink.consume(pair.baseline());
    }
    long cpuNanos = cpu.nanos() - startCpu;
    baseline.add(cpuNanos, System.nanoTime() - start);
  }

  /** 1 where the code was warm; 0 where there was no time to wait for that. */
  public long warm() {
    return warm ? 1 : 0;
  }

  /** Nanoseconds of CPU time of one call of the subject in the iteration's median turn. */
  public double subjectCallNanos() {
    return subject.callNanos();
  }

  /** Nanoseconds of CPU time of one call of the baseline in the iteration's median turn. */
  public double baselineCallNanos() {
    return baseline.callNanos();
  }

  /** Calls of the subject in the iteration. */
  public long subjectCalls() {
    return subject.totalCalls();
  }

  /** Calls of the baseline in the iteration. */
  public long baselineCalls() {
    return baseline.totalCalls();
  }

  /** Nanoseconds of all the subject's turns, disturbances included. */
  public long subjectNanos() {
    return subject.totalNanos();
  }

  /** Nanoseconds of all the baseline's turns, disturbances included. */
  public long baselineNanos() {
    return baseline.totalNanos();
  }
}
