package dev.canswarm.benchmarks.ratio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.canswarm.benchmarks.input.BenchEngines;
import dev.canswarm.benchmarks.input.Ring;
import dev.canswarm.envelope.Envelope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A ratio means something only if both sides do the same work on the same inputs. */
class PairsTest {
  private static final int CALLS = 8;
  private static final String ENGINE = "i2p";

  @BeforeAll
  static void fewInputs() {
    System.setProperty(Ring.INPUTS_PROPERTY, "32");
  }

  private static void assertSameResults(Pair pair) throws Exception {
    Object first = pair.subject();
    assertThat(first).isEqualTo(pair.baseline());
    for (int call = 1; call < CALLS; call++) {
      Object next = pair.subject();
      assertThat(next).isEqualTo(pair.baseline()).isNotEqualTo(first);
    }
  }

  @Test
  void bothCanonicaliseToTheSameBytes() throws Exception {
    assertSameResults(new CanonicalisePair());
  }

  @Test
  void bothHashTheCanonicalFormOfTheSameDocument() throws Exception {
    assertSameResults(new CheckPair());
  }

  @Test
  void bothHashTheSameMessage() throws Exception {
    var pair = new Sha256Pair();
    pair.setUp();
    assertSameResults(pair);
  }

  @Test
  void theEngineAloneSignsTheBytesThatTheEnvelopesSignatureCovers() {
    var pair = new SignPair();
    pair.engine = ENGINE;
    pair.payloadBytes = 512;
    pair.setUp();
    for (int call = 0; call < CALLS; call++) {
      assertThat(((Envelope) pair.subject()).signature()).isEqualTo(pair.baseline());
    }
  }

  @Test
  void theEngineAloneVerifiesWhatTheEnvelopeCarries() {
    var pair = new VerifyPair();
    pair.engine = ENGINE;
    pair.payloadBytes = 512;
    pair.setUp();
    Object first = pair.subject();
    assertThat(pair.baseline()).isEqualTo(true);
    assertThat(pair.subject()).isInstanceOf(Envelope.class).isNotEqualTo(first);
  }

  @Test
  void bothEnginesSignTheSameMessagesAndVerifyThem() throws Exception {
    assumeTrue(BenchEngines.available().contains("accp"), "accp does not load here");
    assertSameResults(new EnginesSignPair());
    var verify = new EnginesVerifyPair();
    assertThat(verify.subject()).isEqualTo(true);
    assertThat(verify.baseline()).isEqualTo(true);
  }
}
