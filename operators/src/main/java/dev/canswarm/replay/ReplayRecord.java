package dev.canswarm.replay;

import java.util.Arrays;

/**
 * A recorded envelope; nothing in it is trusted.
 *
 * @param where its place, such as {@code 000000000001.jsonl:17}
 * @param bytes must not be written to
 * @param isTaken whether the source says that it fills its slot; otherwise it was only seen: it
 *     waited for a parent, or another envelope filled its slot
 * @param gas that the policy's rules used according to the source; 0 if it names none
 */
public record ReplayRecord(String where, byte[] bytes, boolean isTaken, long gas) {
  /** A record whose source names no gas. */
  public ReplayRecord(String where, byte[] bytes, boolean isTaken) {
    this(where, bytes, isTaken, 0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReplayRecord entry
        && where.equals(entry.where)
        && isTaken == entry.isTaken
        && gas == entry.gas
        && Arrays.equals(bytes, entry.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * where.hashCode() + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return where;
  }
}
