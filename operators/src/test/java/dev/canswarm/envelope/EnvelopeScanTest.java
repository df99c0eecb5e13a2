package dev.canswarm.envelope;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An envelope in canonical form is recognised in one pass, and nothing else is. */
class EnvelopeScanTest {
  private static final byte[] SWARM = SampleEnvelopes.SWARM.getBytes(US_ASCII);
  private static final int DEPTH_MAX = 8;

  static List<Envelope> envelopes() {
    return SampleEnvelopes.all();
  }

  private static boolean passes(byte[] bytes) {
    return new EnvelopeScan(bytes).passes(SWARM, DEPTH_MAX);
  }

  private static boolean passes(String text) {
    return passes(text.getBytes(UTF_8));
  }

  private static String text(Envelope envelope) {
    return new String(envelope.bytes(), UTF_8);
  }

  @ParameterizedTest
  @MethodSource("envelopes")
  void whatWasSignedIsRecognisedFieldByField(Envelope envelope) {
    EnvelopeScan scan = new EnvelopeScan(envelope.bytes());
    assertThat(scan.passes(SWARM, DEPTH_MAX)).isTrue();
    Envelope read = scan.envelope(SampleEnvelopes.SWARM, DEPTH_MAX);
    assertThat(read.payload().members()).isEqualTo(envelope.payload().members());
    assertThat(read)
        .usingRecursiveComparison()
        .ignoringFields("payload", "sender")
        .isEqualTo(envelope);
    assertThat(read.sender()).isEqualTo(envelope.sender());
  }

  @ParameterizedTest
  @MethodSource("envelopes")
  void itNotesWhereItsPartsBegin(Envelope envelope) {
    String text = new String(envelope.bytes(), StandardCharsets.ISO_8859_1);
    EnvelopeScan scan = new EnvelopeScan(envelope.bytes());
    assertThat(scan.passes(SWARM, DEPTH_MAX)).isTrue();
    assertThat(text.substring(scan.idStart())).startsWith(envelope.id().text());
    assertThat(text.substring(scan.payloadHashStart())).startsWith(envelope.payloadHash());
    assertThat(text.indexOf("\"payload\":") + "\"payload\":".length())
        .isEqualTo(scan.payloadStart());
    CoveredRanges covered = scan.covered();
    assertThat(text.substring(covered.parentsEnd)).startsWith(",\"payload\":");
    assertThat(text.substring(covered.payloadEnd)).startsWith(",\"payload_hash\":");
    assertThat(text.substring(covered.senderEnd)).startsWith(",\"sig_b64\":");
    assertThat(text.substring(covered.signatureEnd)).startsWith(",\"swarm_id\":");
    assertThat(text.substring(covered.threadEnd)).startsWith(",\"timestamp_ns\":");
  }

  @ParameterizedTest
  @MethodSource("envelopes")
  void neitherABeginningNorMoreThanAnEnvelopePasses(Envelope envelope) {
    byte[] bytes = envelope.bytes();
    for (int length = 0; length < bytes.length; length++) {
      assertThat(passes(Arrays.copyOf(bytes, length))).as("%d bytes of it", length).isFalse();
    }
    assertThat(passes(Arrays.copyOf(bytes, bytes.length + 1))).isFalse();
  }

