package dev.canswarm.benchmarks.ratio;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Measures the two sides of a {@link Pair} alternately in short turns, by the thread's CPU time.
 * CPU time excludes the time in which other processes use the processor. They still disturb the
 * caches, but differently in each turn, so that the median turn is hardly affected; longer
 * disturbances slow both sides. The side that goes first alternates. Not thread-safe.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class PairMeter {
  private static final int WARM_UP_TURNS_PER_CHECK = 16;

  private final SideTimings subject = new SideTimings();
  private final SideTimings baseline = new SideTimings();
  private final LongSupplier wall;
  private final LongSupplier cpu;
  private final Supplier<WarmUp> warmUps;
  private boolean warmedUp;
  private boolean warm;
  private boolean baselineFirst;

  /** Measures the thread that uses it. */
  public PairMeter() {
    this(System::nanoTime, new ThreadCpuClock()::nanos, WarmUp::new);
  }

  /**
   * @param wall nanoseconds since an arbitrary origin
   * @param cpu the thread's CPU time in nanoseconds
   * @param warmUps begins to warm up
   */
  PairMeter(LongSupplier wall, LongSupplier cpu, Supplier<WarmUp> warmUps) {
    this.wall = wall;
    this.cpu = cpu;
    this.warmUps = warmUps;
  }

  /** Discards the measurements of the last iteration. */
  @Setup(Level.Iteration)
  public void reset() {
    subject.reset();
    baseline.reset();
  }

  /** Runs one turn of each side. The first call runs turns until the code is warm before that. */
  void measure(Pair pair, Blackhole sink) throws Exception {
    if (!warmedUp) {
      warmUp(pair, sink);
      warmedUp = true;
    }
    turns(pair, sink);
  }

  private void warmUp(Pair pair, Blackhole sink) throws Exception {
    WarmUp warmUp = warmUps.get();
    int calls = 0;
    do {
      reset();
      for (int i = 0; i < WARM_UP_TURNS_PER_CHECK; i++) {
        turns(pair, sink);
      }
      calls += WARM_UP_TURNS_PER_CHECK;
    } while (!warmUp.done(calls));
    warm = !warmUp.timedOut();
    // Moves the inputs to the old generation, so that no turn pays for copying them.
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
    long start = wall.getAsLong();
    long startCpu = cpu.getAsLong();
    for (int i = 0; i < calls; i++) {
      sink.consume(pair.subject());
    }
    long cpuNanos = cpu.getAsLong() - startCpu;
    subject.add(cpuNanos, wall.getAsLong() - start);
  }

  private void baselineTurn(Pair pair, Blackhole sink) throws Exception {
    int calls = baseline.calls();
    long start = wall.getAsLong();
    long startCpu = cpu.getAsLong();
    for (int i = 0; i < calls; i++) {
      sink.consume(pair.baseline());
    }
    long cpuNanos = cpu.getAsLong() - startCpu;
    baseline.add(cpuNanos, wall.getAsLong() - start);
  }

  /** Returns 1 if the code was warm, or 0 if warming up timed out. */
  public long warm() {
    return warm ? 1 : 0;
  }

  /**
   * Returns the CPU time of one call of the subject in the iteration's median turn, in nanoseconds.
   */
  public double subjectCallNanos() {
    return subject.callNanos();
  }

  /**
   * Returns the CPU time of one call of the baseline in the iteration's median turn, in
   * nanoseconds.
   */
  public double baselineCallNanos() {
    return baseline.callNanos();
  }

  /** Returns the number of calls of the subject in the iteration. */
  public long subjectCalls() {
    return subject.totalCalls();
  }

  /** Returns the number of calls of the baseline in the iteration. */
  public long baselineCalls() {
    return baseline.totalCalls();
  }

  /**
   * Returns the wall-clock time of all turns of the subject, including disturbances, in
   * nanoseconds.
   */
  public long subjectNanos() {
    return subject.totalNanos();
  }

  /**
   * Returns the wall-clock time of all turns of the baseline, including disturbances, in
   * nanoseconds.
   */
  public long baselineNanos() {
    return baseline.totalNanos();
  }
}
