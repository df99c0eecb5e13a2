package dev.canswarm.crypto;

import java.math.BigInteger;

/**
 * What can be said about encoded points and scalars of edwards25519 (RFC 8032, section 5.1) without
 * any arithmetic on the curve. Encodings are little-endian; bit 255 of a point is the sign of x.
 * Not constant-time: all of it is public. Stateless and thread-safe.
 */
final class Ed25519Encoding {
  private static final int BYTES = 32;
  private static final BigInteger P =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
  private static final byte[] FIELD_PRIME = littleEndian(P);
  private static final byte[] GROUP_ORDER =
      littleEndian(
          BigInteger.ONE
              .shiftLeft(252)
              .add(new BigInteger("27742317777372353535851937790883648493")));

  /** The y of two of the four points of order 8; the other two have its negative. */
  private static final BigInteger ORDER_8_Y =
      new BigInteger("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16);

  /**
   * The y of the eight points whose order divides 8 (x and -x share one): orders 4, 1, 2, and 8
   * twice.
   */
  private static final byte[][] SMALL_ORDER_Y = {
    littleEndian(BigInteger.ZERO),
    littleEndian(BigInteger.ONE),
    littleEndian(P.subtract(BigInteger.ONE)),
    littleEndian(ORDER_8_Y),
    littleEndian(P.subtract(ORDER_8_Y))
  };

  private Ed25519Encoding() {}

  /** Whether the 32 bytes from {@code offset} are a scalar below the group's order L. */
  static boolean isReducedScalar(byte[] bytes, int offset) {
    return isBelow(bytes, offset, GROUP_ORDER, 0xff);
  }

  /**
   * Whether the 32 bytes from {@code offset} can be a point that a signature may have: y below the
   * field's prime, and not of small order. That it is on the curve is for the engine to find out.
   * (The one other non-canonical case, x = 0 with the sign bit set, has small order.)
   */
  static boolean isUsablePoint(byte[] bytes, int offset) {
    return isBelow(bytes, offset, FIELD_PRIME, 0x7f) && !isSmallOrder(bytes, offset);
  }

  private static boolean isSmallOrder(byte[] bytes, int offset) {
    for (byte[] y : SMALL_ORDER_Y) {
      if (isEqual(bytes, offset, y)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isEqual(byte[] bytes, int offset, byte[] y) {
    for (int i = 0; i < BYTES - 1; i++) {
      if (bytes[offset + i] != y[i]) {
        return false;
      }
    }
    return (bytes[offset + BYTES - 1] & 0x7f) == y[BYTES - 1];
  }

  private static boolean isBelow(byte[] bytes, int offset, byte[] bound, int topMask) {
    for (int i = BYTES - 1; i >= 0; i--) {
      int actual = bytes[offset + i] & (i == BYTES - 1 ? topMask : 0xff);
      int limit = bound[i] & 0xff;
      if (actual != limit) {
        return actual < limit;
      }
    }
    return false;
  }

  private static byte[] littleEndian(BigInteger value) {
    var bytes = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      bytes[i] = value.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }
}
