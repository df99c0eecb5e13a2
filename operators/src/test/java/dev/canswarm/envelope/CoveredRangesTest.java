package dev.canswarm.envelope;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the id and the signature cover is taken from the bytes as the specification says. */
class CoveredRangesTest {
  static List<Envelope> envelopes() {
    return SampleEnvelopes.all();
  }

  private static CoveredRanges of(Envelope envelope) {
    EnvelopeScan scan = new EnvelopeScan(envelope.bytes());
    assertThat(scan.passes(SampleEnvelopes.SWARM.getBytes(US_ASCII), 8)).isTrue();
    return scan.covered();
  }

  @ParameterizedTest
  @MethodSource("envelopes")
  void whatTheSignatureCoversIsTheFormWithoutPayloadAndSignature(Envelope envelope) {
    CoveredRanges covered = of(envelope);
    byte[] out = covered.forSigned(envelope.bytes(), Scratch.ofThread());
    int length = covered.signed(envelope.bytes(), out);
    assertThat(Arrays.copyOf(out, length)).isEqualTo(EnvelopeForm.of(envelope).signed());
  }

  @ParameterizedTest
  @MethodSource("envelopes")
  void theHashOfWhatTheIdCoversIsTheId(Envelope envelope) {
    byte[] hash = new byte[Sha256.HASH_BYTES];
    of(envelope).hashIdentified(envelope.bytes(), Scratch.ofThread(), hash);
    assertThat(HexFormat.of().formatHex(hash))
        .isEqualTo(EnvelopeByTree.idOf(StrictJson.parseObject(envelope.bytes())));
  }

  @Test
  void aLargePayloadNeedsNoLargeArray() {
    JsonObject large = JsonObject.builder().put("text", "x".repeat(200_000)).build();
    Envelope envelope =
        SampleEnvelopes.signed(
            Draft.need(new ThreadId("thread-1"), "nonce", "c".repeat(64), large));
    assertThat(of(envelope).forSigned(envelope.bytes(), Scratch.ofThread()))
        .hasSizeLessThan(100_000);
  }

  @Test
  void manyParentsThatAreMoreThanTheScratchHoldsAreCoveredToo() {
    Envelope envelope = SampleEnvelopes.withParents(Verb.FINALIZE, 300);
    CoveredRanges covered = of(envelope);
    byte[] out = covered.forSigned(envelope.bytes(), Scratch.ofThread());
    int length = covered.signed(envelope.bytes(), out);
    assertThat(Arrays.copyOf(out, length)).isEqualTo(EnvelopeForm.of(envelope).signed());
    byte[] hash = new byte[Sha256.HASH_BYTES];
    covered.hashIdentified(envelope.bytes(), Scratch.ofThread(), hash);
    assertThat(HexFormat.of().formatHex(hash))
        .isEqualTo(EnvelopeByTree.idOf(StrictJson.parseObject(envelope.bytes())));
  }
}
