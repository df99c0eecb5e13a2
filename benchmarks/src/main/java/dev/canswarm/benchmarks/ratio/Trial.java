package dev.canswarm.benchmarks.ratio;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.IterationResult;

/**
 * One process's measurement of a pair, in rounds.
 *
 * @param rounds at least one
 */
public record Trial(List<Round> rounds) {
  /** Rounds of a process. */
  public static final int ROUNDS = 3;

  public Trial {
    rounds = List.copyOf(rounds);
  }

  /** What the iterations of one fork of {@link RatioBenchmark} counted, in their order. */
  static Trial of(Collection<IterationResult> iterations) {
    List<IterationResult> all = List.copyOf(iterations);
    int perRound = Math.max(1, all.size() / ROUNDS);
    List<Round> rounds = new ArrayList<>();
    for (int from = 0; from + perRound <= all.size(); from += perRound) {
      rounds.add(Round.of(all.subList(from, from + perRound)));
    }
    return new Trial(rounds);
  }

  /** The median of the rounds. */
  public double ratio() {
    return Medians.of(rounds.stream().map(Round::ratio).toList());
  }

  /** The median of the rounds. */
  double subjectNanos() {
    return Medians.of(rounds.stream().map(Round::subjectNanos).toList());
  }

  /** The median of the rounds. */
  double baselineNanos() {
    return Medians.of(rounds.stream().map(Round::baselineNanos).toList());
  }
}
