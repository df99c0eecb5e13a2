package dev.canswarm.benchmarks.ratio;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.IterationResult;

/**
 * The measurements of a pair in one process.
 *
 * @param rounds at least one
 */
public record Trial(List<Round> rounds) {
  /** The number of rounds in a process. */
  public static final int ROUNDS = 3;

  public Trial {
    rounds = List.copyOf(rounds);
  }

  /** Splits the iterations of one fork of {@link RatioBenchmark}, in their order, into rounds. */
  static Trial of(Collection<IterationResult> iterations) {
    List<IterationResult> all = List.copyOf(iterations);
    int perRound = Math.max(1, all.size() / ROUNDS);
    List<Round> rounds = new ArrayList<>();
    for (int from = 0; from + perRound <= all.size(); from += perRound) {
      rounds.add(Round.of(all.subList(from, from + perRound)));
    }
    return new Trial(rounds);
  }

  /** Returns the median ratio of the rounds. */
  public double ratio() {
    return Medians.of(rounds.stream().map(Round::ratio).toList());
  }

  /** Returns the CPU time of one call of the subject, in nanoseconds: the median of the rounds. */
  double subjectNanos() {
    return Medians.of(rounds.stream().map(Round::subjectNanos).toList());
  }

  /** Returns the CPU time of one call of the baseline, in nanoseconds: the median of the rounds. */
  double baselineNanos() {
    return Medians.of(rounds.stream().map(Round::baselineNanos).toList());
  }
}
