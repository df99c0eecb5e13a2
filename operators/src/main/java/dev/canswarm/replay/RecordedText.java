package dev.canswarm.replay;

import java.nio.charset.StandardCharsets;

/** Recorded bytes as text that is safe to print. Stateless. */
final class RecordedText {
  /** Most bytes of a record that is not an envelope that are shown. */
  static final int SHOWN_BYTES_MAX = 4096;

  private RecordedText() {}

  /** Returns bytes that are UTF-8 by construction as text. */
  static String of(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Returns any bytes as text: printable ASCII unchanged, all others as {@code \xNN}. */
  static String escaped(byte[] bytes) {
    int length = Math.min(bytes.length, SHOWN_BYTES_MAX);
    StringBuilder out = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      int value = bytes[i] & 0xff;
      if (value >= 0x20 && value < 0x7f) {
        out.append((char) value);
      } else {
        out.append("\\x").append(Character.forDigit(value >> 4, 16));
        out.append(Character.forDigit(value & 15, 16));
      }
    }
    return length < bytes.length ? out.append("…").toString() : out.toString();
  }
}
