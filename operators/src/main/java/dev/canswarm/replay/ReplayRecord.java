package dev.canswarm.replay;

import java.util.Arrays;

/**
 * An envelope as somebody recorded it; nothing in it is trusted.
 *
 * @param where its place, such as {@code 000000000001.jsonl:17}
 * @param bytes must not be written to
 * @param isTaken whether whoever recorded it says that it holds its slot; otherwise it was only
 *     seen: it waited for a parent, or its slot held another answer
 * @param gas that whoever recorded it says the policy's rules used; 0 where nothing is said
 */
public record ReplayRecord(String where, byte[] bytes, boolean isTaken, long gas) {
  /** A record that says nothing of gas. */
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
