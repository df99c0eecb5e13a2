package dev.canswarm.json;

import java.util.Arrays;

/**
 * Notes where the members of the open objects were written, and sorts them. Takes O(n log n) time
 * for n members of an object, also for hostile names. Not thread-safe.
 */
final class MemberOrder {
  private static final int MEMBERS_EXPECTED = 64;
  private static final int INSERTION_MEMBERS_MAX = 12;

  /**
   * Most moves of each byte on average. A byte moves once for each unsorted object around it; input
   * that is nested deeper, to make this slow, is left to the tree parser.
   */
  private static final int MOVES_MAX = 64;

  /** Instead of the key of a name that does not sort by it; all others are positive. */
  private static final long UNDECIDED = -1;

  /** Of each member: offset after its name's opening quote. */
  private int[] names = new int[MEMBERS_EXPECTED];

  /** Offset of its name's closing quote. */
  private int[] nameEnds = new int[MEMBERS_EXPECTED];

  /** Offset after its value. */
  private int[] ends = new int[MEMBERS_EXPECTED];

  /** {@link CanonicalString#key} of its name, if that is enough to compare. */
  private long[] keys = new long[MEMBERS_EXPECTED];

  private int used;

  /** Bytes that may still be moved before an object counts as too disordered. */
  private long moveBytesLeft;

  /** The members of an object as they were written, while they are moved. */
  private byte[] moved = {};

  /**
   * Creates the order of the members of one document.
   *
   * @param bytes its length
   */
  MemberOrder(int bytes) {
    moveBytesLeft = (long) MOVES_MAX * bytes;
  }

  /** Where the members of an object that opens now will begin. */
  int mark() {
    return used;
  }

  /**
   * Adds a member of the object that opened last.
   *
   * @param name offset after its opening quote
   * @param nameEnd offset of its closing quote
   */
  void add(byte[] out, int name, int nameEnd) {
    if (used == names.length) {
      grow(2 * used);
    }
    long key = CanonicalString.key(out, name, nameEnd);
    names[used] = name;
    nameEnds[used] = nameEnd;
    keys[used] = CanonicalString.decides(key) ? key : UNDECIDED;
    used++;
  }

  private void grow(int members) {
    names = Arrays.copyOf(names, members);
    nameEnds = Arrays.copyOf(nameEnds, members);
    ends = Arrays.copyOf(ends, members);
    keys = Arrays.copyOf(keys, members);
  }

  /**
   * Notes where the member that was added last ends. The members of its value were removed before.
   */
  void end(int end) {
    ends[used - 1] = end;
  }

  /**
   * Puts the members of the object that closes now in order, among the bytes written for it.
   *
   * @return false where a name comes twice, or too much has been moved already
   */
  boolean arrange(byte[] out, int mark) {
    int end = used;
    used = mark;
    for (int i = mark + 1; i < end; i++) {
      int compared = compare(out, i - 1, i);
      if (compared >= 0) {
        return compared > 0 && sort(out, mark, end);
      }
    }
    return true;
  }

  private boolean sort(byte[] out, int mark, int end) {
    int count = end - mark;
    var sorted = new int[count];
    for (int i = 0; i < count; i++) {
      sorted[i] = mark + i;
    }
    if (count <= INSERTION_MEMBERS_MAX) {
      insertionSort(out, sorted, 0, count);
    } else {
      mergeSort(out, sorted, new int[count], 0, count);
    }
    for (int i = 1; i < count; i++) {
      if (compare(out, sorted[i - 1], sorted[i]) == 0) {
        return false;
      }
    }
    return move(out, names[mark] - 1, ends[end - 1], sorted);
  }

  /** Writes the members in another order, with the commas between them. */
  private boolean move(byte[] out, int start, int end, int[] sorted) {
    int length = end - start;
    moveBytesLeft -= length;
    if (moveBytesLeft < 0) {
      return false;
    }
    if (moved.length < length + CanonicalString.WORD_BYTES) {
      moved = new byte[Math.max(2 * moved.length, length + CanonicalString.WORD_BYTES)];
    }
    System.arraycopy(out, start, moved, 0, length);
    int to = start;
    for (int member : sorted) {
      if (to > start) {
        out[to++] = ',';
      }
      to = CanonicalString.copy(moved, names[member] - 1 - start, ends[member] - start, out, to);
    }
    return true;
  }

  private void mergeSort(byte[] out, int[] sorted, int[] scratch, int from, int to) {
    if (to - from <= INSERTION_MEMBERS_MAX) {
      insertionSort(out, sorted, from, to);
      return;
    }
    int middle = (from + to) >>> 1;
    mergeSort(out, sorted, scratch, from, middle);
    mergeSort(out, sorted, scratch, middle, to);
    System.arraycopy(sorted, from, scratch, from, to - from);
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      boolean takeLeft =
          right == to || left < middle && compare(out, scratch[left], scratch[right]) <= 0;
      sorted[i] = takeLeft ? scratch[left++] : scratch[right++];
    }
  }

  private void insertionSort(byte[] out, int[] sorted, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      int member = sorted[i];
      int j = i;
      while (j > from && compare(out, sorted[j - 1], member) > 0) {
        sorted[j] = sorted[j - 1];
        j--;
      }
      sorted[j] = member;
    }
  }

  private int compare(byte[] out, int a, int b) {
    long aKey = keys[a];
    long bKey = keys[b];
    if (aKey != bKey && (aKey | bKey) >= 0) {
      return aKey < bKey ? -1 : 1;
    }
    return CanonicalString.compare(out, names[a], nameEnds[a], names[b], nameEnds[b]);
  }
}
