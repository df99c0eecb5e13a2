package dev.canswarm.replay.audit;

import java.util.Arrays;

/**
 * Bytes that grow: the lines of a batch, written one after the other and then handed to the disk.
 * Making a record's line in it allocates next to nothing. Not thread-safe.
 */
public final class AuditBuffer {
  private static final int FIRST_BYTES = 64 << 10;

  /** A buffer that grew past this is let go when it is cleared. */
  private static final int KEPT_BYTES_MAX = 4 << 20;

  private static final int DIGITS_MAX = 20;

  private byte[] bytes = new byte[FIRST_BYTES];
  private int size;

  /** How many bytes there are. */
  public int size() {
    return size;
  }

  /** The bytes, of which {@link #size} count; valid until the next change. */
  public byte[] bytes() {
    return bytes;
  }

  /** Removes the content, and keeps the memory for the next one. */
  public void clear() {
    size = 0;
    if (bytes.length > KEPT_BYTES_MAX) {
      bytes = new byte[FIRST_BYTES];
    }
  }

  /** Appends bytes. */
  public AuditBuffer append(byte[] more) {
    room(more.length);
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
    return this;
  }

  /** Appends one byte. */
  public AuditBuffer append(char ascii) {
    room(1);
    bytes[size++] = (byte) ascii;
    return this;
  }

  /** Appends text of ASCII characters alone. */
  @SuppressWarnings("deprecation") // It takes the low byte of each char, which is ASCII's.
  AuditBuffer append(String ascii) {
    int length = ascii.length();
    room(length);
    ascii.getBytes(0, length, bytes, size);
    size += length;
    return this;
  }

  /** Appends a number in decimal. */
  AuditBuffer append(long number) {
    if (number < 0) {
      return append(Long.toString(number));
    }
    room(DIGITS_MAX);
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    long rest = number;
    for (int at = size + digits - 1; at >= size; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
    return this;
  }

  private void room(int more) {
    int wanted = Math.addExact(size, more);
    if (wanted > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(wanted, (int) Math.min(bytes.length * 2L, 1 << 30)));
    }
  }
}
