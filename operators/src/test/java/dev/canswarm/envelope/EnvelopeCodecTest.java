package dev.canswarm.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvelopeCodecTest {
  private final EnvelopeCodec codec =
      new EnvelopeCodec("swarm-1", Engines.portable(), EnvelopeLimits.DEFAULT);
  private final SigningKey key = Engines.portable().signingKey(new byte[32]);

  @Test
  void signed_envelope_decodes_to_itself() {
    var draft =
        new Draft(
            Kind.NEED,
            "thread-1",
            null,
            1,
            List.of(),
            "n\"1",
            "0".repeat(64),
            JsonObject.builder().put("a", 1).put("b", "x").build());
    Envelope signed = codec.sign(draft, key, 1234567890123456789L);
    Envelope decoded = codec.decodeAndVerify(signed.bytes());
    assertThat(decoded).isEqualTo(signed);
    assertThat(CanonicalJson.write(StrictJson.parse(signed.bytes()))).isEqualTo(signed.bytes());
  }
}
