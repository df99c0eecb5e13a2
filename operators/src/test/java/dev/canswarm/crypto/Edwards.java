package dev.canswarm.crypto;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The curve and the rules of docs/spec/signing.md, section 4, in big integers: slow, plain, and
 * sharing nothing with any engine.
 */
final class Edwards {
  static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
  static final BigInteger L =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
  private static final BigInteger D =
      BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P)).mod(P);
  private static final BigInteger SQRT_OF_MINUS_1 =
      BigInteger.TWO.modPow(P.subtract(BigInteger.ONE).shiftRight(2), P);

  static final Point IDENTITY =
      new Point(BigInteger.ZERO, BigInteger.ONE, BigInteger.ONE, BigInteger.ZERO);
  static final Point BASE =
      point(BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(P)));

  /** Generates the eight points whose order divides 8. */
  static final Point TORSION =
      point(new BigInteger("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16));

  /** The base point times 2^i. */
  private static final List<Point> BASE_DOUBLED =
      Stream.iterate(BASE, point -> point.plus(point)).limit(256).toList();

  private Edwards() {}

  /** A multiple of the base point. */
  static Point base(BigInteger scalar) {
    Point product = IDENTITY;
    for (int bit = 0; bit < scalar.bitLength(); bit++) {
      if (scalar.testBit(bit)) {
        product = product.plus(BASE_DOUBLED.get(bit));
      }
    }
    return product;
  }

  /** In extended coordinates: x = X/Z, y = Y/Z, xy = T/Z. */
  record Point(BigInteger x, BigInteger y, BigInteger z, BigInteger t) {
    /** Complete: it holds for doubling and for points of small order too. */
    Point plus(Point other) {
      BigInteger a = y.subtract(x).multiply(other.y.subtract(other.x)).mod(P);
      BigInteger b = y.add(x).multiply(other.y.add(other.x)).mod(P);
      BigInteger c = t.multiply(other.t).multiply(D).shiftLeft(1).mod(P);
      BigInteger d = z.multiply(other.z).shiftLeft(1).mod(P);
      BigInteger e = b.subtract(a);
      BigInteger f = d.subtract(c);
      BigInteger g = d.add(c);
      BigInteger h = b.add(a);
      return new Point(
          e.multiply(f).mod(P), g.multiply(h).mod(P), f.multiply(g).mod(P), e.multiply(h).mod(P));
    }

    Point times(BigInteger scalar) {
      Point product = IDENTITY;
      for (int bit = scalar.bitLength() - 1; bit >= 0; bit--) {
        product = product.plus(product);
        if (scalar.testBit(bit)) {
          product = product.plus(this);
        }
      }
      return product;
    }

    Point times(long scalar) {
      return times(BigInteger.valueOf(scalar));
    }

    BigInteger affineX() {
      return x.multiply(z.modInverse(P)).mod(P);
    }

    BigInteger affineY() {
      return y.multiply(z.modInverse(P)).mod(P);
    }

    byte[] encoded() {
      return littleEndian(affineX().testBit(0) ? affineY().setBit(255) : affineY());
    }

    boolean same(Point other) {
      return x.multiply(other.z).subtract(other.x.multiply(z)).mod(P).signum() == 0
          && y.multiply(other.z).subtract(other.y.multiply(z)).mod(P).signum() == 0;
    }
  }

  /** The verdict of the specification. */
  static boolean verify(byte[] key, byte[] message, byte[] signature) {
    if (signature.length != 64 || key.length != 32) {
      return false;
    }
    byte[] encodedR = Arrays.copyOf(signature, 32);
    BigInteger s = number(Arrays.copyOfRange(signature, 32, 64));
    Optional<Point> a = decode(key);
    Optional<Point> r = decode(encodedR);
    if (s.compareTo(L) >= 0 || a.isEmpty() || r.isEmpty()) {
      return false;
    }
    if (a.get().times(8).same(IDENTITY) || r.get().times(8).same(IDENTITY)) {
      return false;
    }
    BigInteger k = challenge(encodedR, key, message);
    return base(s).same(r.get().plus(a.get().times(k)));
  }

  /** SHA-512(R ‖ A ‖ M) mod L. */
  static BigInteger challenge(byte[] encodedR, byte[] key, byte[] message) {
    return number(sha512(encodedR, key, message)).mod(L);
  }

  /** The secret scalar of a seed. */
  static BigInteger scalar(byte[] seed) {
    byte[] half = Arrays.copyOf(sha512(seed), 32);
    half[0] &= (byte) 0xf8;
    half[31] = (byte) ((half[31] & 0x7f) | 0x40);
    return number(half);
  }

  /** The point of canonical bytes, or empty. */
  private static Optional<Point> decode(byte[] bytes) {
    BigInteger encoded = number(bytes);
    BigInteger y = encoded.clearBit(255);
    if (y.compareTo(P) >= 0) {
      return Optional.empty();
    }
    BigInteger y2 = y.multiply(y);
    BigInteger u = y2.subtract(BigInteger.ONE);
    BigInteger v = y2.multiply(D).add(BigInteger.ONE);
    BigInteger x2 = u.multiply(v.modInverse(P)).mod(P);
    BigInteger x = x2.modPow(P.add(BigInteger.valueOf(3)).shiftRight(3), P);
    if (x.multiply(x).subtract(x2).mod(P).signum() != 0) {
      x = x.multiply(SQRT_OF_MINUS_1).mod(P);
    }
    if (x.multiply(x).subtract(x2).mod(P).signum() != 0
        || (x.signum() == 0 && encoded.testBit(255))) {
      return Optional.empty();
    }
    BigInteger signed = x.testBit(0) == encoded.testBit(255) ? x : P.subtract(x);
    return Optional.of(new Point(signed, y, BigInteger.ONE, signed.multiply(y).mod(P)));
  }

  private static Point point(BigInteger y) {
    return decode(littleEndian(y.mod(P))).orElseThrow();
  }

  static BigInteger number(byte[] littleEndian) {
    byte[] bigEndian = new byte[littleEndian.length];
    for (int i = 0; i < bigEndian.length; i++) {
      bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
    }
    return new BigInteger(1, bigEndian);
  }

  /** The low 256 bits. */
  static byte[] littleEndian(BigInteger number) {
    var bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = number.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }

  static byte[] sha512(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-512");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
