package dev.canswarm.pipeline.cli.demo;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the independent consumer saw on {@code swarm.finalize}. For one thread. */
final class DemoResults {
  /**
   * The end of a NEED.
   *
   * @param nanos when it was seen, by the JVM's clock
   */
  record End(String needId, String threadId, String outcome, String resultHash, long nanos) {}

  private static final String ACCEPTED = "ACCEPTED";

  private final Set<String> needIds = new HashSet<>();
  private final Set<String> accepted = new HashSet<>();
  private final Map<String, String> hashByThread = new HashMap<>();
  private final Map<String, String> otherEnds = new HashMap<>();
  private long lastNanos;

  /**
   * Takes an end; a NEED's second one changes nothing.
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

  /** Distinct NEEDs that ended. */
  int ended() {
    return needIds.size();
  }

  /** Distinct NEEDs that ended ACCEPTED. */
  int accepted() {
    return accepted.size();
  }

  /** Outcomes other than ACCEPTED by thread. */
  Map<String, String> otherEnds() {
    return otherEnds;
  }

  /** When the last one came. */
  long lastNanos() {
    return lastNanos;
  }

  /** The result hashes of these threads, empty text where there is none. */
  List<String> hashes(List<String> threads) {
    return threads.stream().map(thread -> hashByThread.getOrDefault(thread, "")).toList();
  }
}
