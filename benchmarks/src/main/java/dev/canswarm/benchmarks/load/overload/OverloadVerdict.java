package dev.canswarm.benchmarks.load.overload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The effect of an overload on a stack. Pure.
 *
 * @param perSecondBefore NEEDs that ended per second before PostgreSQL was slowed down; empty if
 *     unknown
 * @param perSecondDuring the same while it was slow; empty if unknown
 * @param perSecondAfter the same afterwards; empty if unknown
 * @param heapByTenth least heap in use after a collection, in each tenth of the collections: live
 *     objects, without those that were promoted too early
 * @param lagMax most records that waited in the intake, by the committed offsets
 */
public record OverloadVerdict(
    OptionalDouble perSecondBefore,
    OptionalDouble perSecondDuring,
    OptionalDouble perSecondAfter,
    List<Double> heapByTenth,
    long lagMax,
    boolean outOfMemory) {
  private static final int PARTS = 10;

  /** Samples at the start, while caches fill, which are not counted. */
  private static final int PARTS_FILLING = 3;

  /** The parts up to here, without those, are what the last one is compared with. */
  private static final int PARTS_FIRST = 6;

  private static final double GROWTH_MAX = 1.25;
  private static final double RECOVERY_MIN = 0.8;

  public OverloadVerdict {
    heapByTenth = List.copyOf(heapByTenth);
  }

  /**
   * The state of the run at one time.
   *
   * @param seconds since the first send
   * @param ended NEEDs by then
   * @param lag records that wait in the intake; negative if it could not be read
   */
  public record Sample(double seconds, int ended, long lag) {}

  /**
   * Returns the rates before, during and after the brake, and how heap and lag grew.
   *
   * @param brakeFrom when PostgreSQL began to crawl, in seconds; NaN: never
   * @param brakeUntil when all was as before
   * @param heapAfterGc heap in use after each collection, in bytes
   */
  public static OverloadVerdict of(
      List<Sample> samples,
      double brakeFrom,
      double brakeUntil,
      List<Long> heapAfterGc,
      boolean outOfMemory) {
    return new OverloadVerdict(
        rate(samples, 0, brakeFrom),
        rate(samples, brakeFrom, brakeUntil),
        rate(samples, brakeUntil, Double.MAX_VALUE),
        tenths(heapAfterGc),
        samples.stream().mapToLong(Sample::lag).max().orElse(0),
        outOfMemory);
  }

  /** Between the first sample and the last in a span. */
  private static OptionalDouble rate(List<Sample> samples, double from, double until) {
    List<Sample> within =
        samples.stream()
            .filter(sample -> sample.seconds() >= from && sample.seconds() <= until)
            .sorted(Comparator.comparingDouble(Sample::seconds))
            .toList();
    if (within.size() < 2) {
      return OptionalDouble.empty();
    }
    Sample first = within.get(0);
    Sample last = within.get(within.size() - 1);
    return OptionalDouble.of((last.ended() - first.ended()) / (last.seconds() - first.seconds()));
  }

  private static List<Double> tenths(List<Long> heap) {
    List<Double> least = new ArrayList<>();
    for (int part = 0; part < PARTS && heap.size() >= PARTS; part++) {
      int from = heap.size() * part / PARTS;
      int to = heap.size() * (part + 1) / PARTS;
      least.add(heap.subList(from, to).stream().mapToDouble(Long::doubleValue).min().orElseThrow());
    }
    return least;
  }

  /** Whether the last tenth uses at most 1.25 times the heap of the tenths after the warm-up. */
  public boolean heapFlat() {
    return heapByTenth.size() == PARTS
        && heapByTenth.get(PARTS - 1)
            <= GROWTH_MAX
                * heapByTenth.subList(PARTS_FILLING, PARTS_FIRST).stream()
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElseThrow();
  }

  /** Whether the rate after the brake is at least 0.8 of that before; false if unknown. */
  public boolean recovered() {
    return perSecondBefore.isPresent()
        && perSecondAfter.isPresent()
        && perSecondAfter.getAsDouble() >= RECOVERY_MIN * perSecondBefore.getAsDouble();
  }

  /** Whether heap and rate held, no JVM ran out of memory, and the backlog waited in Kafka. */
  public boolean passed() {
    return problems().isEmpty();
  }

  /** Returns a line for each condition that does not hold; none if the stack withstood it. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (outOfMemory) {
      problems.add("a JVM ran out of memory; its log says where");
    }
    if (heapByTenth.size() < PARTS) {
      problems.add("fewer than " + PARTS + " collections: whether the heap grew is not known");
    } else if (!heapFlat()) {
      problems.add("the heap grew to the end of the run: " + heapByTenth);
    }
    if (perSecondBefore.isEmpty() || perSecondAfter.isEmpty()) {
      problems.add(
          "too few NEEDs ended before PostgreSQL crawled, or were left afterwards, to compare the"
              + " rates; send more with --needs");
    } else if (!recovered()) {
      problems.add(
          "expected at least %.0f %% of %.0f NEEDs/s after PostgreSQL crawled, got %.0f"
              .formatted(
                  100 * RECOVERY_MIN, perSecondBefore.getAsDouble(), perSecondAfter.getAsDouble()));
    }
    if (lagMax <= 0) {
      problems.add("no records waited in the intake; send more with --needs");
    }
    return problems;
  }
}
