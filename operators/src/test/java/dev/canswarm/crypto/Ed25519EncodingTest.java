package dev.canswarm.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/** The word comparisons against the same said with big integers. */
class Ed25519EncodingTest {
  private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
  private static final BigInteger L =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
  private static final BigInteger ORDER_8_Y =
      new BigInteger("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16);
  private static final List<BigInteger> SMALL_ORDER_Y =
      List.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          P.subtract(BigInteger.ONE),
          ORDER_8_Y,
          P.subtract(ORDER_8_Y));

  @Property(tries = 2_000)
  void aScalarIsReducedWhenItIsBelowTheOrder(
      @ForAll("numbers") BigInteger number, @ForAll @IntRange(max = 9) int offset) {
    assertThat(Ed25519Encoding.isReducedScalar(encoded(number, offset), offset))
        .isEqualTo(number.compareTo(L) < 0);
  }

  @Property(tries = 2_000)
  void aPointIsUsableWhenYIsBelowThePrimeAndNotOfSmallOrder(
      @ForAll("numbers") BigInteger number, @ForAll @IntRange(max = 9) int offset) {
    BigInteger y = number.clearBit(255);
    assertThat(Ed25519Encoding.isUsablePoint(encoded(number, offset), offset))
        .isEqualTo(y.compareTo(P) < 0 && !SMALL_ORDER_Y.contains(y));
  }

  /** The bounds, their neighbours, and what differs from one in a single bit: either sign. */
  @Provide
  Arbitrary<BigInteger> numbers() {
    var special = new ArrayList<>(SMALL_ORDER_Y);
    special.addAll(List.of(P, L, P.add(L), BigInteger.TWO.pow(255).subtract(BigInteger.ONE)));
    Arbitrary<BigInteger> near =
        Arbitraries.of(special)
            .flatMap(
                n ->
                    Arbitraries.oneOf(
                        Arbitraries.integers()
                            .between(-2, 2)
                            .map(i -> n.add(BigInteger.valueOf(i))),
                        Arbitraries.integers().between(0, 254).map(n::flipBit)));
    Arbitrary<BigInteger> any =
        Arbitraries.bigIntegers()
            .between(BigInteger.ZERO, BigInteger.TWO.pow(256).subtract(BigInteger.ONE));
    return Arbitraries.frequencyOf(
        Tuple.of(4, near.filter(n -> n.signum() >= 0)),
        Tuple.of(2, near.filter(n -> n.signum() >= 0).map(n -> n.clearBit(255).setBit(255))),
        Tuple.of(1, any));
  }

  private static byte[] encoded(BigInteger number, int offset) {
    var bytes = new byte[32 + offset];
    for (int i = 0; i < 32; i++) {
      bytes[offset + i] = number.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }
}
