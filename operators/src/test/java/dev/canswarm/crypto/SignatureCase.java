package dev.canswarm.crypto;

import dev.canswarm.crypto.Edwards.Point;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** A key, a message and something that is, or nearly is, a signature. */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record SignatureCase(String how, byte[] key, byte[] message, byte[] signature) {
  private static final int SPELLINGS = 3;

  /**
   * How key and R are made: a multiple of the base point, or nothing of it, plus so many times the
   * torsion point; and how they are written.
   */
  private record Half(byte[] seed, boolean withBase, int torsion, int spelling) {
    BigInteger scalar() {
      return withBase ? Edwards.scalar(seed) : BigInteger.ZERO;
    }

    byte[] encoded() {
      Point point = Edwards.base(scalar()).plus(Edwards.TORSION.times(torsion));
      BigInteger number = Edwards.number(point.encoded());
      if (spelling == 1) {
        BigInteger y = number.clearBit(255).add(Edwards.P);
        return y.bitLength() > 255
            ? Edwards.littleEndian(number)
            : Edwards.littleEndian(number.testBit(255) ? y.setBit(255) : y);
      }
      boolean flipped = spelling == 2 && point.affineX().signum() == 0;
      return Edwards.littleEndian(flipped ? number.flipBit(255) : number);
    }

    @Override
    public String toString() {
      return (withBase ? "base+" : "") + torsion + "T, spelling " + spelling;
    }
  }

  /** What is done to a signature that was made. */
  private enum Change {
    NONE,
    FLIP_KEY,
    FLIP_R,
    FLIP_S,
    FLIP_MESSAGE,
    ADD_ORDERS,
    ZERO_S,
    ZERO_SIGNATURE,
    ZERO_ALL,
    ANY_KEY,
    ANY_R,
    ANY_S,
    SMALL_Y_KEY,
    SMALL_Y_R,
    SWAP_KEY_AND_R,
    OTHER_LENGTH
  }

  /** All are built with S as it should be; about half are changed afterwards. */
  static Arbitrary<SignatureCase> any() {
    Arbitrary<byte[]> message = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
    Arbitrary<Change> change =
        Arbitraries.frequencyOf(
            Tuple.of(1, Arbitraries.just(Change.NONE)), Tuple.of(1, Arbitraries.of(Change.class)));
    Arbitrary<byte[]> random = Arbitraries.bytes().array(byte[].class).ofSize(32);
    return Combinators.combine(half(), half(), message, change, random)
        .as((key, r, text, then, noise) -> made(key, r, text).changed(then, noise));
  }

  private static Arbitrary<Half> half() {
    Arbitrary<byte[]> seed = Arbitraries.bytes().array(byte[].class).ofSize(32);
    Arbitrary<Boolean> withBase = Arbitraries.frequency(Tuple.of(9, true), Tuple.of(1, false));
    Arbitrary<Integer> torsion =
        Arbitraries.frequencyOf(
            Tuple.of(1, Arbitraries.just(0)), Tuple.of(1, Arbitraries.integers().between(0, 7)));
    Arbitrary<Integer> spelling =
        Arbitraries.frequencyOf(
            Tuple.of(3, Arbitraries.just(0)),
            Tuple.of(1, Arbitraries.integers().between(1, SPELLINGS - 1)));
    return Combinators.combine(seed, withBase, torsion, spelling).as(Half::new);
  }

  private static SignatureCase made(Half key, Half r, byte[] message) {
    byte[] encodedKey = key.encoded();
    byte[] encodedR = r.encoded();
    BigInteger k = Edwards.challenge(encodedR, encodedKey, message);
    BigInteger s = r.scalar().add(k.multiply(key.scalar())).mod(Edwards.L);
    return new SignatureCase(
        "A: " + key + "; R: " + r, encodedKey, message, joined(encodedR, Edwards.littleEndian(s)));
  }

  private SignatureCase changed(Change change, byte[] noise) {
    byte[] otherKey = key.clone();
    byte[] otherMessage = message.clone();
    byte[] other = signature.clone();
    int at = noise[0] & 0xff;
    switch (change) {
      case NONE -> {}
      case FLIP_KEY -> flip(otherKey, at);
      case FLIP_R -> flip(other, at);
      case FLIP_S -> flip(other, 256 + at);
      case FLIP_MESSAGE -> {
        if (message.length > 0) {
          flip(otherMessage, at % (8 * message.length));
        }
      }
      case ADD_ORDERS -> {
        BigInteger orders = Edwards.L.multiply(BigInteger.valueOf(1 + at % 15));
        put(other, 32, Edwards.littleEndian(s().add(orders)));
      }
      case ZERO_S -> put(other, 32, new byte[32]);
      case ZERO_SIGNATURE -> Arrays.fill(other, (byte) 0);
      case ZERO_ALL -> {
        Arrays.fill(other, (byte) 0);
        Arrays.fill(otherKey, (byte) 0);
      }
      case ANY_KEY -> put(otherKey, 0, noise);
      case ANY_R -> put(other, 0, noise);
      case ANY_S -> put(other, 32, noise);
      case SMALL_Y_KEY -> put(otherKey, 0, smallY(at));
      case SMALL_Y_R -> put(other, 0, smallY(at));
      case SWAP_KEY_AND_R -> {
        put(otherKey, 0, Arrays.copyOf(signature, 32));
        put(other, 0, key);
      }
      case OTHER_LENGTH -> other = Arrays.copyOf(other, at % 130);
    }
    return new SignatureCase(how + "; then " + change, otherKey, otherMessage, other);
  }

  private BigInteger s() {
    return Edwards.number(Arrays.copyOfRange(signature, 32, 64));
  }

  /**
   * y from p - 8 to p + 18 and from 0 to 7, either sign: on the curve, off it, or spelt too high.
   */
  private static byte[] smallY(int number) {
    int step = (number & 0x7f) % 35;
    BigInteger y =
        step < 27 ? Edwards.P.add(BigInteger.valueOf(step - 8L)) : BigInteger.valueOf(step - 27L);
    return Edwards.littleEndian(number > 0x7f ? y.setBit(255) : y);
  }

  private static void flip(byte[] bytes, int bit) {
    bytes[bit / 8] ^= (byte) (1 << bit % 8);
  }

  private static void put(byte[] into, int offset, byte[] bytes) {
    System.arraycopy(bytes, 0, into, offset, bytes.length);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    put(joined, first.length, second);
    return joined;
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return "%s; key %s, message %s, signature %s"
        .formatted(how, hex.formatHex(key), hex.formatHex(message), hex.formatHex(signature));
  }
}
