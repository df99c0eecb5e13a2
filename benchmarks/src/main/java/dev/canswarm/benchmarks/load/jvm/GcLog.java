package dev.canswarm.benchmarks.load.jvm;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines of {@code -Xlog:gc}, from which the bytes that a JVM allocates follow on every JDK: what a
 * collection frees was allocated before it. Sizes are whole MiB; over many collections the rounding
 * cancels out. Collectors that work while the program allocates (ZGC, Shenandoah) do not fit.
 *
 * @param freedBytes by all pauses together
 * @param afterBytes heap in use after each pause, in order
 */
public record GcLog(long freedBytes, List<Long> afterBytes) {
  private static final Pattern PAUSE = Pattern.compile("Pause .* (\\d+)M->(\\d+)M\\(");
  private static final long MIB = 1L << 20;

  public GcLog {
    afterBytes = List.copyOf(afterBytes);
  }

  /** Reads a piece of a log; lines without a pause are skipped. */
  public static GcLog parse(String text) {
    List<long[]> pauses =
        text.lines()
            .map(PAUSE::matcher)
            .filter(Matcher::find)
            .map(
                match ->
                    new long[] {
                      Long.parseLong(match.group(1)) * MIB, Long.parseLong(match.group(2)) * MIB
                    })
            .toList();
    return new GcLog(
        pauses.stream().mapToLong(pause -> pause[0] - pause[1]).sum(),
        pauses.stream().map(pause -> pause[1]).toList());
  }

  /** Highest heap in use after a pause, 0 if there was none. */
  public long afterMaxBytes() {
    return afterBytes.stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** Returns the number of collections that stopped the application. */
  public int collections() {
    return afterBytes.size();
  }
}
