package dev.canswarm.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.IntStream;

/** Keys for tests, the same at every run. */
public final class TestKeys {
  private TestKeys() {}

  /** The key with a name. */
  public static SigningKey key(String name) {
    return Engines.portable().signingKey(Sha256.hash(("key of " + name).getBytes(UTF_8)));
  }

  /** A number of different public keys, in no order. */
  public static List<PublicKey> publicKeys(int count) {
    return IntStream.range(0, count).mapToObj(i -> key("number " + i).publicKey()).toList();
  }
}
