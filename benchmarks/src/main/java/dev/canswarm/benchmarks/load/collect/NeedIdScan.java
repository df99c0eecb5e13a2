package dev.canswarm.benchmarks.load.collect;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Finds {@code need_id} in a canonical envelope without reading the rest. Members are sorted, so it
 * comes before the payload, and its first occurrence is the envelope's own.
 */
final class NeedIdScan {
  private static final byte[] NAME = "\"need_id\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final int HEX_LENGTH = 64;

  private NeedIdScan() {}

  static Optional<String> of(byte[] envelope) {
    for (int i = 0; i + NAME.length + HEX_LENGTH <= envelope.length; i++) {
      if (envelope[i] == '"' && startsAt(envelope, i)) {
        return Optional.of(
            new String(envelope, i + NAME.length, HEX_LENGTH, StandardCharsets.US_ASCII));
      }
    }
    return Optional.empty();
  }

  private static boolean startsAt(byte[] envelope, int at) {
    for (int i = 0; i < NAME.length; i++) {
      if (envelope[at + i] != NAME[i]) {
        return false;
      }
    }
    return true;
  }
}
