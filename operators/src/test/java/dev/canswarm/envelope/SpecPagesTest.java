package dev.canswarm.envelope;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.SpecVectors;
import dev.canswarm.json.StrictJson;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The worked examples of the specification's pages, computed again. */
class SpecPagesTest {
  private final SigningKey key =
      Engines.portable()
          .signingKey(
              HexFormat.of()
                  .parseHex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));

  @Test
  void theExampleOfCanonicalJsonIsWhatTheCodeDoes() {
    List<String> blocks = blocks("canonical-json.md");
    byte[] canonical = CanonicalJson.write(StrictJson.parse(blocks.get(0).getBytes(UTF_8)));
    assertThat(new String(canonical, UTF_8)).isEqualTo(blocks.get(1));
    assertThat(Sha256.hex(canonical)).isEqualTo(blocks.get(2));
    assertThat(SpecVectors.page("canonical-json.md"))
        .contains("Canonical form, " + canonical.length + " bytes");
    assertThat(blocks).hasSize(3);
  }

  @Test
  void theExampleOfSigningIsWhatTheCodeDoes() {
    assertThat(blocks("signing.md"))
        .containsExactly(
            key.publicKey().base64(),
            HexFormat.of().formatHex(key.sign("can-swarm".getBytes(US_ASCII))));
  }

  @Test
  void theExampleOfAnEnvelopeIsWhatTheCodeDoes() {
    List<String> blocks = blocks("envelope.md");
    JsonObject payload = StrictJson.parseObject(blocks.get(0).getBytes(UTF_8));
    var draft =
        Draft.need(
            new ThreadId("thread-1"),
            "cluster/swarm.intake/0/42",
            Sha256.hex("example policy".getBytes(US_ASCII)),
            payload);
    var codec = new EnvelopeCodec("example", Engines.portable(), EnvelopeLimits.DEFAULT);
    Envelope need = codec.sign(draft, key, 1_700_000_000_123_456_789L);
    EnvelopeForm form = EnvelopeForm.of(need);
    String signed = new String(form.signed(), UTF_8);
    JsonObject result = StrictJson.parseObject(blocks.get(8).getBytes(UTF_8));
    assertThat(blocks)
        .containsExactly(
            new String(CanonicalJson.write(payload), UTF_8),
            need.payloadHash(),
            identified(need),
            need.id().text(),
            signed.substring("can-swarm/envelope/v1\0".length()),
            new String(need.bytes(), UTF_8),
            SpecVectors.read("envelopes").get("envelopes").get(1).get("id").asText(),
            TaskId.of(new EnvelopeId(blocks.get(6)), 0).text(),
            new String(CanonicalJson.write(result), UTF_8),
            EnvelopeIds.resultHash(result));
  }

  private static String identified(Envelope envelope) {
    var members = new TreeMap<>(StrictJson.parseObject(envelope.bytes()).members());
    members.keySet().removeAll(List.of("id", "payload", "sig_b64", "timestamp_ns"));
    return new String(CanonicalJson.write(new JsonObject(members)), UTF_8);
  }

  private static List<String> blocks(String page) {
    String[] parts = SpecVectors.page(page).split("```\n", -1);
    var blocks = new ArrayList<String>();
    for (int i = 1; i < parts.length; i += 2) {
      blocks.add(parts[i].strip());
    }
    return blocks;
  }
}
