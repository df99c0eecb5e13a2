package dev.canswarm.simulation.hostile;

import java.util.ArrayList;
import java.util.List;

/**
 * What a flood cost the swarm that it was sent to. A figure of 0 is not known, and not judged.
 *
 * @param memoryBeforeBytes memory in use before the first bad record
 * @param memoryAfterBytes the same after the last end
 * @param rowBytes mean length of a refused record's row in PostgreSQL
 * @param auditBytes mean length of a refused record's line in the audit log
 */
public record FloodCost(
    long memoryBeforeBytes, long memoryAfterBytes, long rowBytes, long auditBytes) {
  /** Nothing is known. */
  public static final FloodCost UNKNOWN = new FloodCost(0, 0, 0, 0);

  /**
   * Largest ratio of memory after the flood to memory before it, with {@link #MEMORY_ROOM_BYTES} on
   * top: beyond it refused records are retained. A fresh process grows even without a leak, since
   * its code is still to be compiled and its caches are empty.
   */
  static final int MEMORY_RATIO_MAX = 2;

  /** Room for caches whose size is bounded by settings: it does not grow with the flood. */
  static final long MEMORY_ROOM_BYTES = 256L << 20;

  /** A hash, a length, and at most 1,000 characters of detail. */
  static final long ROW_BYTES_MAX = 2 * 1024;

  /** The same with at most 4 KiB of the record, in base64. */
  static final long AUDIT_BYTES_MAX = 8 * 1024;

  /** Returns a line for each figure that is too large. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (memoryBeforeBytes > 0) {
      atMost(
          "memory in bytes",
          MEMORY_RATIO_MAX * memoryBeforeBytes + MEMORY_ROOM_BYTES,
          memoryAfterBytes,
          problems);
    }
    atMost("bytes of a refused record's row", ROW_BYTES_MAX, rowBytes, problems);
    atMost("bytes of a refused record's audit line", AUDIT_BYTES_MAX, auditBytes, problems);
    return problems;
  }

  private static void atMost(String what, long most, long actual, List<String> problems) {
    if (actual > most) {
      problems.add("%s: expected at most %d, got %d".formatted(what, most, actual));
    }
  }
}
