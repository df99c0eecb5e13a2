package dev.canswarm.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SigningKey;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KeyedHashEngineTest {
  private static final byte[] MESSAGE = "a message".getBytes(StandardCharsets.UTF_8);

  private final KeyedHashEngine engine =
      new KeyedHashEngine(seed -> PublicKey.of(Sha256.hash(seed)));
  private final SigningKey key = engine.signingKey(new byte[32]);

  @Test
  void takesASignatureOfItsKeyOverItsMessage() {
    assertThat(engine.verify(key.publicKey(), MESSAGE, key.sign(MESSAGE))).isTrue();
    assertThat(key.sign(MESSAGE)).hasSize(64);
  }

  @Test
  void refusesEveryForgery() {
    byte[] signature = key.sign(MESSAGE);
    SigningKey other = engine.signingKey(Sha256.hash(MESSAGE));
    byte[] changed = "another".getBytes(StandardCharsets.UTF_8);
    assertThat(engine.verify(key.publicKey(), changed, signature)).isFalse();
    assertThat(engine.verify(other.publicKey(), MESSAGE, signature)).isFalse();
    assertThat(engine.verify(PublicKey.of(new byte[32]), MESSAGE, signature)).isFalse();
    assertThat(engine.verify(key.publicKey(), MESSAGE, new byte[64])).isFalse();
    assertThat(engine.verify(key.publicKey(), MESSAGE, new byte[0])).isFalse();
    for (int i = 0; i < signature.length; i++) {
      byte[] flipped = signature.clone();
      flipped[i] ^= 1;
      assertThat(engine.verify(key.publicKey(), MESSAGE, flipped)).isFalse();
    }
  }
}
