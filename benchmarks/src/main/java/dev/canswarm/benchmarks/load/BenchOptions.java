package dev.canswarm.benchmarks.load;

import dev.canswarm.benchmarks.load.feed.PhaseRecords;
import dev.canswarm.benchmarks.load.feed.RateSchedule;
import java.util.List;
import java.util.Optional;

/**
 * The options of a benchmark run.
 *
 * @param needs number of NEEDs that are measured, without those of the warm-up
 * @param perSecond offered rate; 0: all at once
 * @param payloadBytes length of the text that each NEED's task hashes
 * @param k accepting attestations; 0: as the policy says
 * @param threads distinct thread ids; 0: one for each NEED
 * @param processes pipeline processes, the first of which has the servers
 * @param engine of the pipeline, as {@code crypto.engine} names it
 * @param warmup NEEDs that are sent first and not counted
 * @param deadlineMillis of each NEED; 0: as the policy says
 * @param stallSeconds silence after which the run is given up
 * @param pin whether each pipeline process runs on one core of its own
 * @param profile whether a flight recording is made
 * @param replayPercent of the counted NEEDs that are replayed afterwards
 * @param javaOptions of the pipeline's JVMs, after the launcher's
 * @param upOptions of every {@code ./swarm up}
 * @param keep whether the data directories are left
 * @param overload whether and how the stack is overloaded
 * @param phase a name for the counted NEEDs, which must differ between runs on one stack
 */
record BenchOptions(
    int needs,
    double perSecond,
    int payloadBytes,
    int k,
    int threads,
    int processes,
    String engine,
    int warmup,
    long deadlineMillis,
    int stallSeconds,
    boolean pin,
    boolean profile,
    double replayPercent,
    List<String> javaOptions,
    List<String> upOptions,
    boolean keep,
    Optional<OverloadOptions> overload,
    String phase) {
  private static final String PHASE = "need";

  BenchOptions {
    javaOptions = List.copyOf(javaOptions);
    upOptions = List.copyOf(upOptions);
  }

  /**
   * The strength of an overload.
   *
   * @param largeEvery one text of so many is large
   * @param largeBytes of a large text
   * @param brakeSeconds seconds for which PostgreSQL is slowed down
   */
  record OverloadOptions(int largeEvery, int largeBytes, int brakeSeconds) {}

  /**
   * Options to be set by name: all NEEDs at once, 64 bytes each, to one process on the fastest
   * engine, given up after a minute of silence, and nothing besides.
   */
  static Builder of(int needs) {
    return new Builder(needs);
  }

  /** Sets what differs, by name; units as in the components. Not thread-safe. */
  static final class Builder {
    private final int needs;
    private double perSecond;
    private int payloadBytes = 64;
    private int k;
    private int threads;
    private int processes = 1;
    private String engine = "auto";
    private int warmup;
    private long deadlineMillis;
    private int stallSeconds = 60;
    private boolean pin;
    private boolean profile;
    private double replayPercent;
    private List<String> javaOptions = List.of();
    private List<String> upOptions = List.of();
    private boolean keep;
    private Optional<OverloadOptions> overload = Optional.empty();

    private Builder(int needs) {
      this.needs = needs;
    }

    Builder perSecond(double value) {
      perSecond = value;
      return this;
    }

    Builder payloadBytes(int value) {
      payloadBytes = value;
      return this;
    }

    Builder k(int value) {
      k = value;
      return this;
    }

    Builder threads(int value) {
      threads = value;
      return this;
    }

    Builder processes(int value) {
      processes = value;
      return this;
    }

    Builder engine(String value) {
      engine = value;
      return this;
    }

    Builder warmup(int value) {
      warmup = value;
      return this;
    }

    Builder deadlineMillis(long value) {
      deadlineMillis = value;
      return this;
    }

    Builder stallSeconds(int value) {
      stallSeconds = value;
      return this;
    }

    Builder pin(boolean value) {
      pin = value;
      return this;
    }

    Builder profile(boolean value) {
      profile = value;
      return this;
    }

    Builder replayPercent(double value) {
      replayPercent = value;
      return this;
    }

    Builder javaOptions(List<String> value) {
      javaOptions = value;
      return this;
    }

    Builder upOptions(List<String> value) {
      upOptions = value;
      return this;
    }

    Builder keep(boolean value) {
      keep = value;
      return this;
    }

    Builder overload(Optional<OverloadOptions> value) {
      overload = value;
      return this;
    }

    BenchOptions build() {
      return new BenchOptions(
          needs,
          perSecond,
          payloadBytes,
          k,
          threads,
          processes,
          engine,
          warmup,
          deadlineMillis,
          stallSeconds,
          pin,
          profile,
          replayPercent,
          javaOptions,
          upOptions,
          keep,
          overload,
          PHASE);
    }
  }

  /** Returns the options of another run on the same stack, without a profile and a replay. */
  BenchOptions atRate(String otherPhase, double otherPerSecond, int otherNeeds) {
    return new BenchOptions(
        otherNeeds,
        otherPerSecond,
        payloadBytes,
        k,
        threads,
        processes,
        engine,
        0,
        deadlineMillis,
        stallSeconds,
        pin,
        false,
        0,
        javaOptions,
        upOptions,
        keep,
        Optional.empty(),
        otherPhase);
  }

  RateSchedule schedule() {
    return new RateSchedule(perSecond);
  }

  /** Returns the records that are counted. */
  PhaseRecords records() {
    return records(phase, needs);
  }

  /** Returns the records that warm the stack up. */
  PhaseRecords warmupRecords() {
    return records("warm", warmup);
  }

  private PhaseRecords records(String name, int count) {
    int distinct = threads == 0 ? Math.max(1, count) : threads;
    PhaseRecords.Texts texts =
        overload
            .map(much -> new PhaseRecords.Texts(payloadBytes, much.largeEvery(), much.largeBytes()))
            .orElseGet(() -> PhaseRecords.Texts.of(payloadBytes));
    return new PhaseRecords(name, count, distinct, texts, k, deadlineMillis);
  }
}
