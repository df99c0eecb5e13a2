package dev.canswarm.benchmarks.input;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonLimits;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputsTest {
  private static final int SOME = 40;

  @ParameterizedTest
  @ValueSource(ints = {Documents.BYTES_MIN, 128, 512, 5 << 10, 65_536})
  void documentsHaveTheirSizeInCanonicalFormAndAreAllDifferent(int bytes) throws Exception {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < SOME; i++) {
      byte[] canonical = Documents.canonical(bytes, i);
      assertThat(canonical).hasSize(bytes);
      assertThat(CanonicalJson.isCanonical(canonical, JsonLimits.DEFAULT)).isTrue();
      assertThat(new JsonCanonicalizer(canonical).getEncodedUTF8()).isEqualTo(canonical);
      assertThat(seen.add(new String(canonical, StandardCharsets.UTF_8))).isTrue();
    }
  }

  @Test
  void shuffledDocumentsAreTheSameDocumentsInAnotherOrder() throws Exception {
    for (int i = 0; i < SOME; i++) {
      byte[] shuffled = Documents.shuffled(5 << 10, i);
      byte[] canonical = Documents.canonical(5 << 10, i);
      assertThat(CanonicalJson.isCanonical(shuffled, JsonLimits.DEFAULT)).isFalse();
      assertThat(CanonicalJson.canonicalize(shuffled, JsonLimits.DEFAULT)).isEqualTo(canonical);
      assertThat(new JsonCanonicalizer(shuffled).getEncodedUTF8()).isEqualTo(canonical);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {NeedParts.PAYLOAD_BYTES_MIN, 512, 65_536})
  void payloadsHaveTheirSizeAndWhatIsCalledSignedIsWhatTheSignatureIsOver(int bytes) {
    SignatureEngine engine = Engines.portable();
    var codec = NeedParts.codec(engine);
    var keys = NeedParts.keys(engine);
    for (int i = 0; i < keys.size(); i++) {
      NeedParts parts = NeedParts.ofBytes(bytes, i);
      assertThat(CanonicalJson.write(parts.payload())).hasSize(bytes);
      Envelope envelope = codec.sign(parts.draft(), keys.get(i), NeedParts.TIMESTAMP_NS);
      byte[] signed = NeedParts.signedBytes(envelope);
      assertThat(engine.verify(envelope.sender(), signed, envelope.signature())).isTrue();
      assertThat(codec.decodeAndVerify(envelope.bytes())).isEqualTo(envelope);
    }
  }

  @Test
  void aRingGivesItsInputsInTurn() {
    Ring<Integer> ring = Ring.of(i -> i);
    for (int turn = 0; turn < 2; turn++) {
      for (int i = 0; i < ring.size(); i++) {
        assertThat(ring.next()).isEqualTo(i);
      }
    }
  }
}
