package dev.canswarm.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SwitchingEngineTest {
  private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.US_ASCII);

  private final List<String> asked = new ArrayList<>();
  private int loads;
  private final SigningKey key = Engines.portable().signingKey(new byte[32]);
  private final SwitchingEngine engine = new SwitchingEngine(named("first"), this::load, 2);

  private SignatureEngine load() {
    loads++;
    return named("second");
  }

  private SignatureEngine named(String name) {
    return new SignatureEngine() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public SigningKey signingKey(byte[] seed) {
        return Engines.portable().signingKey(seed);
      }

      @Override
      public boolean verify(
          PublicKey by, byte[] message, int offset, int length, byte[] signature) {
        asked.add(name);
        return Engines.portable().verify(by, message, offset, length, signature);
      }
    };
  }

  @Test
  void theOtherEngineVerifiesWhatComesAfterTheFirstFew() {
    byte[] signature = key.sign(MESSAGE);
    for (int i = 0; i < 4; i++) {
      assertThat(engine.verify(key.publicKey(), MESSAGE, signature)).isTrue();
    }
    assertThat(asked).containsExactly("first", "first", "second", "second");
    assertThat(loads).isEqualTo(1);
    assertThat(engine.name()).isEqualTo("second");
  }

  @Test
  void aFewSignaturesLoadNothing() {
    byte[] forged = key.sign("another".getBytes(StandardCharsets.US_ASCII));
    assertThat(engine.verify(key.publicKey(), MESSAGE, forged)).isFalse();
    assertThat(engine.verify(key.publicKey(), MESSAGE, forged)).isFalse();
    assertThat(loads).isZero();
  }
}
