package dev.canswarm.benchmarks.load;

import dev.canswarm.benchmarks.load.failure.BenchExit;
import java.util.ArrayList;
import java.util.List;

/**
 * The cost of observing a stack: the figures of runs without readers and of runs with an open page,
 * which took turns. Pure.
 *
 * @param exit of {@link BenchExit}: OK if every NEED of every run was accepted and the page saw
 *     something; it does not depend on the ratio
 */
record SightSummary(int exit, Figures figures) {
  private static final String PER_SECOND = "needs_per_s";
  private static final String CPU = "cpu_ms_per_need_total";

  /** Collects the runs. Not thread-safe. */
  static final class Builder {
    private final List<Summary> alone = new ArrayList<>();
    private final List<Summary> watched = new ArrayList<>();
    private long events;
    private long scrapes;

    void alone(Summary run) {
      alone.add(run);
    }

    void watched(Summary run) {
      watched.add(run);
    }

    /**
     * Adds what a page has seen.
     *
     * @param newEvents events of the stream
     * @param newScrapes complete readings of the metrics
     */
    void seen(long newEvents, long newScrapes) {
      events += newEvents;
      scrapes += newScrapes;
    }

    SightSummary build() {
      int exit = Math.max(worst(alone), worst(watched));
      if (exit == BenchExit.OK && (events == 0 || scrapes == 0)) {
        exit = BenchExit.FAILED;
      }
      return new SightSummary(
          exit,
          new Figures()
              .put(Summary.TYPE, "sight")
              .put("ok", exit == BenchExit.OK)
              .put("exit", exit)
              .put("throughput_kept", rate(watched) / rate(alone))
              .put("cpu_ratio", mean(watched, CPU) / mean(alone, CPU))
              .put("needs_per_s_alone", rate(alone))
              .put("needs_per_s_watched", rate(watched))
              .putNumbers("alone_per_s", each(alone, PER_SECOND))
              .putNumbers("watched_per_s", each(watched, PER_SECOND))
              .putNumbers("alone_cpu_ms_per_need", each(alone, CPU))
              .putNumbers("watched_cpu_ms_per_need", each(watched, CPU))
              .put("events_read", events)
              .put("metrics_read", scrapes));
    }

    private static int worst(List<Summary> runs) {
      return runs.stream().mapToInt(Summary::exit).max().orElse(BenchExit.FAILED);
    }

    private static List<Double> each(List<Summary> runs, String figure) {
      return runs.stream().map(run -> run.number(figure)).toList();
    }

    private static double mean(List<Summary> runs, String figure) {
      return runs.stream().mapToDouble(run -> run.number(figure)).average().orElse(Double.NaN);
    }

    /**
     * All NEEDs by the sum of the times, which is the harmonic mean, as the runs are of one size.
     */
    private static double rate(List<Summary> runs) {
      return 1 / runs.stream().mapToDouble(run -> 1 / run.number(PER_SECOND)).average().orElse(0);
    }
  }

  /** One JSON object on one line. */
  String json() {
    return figures.json();
  }

  /** A line for each figure. */
  String text() {
    return figures.text();
  }
}
