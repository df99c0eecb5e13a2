package dev.canswarm.pipeline.cli.demo;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The results that the independent consumer read from {@code swarm.finalize}. Not thread-safe. */
final class DemoResults {
  /**
   * The end of a NEED.
   *
   * @param nanos when it was read, by the JVM's nanosecond clock
   */
  record End(String needId, String threadId, String outcome, String resultHash, long nanos) {}

  private static final String ACCEPTED = "ACCEPTED";

  private final Set<String> needIds = new HashSet<>();
  private final Set<String> accepted = new HashSet<>();
  private final Map<String, String> hashByThread = new HashMap<>();
  private final Map<String, String> otherEnds = new HashMap<>();
  private long lastNanos;

  /**
   * Adds an end; ignores a second one of the same NEED.
   *
   * @return whether it was the first
   */
  boolean add(End end) {
    if (!needIds.add(end.needId())) {
      return false;
    }
    lastNanos = end.nanos();
    hashByThread.put(end.threadId(), end.resultHash());
    if (end.outcome().equals(ACCEPTED)) {
      accepted.add(end.needId());
    } else {
      otherEnds.put(end.threadId(), end.outcome());
    }
    return true;
  }

  /** Returns the number of distinct NEEDs that ended. */
  int ended() {
    return needIds.size();
  }

  /** Returns the number of distinct NEEDs that ended ACCEPTED. */
  int accepted() {
    return accepted.size();
  }

  /** Whether each thread's NEED has ended, and as these outcomes say. */
  boolean endedAs(Map<String, String> outcomes) {
    return outcomes.entrySet().stream()
        .allMatch(
            one -> {
              String thread = one.getKey();
              String ended =
                  hashByThread.containsKey(thread) ? otherEnds.getOrDefault(thread, ACCEPTED) : "";
              return one.getValue().equals(ended);
            });
  }

  /** Returns the outcomes other than ACCEPTED by thread. */
  Map<String, String> otherEnds() {
    return otherEnds;
  }

  /** Returns when the last end was read. */
  long lastNanos() {
    return lastNanos;
  }

  /** Returns the result hashes of these threads, an empty string for a thread without one. */
  List<String> hashes(List<String> threads) {
    return threads.stream().map(thread -> hashByThread.getOrDefault(thread, "")).toList();
  }
}