  /** Of what is changed in one byte only another signature or time still has the right hashes. */
  @ParameterizedTest
  @MethodSource("envelopes")
  void whateverIsChangedIsJudgedAsByReadingTheTree(Envelope envelope) {
    EnvelopeByTree tree = new EnvelopeByTree(SampleEnvelopes.SWARM, EnvelopeLimits.DEFAULT);
    EnvelopeCodec codec = SampleEnvelopes.codec(EnvelopeCache.none());
    byte[] bytes = envelope.bytes();
    for (int at = 0; at < bytes.length; at++) {
      for (char other : new char[] {'"', '0', 'f', ' ', '\\', '}'}) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) other;
        if (changed[at] != bytes[at]) {
          boolean isRead = tree.agrees(codec, changed);
          assertThat(isRead && !passes(changed)).as("byte %d as %s", at, other).isFalse();
        }
      }
    }
  }

  @Test
  void anotherSwarmsEnvelopeDoesNotPass() {
    EnvelopeScan scan = new EnvelopeScan(SampleEnvelopes.need().bytes());
    assertThat(scan.passes("swarm-2".getBytes(US_ASCII), DEPTH_MAX)).isFalse();
  }

  @Test
  void itIsNestedAtMostAsDeepAsIsAllowed() {
    byte[] bytes = SampleEnvelopes.need().bytes();
    assertThat(new EnvelopeScan(bytes).passes(SWARM, 3)).isTrue();
    assertThat(new EnvelopeScan(bytes).passes(SWARM, 2)).isFalse();
    assertThat(new EnvelopeScan(bytes).passes(SWARM, 0)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "'\"lamport\":42', '\"lamport\":042'",
    "'\"lamport\":42', '\"lamport\":0'",
    "'\"lamport\":42', '\"lamport\":1'",
    "'\"lamport\":42', '\"lamport\":9007199254740992'",
    "'\"lamport\":42', '\"lamport\":99999999999999999'",
    "'\"lamport\":42', '\"lamport\":-1'",
    "'1700000000000000001', '01700000000000000001'",
    "'1700000000000000001', '9223372036854775808'",
    "'1700000000000000001', ''",
    "'1700000000000000001', '-1'",
    "'\"thread-1\"', '\"\"'",
    "'\"thread-1\"', '\"thread 1\"'",
    "'\"v\":1', '\"v\":2'",
    "'DECIDE', 'DECIDED'",
    "'DECIDE', 'NEED'",
    "'},\"payload_hash\"', '}, \"payload_hash\"'",
  })
  void aFieldThatBreaksItsRuleDoesNotPass(String good, String bad) {
    String text = text(SampleEnvelopes.withParents(Verb.DECIDE, 1));
    assertThat(text).contains(good);
    assertThat(passes(text)).isTrue();
    assertThat(passes(text.replace(good, bad))).isFalse();
  }

  @Test
  void theLargestNumbersPass() {
    String text = text(SampleEnvelopes.withParents(Verb.DECIDE, 1));
    assertThat(passes(text.replace("\"lamport\":42", "\"lamport\":9007199254740991"))).isTrue();
    assertThat(passes(text.replace("1700000000000000001", "9223372036854775807"))).isTrue();
    assertThat(passes(text.replace("1700000000000000001", "0"))).isTrue();
    assertThat(passes(text.replace("thread-1", "t".repeat(128)))).isTrue();
    assertThat(passes(text.replace("thread-1", "t".repeat(129)))).isFalse();
  }

  @Test
  void parentsRiseAndNoneIsNamedTwice() {
    String text = text(SampleEnvelopes.withParents(Verb.DECIDE, 3));
    String one = String.format("%064x", 1);
    String two = String.format("%064x", 2);
    assertThat(passes(text.replace(one, "f".repeat(64)))).isFalse();
    assertThat(passes(text.replace(two, one))).isFalse();
    assertThat(passes(text.replace("\"" + two + "\",", ""))).isTrue();
    assertThat(passes(text.replace("\"],\"payload\"", "\",],\"payload\""))).isFalse();
  }

  @Test
  void aNonceIsPrintableAndNotEmptyAndNotTooLong() {
    String text = text(SampleEnvelopes.need());
    String nonce = "\"a \\\"nonce\\\" \\\\ of mine\"";
    assertThat(text).contains(nonce);
    assertThat(passes(text.replace(nonce, "\"\""))).isFalse();
    assertThat(passes(text.replace(nonce, "\"\\u0001\""))).isFalse();
    assertThat(passes(text.replace(nonce, "\"gr\u00fcn\""))).isFalse();
    assertThat(passes(text.replace(nonce, "7"))).isFalse();
    assertThat(passes(text.replace(nonce, "\"" + "n".repeat(FieldRules.NONCE_CHARS_MAX) + "\"")))
        .isTrue();
    assertThat(
            passes(text.replace(nonce, "\"" + "n".repeat(FieldRules.NONCE_CHARS_MAX + 1) + "\"")))
        .isFalse();
  }

  @Test
  void aNeedHasNoParentsAndOthersNameTheirNeed() {
    String need = text(SampleEnvelopes.need());
    assertThat(passes(need.replace("\"parents\":[]", "\"parents\":[\"" + "a".repeat(64) + "\"]")))
        .isFalse();
    String decide = text(SampleEnvelopes.withParents(Verb.DECIDE, 1));
    assertThat(passes(decide.replace(",\"need_id\":\"" + "d".repeat(64) + "\"", ""))).isFalse();
  }
}
