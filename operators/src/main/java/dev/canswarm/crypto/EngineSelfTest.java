package dev.canswarm.crypto;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Known answers that an engine has to give before it is used: signatures of RFC 8032, section 7.1,
 * and the edges where implementations of Ed25519 differ (docs/spec/signing.md, section 4). Takes
 * some ten signatures' time.
 */
final class EngineSelfTest {
  private static final HexFormat HEX = HexFormat.of();

  /** Seed, key, message, signature: section 7.1, tests 1 to 3. */
  private static final List<Known> SIGNED =
      List.of(
          new Known(
              "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
              "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
              "",
              "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
                  + "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
          new Known(
              "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
              "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
              "72",
              "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
                  + "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
          new Known(
              "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
              "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
              "af82",
              "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac1"
                  + "8ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"));

  private static final String MIXED_KEY =
      "b502ff3d92e31d8190b4aa4ea0414005167fad089c4de9dac8a2fc850fed4f58";
  private static final String MIXED_MESSAGE = "6d697865642030";

  /** A key with a component of order 8, whose equation holds as it stands. */
  private static final Known MIXED_HOLDS =
      new Known(
          "",
          MIXED_KEY,
          MIXED_MESSAGE,
          "4565f580bada98fdba0ea7736204f5fce62e9bba51c3e502d23eb34e9c3af7bde"
              + "c115c842705a28eb7b4a7be930331073e8120daefd47ae69b988bccafe75401");

  /** The same key; the equation holds only when it is multiplied by the cofactor. */
  private static final Known MIXED_HOLDS_TIMES_8 =
      new Known(
          "",
          MIXED_KEY,
          MIXED_MESSAGE,
          "1237428b54666b6cad3d471f0bdf88bc58aba4209c5a1b83830f9475891b585d9"
              + "b2624a30b4fe2eaddbd6118771cfbed4d741ec5fca90bbcdc357bd93d6b3a0f");

  private static final byte[] NOT_ON_THE_CURVE = leadingByte(2);
  private static final byte[] SMALL_ORDER = leadingByte(1);
  private static final byte[] GROUP_ORDER =
      HEX.parseHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");

  private record Known(String seedHex, String keyHex, String messageHex, String signatureHex) {
    byte[] seed() {
      return HEX.parseHex(seedHex);
    }

    PublicKey key() {
      return PublicKey.of(HEX.parseHex(keyHex));
    }

    byte[] message() {
      return HEX.parseHex(messageHex);
    }

    byte[] signature() {
      return HEX.parseHex(signatureHex);
    }
  }

  private EngineSelfTest() {}

  /** The first case that the engine gets wrong, or empty. */
  static Optional<String> fault(SignatureEngine engine) {
    for (Known known : SIGNED) {
      SigningKey key = engine.signingKey(known.seed());
      if (!key.publicKey().equals(known.key())) {
        return fault("the public key of a seed", known.keyHex(), key.publicKey().toBytes());
      }
      byte[] signature = key.sign(known.message());
      if (!Arrays.equals(signature, known.signature())) {
        return fault("a signature of RFC 8032", known.signatureHex(), signature);
      }
      if (!verifies(engine, known, known.signature())) {
        return Optional.of("it refuses a signature of RFC 8032");
      }
    }
    if (!verifies(engine, MIXED_HOLDS, MIXED_HOLDS.signature())) {
      return Optional.of("it refuses a key of mixed order whose equation holds");
    }
    return wronglyAccepted(engine);
  }

  private static Optional<String> wronglyAccepted(SignatureEngine engine) {
    Known known = SIGNED.get(0);
    byte[] other = known.signature();
    other[40] ^= 1;
    if (verifies(engine, known, other)) {
      return Optional.of("it accepts a changed signature");
    }
    if (verifies(engine, known, plusOrder(known.signature()))) {
      return Optional.of("it accepts S + L");
    }
    if (verifies(engine, MIXED_HOLDS_TIMES_8, MIXED_HOLDS_TIMES_8.signature())) {
      return Optional.of("it multiplies the equation by the cofactor");
    }
    if (verifies(engine, known, withR(known.signature(), NOT_ON_THE_CURVE))
        || engine.verify(PublicKey.of(NOT_ON_THE_CURVE), known.message(), known.signature())) {
      return Optional.of("it accepts a point off the curve");
    }
    byte[] zeroS = withR(new byte[SignatureEngine.SIGNATURE_BYTES], SMALL_ORDER);
    if (engine.verify(PublicKey.of(SMALL_ORDER), known.message(), zeroS)) {
      return Optional.of("it accepts a key of small order");
    }
    return Optional.empty();
  }

  private static boolean verifies(SignatureEngine engine, Known known, byte[] signature) {
    return engine.verify(known.key(), known.message(), signature);
  }

  private static Optional<String> fault(String what, String expectedHex, byte[] actual) {
    return Optional.of(what + ": expected " + expectedHex + ", got " + HEX.formatHex(actual));
  }

  private static byte[] withR(byte[] signature, byte[] r) {
    System.arraycopy(r, 0, signature, 0, r.length);
    return signature;
  }

  /** The signature with S + L for S, which stays below 2^256. */
  private static byte[] plusOrder(byte[] signature) {
    int carry = 0;
    for (int i = 0; i < GROUP_ORDER.length; i++) {
      carry += (signature[32 + i] & 0xff) + (GROUP_ORDER[i] & 0xff);
      signature[32 + i] = (byte) carry;
      carry >>= 8;
    }
    return signature;
  }

  private static byte[] leadingByte(int value) {
    var bytes = new byte[PublicKey.LENGTH_BYTES];
    bytes[0] = (byte) value;
    return bytes;
  }
}
