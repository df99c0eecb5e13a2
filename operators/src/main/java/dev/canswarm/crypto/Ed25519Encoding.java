package dev.canswarm.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Checks of encoded points and scalars of edwards25519 (RFC 8032, section 5.1) without any
 * arithmetic on the curve. Encodings are little-endian, and processed as four words of 64 bits; bit
 * 255 of a point is the sign of x. Not constant-time: all of it is public. Stateless and
 * thread-safe.
 */
final class Ed25519Encoding {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long WITHOUT_SIGN = Long.MAX_VALUE;

  /** The field's prime, 2^255 - 19. */
  private static final long P0 = 0xffff_ffff_ffff_ffedL;

  private static final long P1 = -1;
  private static final long P2 = -1;
  private static final long P3 = Long.MAX_VALUE;

  /** The group's order, 2^252 + 27742317777372353535851937790883648493. */
  private static final long L0 = 0x5812_631a_5cf5_d3edL;

  private static final long L1 = 0x14de_f9de_a2f7_9cd6L;
  private static final long L2 = 0;
  private static final long L3 = 0x1000_0000_0000_0000L;

  /** The y of two of the four points of order 8. */
  private static final long ORDER_8_0 = 0xb027_b2c2_8f95_e826L;

  private static final long ORDER_8_1 = 0xf098_eff2_89f4_c345L;
  private static final long ORDER_8_2 = 0x3933_c6d3_05ac_dfd5L;
  private static final long ORDER_8_3 = 0x05fc_536d_8802_38b1L;

  /** Its negative, p - y: the y of the other two. */
  private static final long MINUS_ORDER_8_0 = P0 - ORDER_8_0;

  private static final long MINUS_ORDER_8_1 = ~ORDER_8_1;
  private static final long MINUS_ORDER_8_2 = ~ORDER_8_2;
  private static final long MINUS_ORDER_8_3 = P3 - ORDER_8_3;

  private Ed25519Encoding() {}

  /** Whether the 32 bytes from {@code offset} are a scalar below the group's order L. */
  static boolean isReducedScalar(byte[] bytes, int offset) {
    long top = (long) WORD.get(bytes, offset + 24);
    if (top != L3) {
      return Long.compareUnsigned(top, L3) < 0;
    }
    return isBelow(bytes, offset, L2, L1, L0);
  }

  /**
   * Whether the 32 bytes from {@code offset} can be a point that a signature may have: y below the
   * field's prime, and not of small order. That it is on the curve is for the engine to find out.
   * (The one other non-canonical case, x = 0 with the sign bit set, has small order.)
   */
  static boolean isUsablePoint(byte[] bytes, int offset) {
    long top = (long) WORD.get(bytes, offset + 24) & WITHOUT_SIGN;
    return (top != P3 || isBelow(bytes, offset, P2, P1, P0)) && !isSmallOrder(bytes, offset, top);
  }

  /** The low 32 bits of the word at {@code offset}. */
  static int word(byte[] bytes, int offset) {
    return (int) (long) WORD.get(bytes, offset);
  }

  /**
   * Whether y is that of one of the eight points whose order divides 8 (x and -x share one): orders
   * 4, 1, 2, and 8 twice. The lowest word already distinguishes almost every other point from them.
   */
  private static boolean isSmallOrder(byte[] bytes, int offset, long top) {
    long lowest = (long) WORD.get(bytes, offset);
    if (lowest == 0 || lowest == 1) {
      return isUpper(bytes, offset, top, 0, 0, 0);
    }
    if (lowest == P0 - 1) {
      return isUpper(bytes, offset, top, P1, P2, P3);
    }
    if (lowest == ORDER_8_0) {
      return isUpper(bytes, offset, top, ORDER_8_1, ORDER_8_2, ORDER_8_3);
    }
    if (lowest == MINUS_ORDER_8_0) {
      return isUpper(bytes, offset, top, MINUS_ORDER_8_1, MINUS_ORDER_8_2, MINUS_ORDER_8_3);
    }
    return false;
  }

  private static boolean isUpper(
      byte[] bytes, int offset, long top, long first, long second, long third) {
    return (long) WORD.get(bytes, offset + 8) == first
        && (long) WORD.get(bytes, offset + 16) == second
        && top == third;
  }

  /** Whether the three lower words are below these, which are given from the highest. */
  private static boolean isBelow(byte[] bytes, int offset, long second, long first, long lowest) {
    long word = (long) WORD.get(bytes, offset + 16);
    if (word != second) {
      return Long.compareUnsigned(word, second) < 0;
    }
    word = (long) WORD.get(bytes, offset + 8);
    if (word != first) {
      return Long.compareUnsigned(word, first) < 0;
    }
    return Long.compareUnsigned((long) WORD.get(bytes, offset), lowest) < 0;
  }
}
