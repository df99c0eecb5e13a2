package dev.canswarm.simulation.checker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Hashes, signatures, rules and counts that the checker judges by. */
class CheckerPartsTest {
  private final StoredNeed stored = new StoredNeed();

  @Test
  void aHashIsTheKnownOne() {
    assertThat(Proofs.hex("abc".getBytes(UTF_8)))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(Proofs.hexTagged("a", "c".getBytes(UTF_8)))
        .isEqualTo(Proofs.hex(new byte[] {'a', 0, 'c'}));
  }

  @Test
  void aSignatureIsOverTagZeroAndContentByItsKey() {
    Message message = Message.of(stored.decide.bytes());
    Proofs proofs = new Proofs();
    String signature = message.text("sig_b64");
    assertThat(proofs.signed(message.sender(), signature, Message.ENVELOPE_TAG, message.signed()))
        .isTrue();
    assertThat(proofs.signed(message.sender(), signature, Message.ID_TAG, message.signed()))
        .isFalse();
    assertThat(
            proofs.signed(
                stored.key("worker").publicKey().base64(),
                signature,
                Message.ENVELOPE_TAG,
                message.signed()))
        .isFalse();
    String tooShort = Base64.getEncoder().encodeToString(new byte[7]);
    assertThat(proofs.signed(message.sender(), tooShort, Message.ENVELOPE_TAG, message.signed()))
        .isFalse();
    assertThat(proofs.signed("no key", signature, Message.ENVELOPE_TAG, message.signed()))
        .isFalse();
  }

  @Test
  void aMessageIsReadWithoutTheProductsCodec() {
    Message message = Message.of(stored.decide.bytes());
    assertThat(message.id()).isEqualTo(stored.decide.id().text());
    assertThat(message.need()).isEqualTo(stored.need.id().text());
    assertThat(message.kind()).isEqualTo("DECIDE");
    assertThat(message.topic()).isEqualTo("swarm.decide");
    assertThat(message.parents()).containsExactly(stored.propose.id().text());
    assertThat(message.lamport()).isEqualTo(3);
    assertThat(message.hasItsMembers()).isTrue();
    assertThat(Message.of(stored.claim.bytes()).topic()).isEqualTo("swarm.lease");
    assertThat(Message.of(stored.need.bytes()).need()).isEqualTo(stored.need.id().text());
  }

  @Test
  void otherJsonThanAnObjectHasNoMembers() {
    for (String junk : List.of("", "[]", "7", "{\"a\":1} x", "{\"a\":1,\"a\":2}")) {
      Message message = Message.of(junk.getBytes(UTF_8));
      assertThat(message.hasItsMembers()).as(junk).isFalse();
      assertThat(message.id()).isEmpty();
    }
  }

  @Test
  void rulesSayWhoMaySayWhat() {
    ViolationCollector violations = new ViolationCollector();
    ArchivedRules rules = stored.rules(violations);
    String worker = stored.key("worker").publicKey().base64();
    String verifier = stored.key("verifier-1").publicKey().base64();
    assertThat(rules.maySay(worker, "COMMIT")).isTrue();
    assertThat(rules.maySay(worker, "ATTEST")).isFalse();
    assertThat(rules.maySay("stranger", "COMMIT")).isFalse();
    assertThat(rules.maySay(worker, "NOTHING")).isFalse();
    assertThat(rules.isVerifier(stored.trust, verifier)).isTrue();
    assertThat(rules.isVerifier(stored.trust, worker)).isFalse();
    assertThat(rules.isVerifier("another file", verifier)).isFalse();
    assertThat(rules.isPolicy(StoredNeed.POLICY)).isTrue();
    assertThat(rules.isPolicy(stored.trust)).isFalse();
    assertThat(violations.first()).isEmpty();
  }

  @Test
  void rulesThatAreArchivedUnderAnotherHashAreFound() {
    ViolationCollector violations = new ViolationCollector();
    new ArchivedRules().add("0".repeat(64), "policy", "{}".getBytes(UTF_8), violations);
    assertThat(violations.first())
        .singleElement()
        .satisfies(one -> assertThat(one.toString()).startsWith("P6: policy archived as 000"));
  }

  @Test
  void allViolationsAreCountedAndTheFirstAreKept() {
    ViolationCollector violations = new ViolationCollector();
    for (int i = 0; i < CheckerReport.VIOLATIONS_MAX + 7; i++) {
      violations.require(false, "P1", "number " + i);
      violations.require(true, "P1", "no violation");
    }
    assertThat(violations.count()).isEqualTo(CheckerReport.VIOLATIONS_MAX + 7);
    assertThat(violations.first()).hasSize(CheckerReport.VIOLATIONS_MAX);
    assertThat(violations.first().get(0).what()).isEqualTo("number 0");
  }

  @Test
  void aReportPassesWithoutViolationsAndLosses() {
    assertThat(report(0, 0).passed()).isTrue();
    assertThat(report(1, 0).passed()).isFalse();
    assertThat(report(0, 1).passed()).isFalse();
  }

  private static CheckerReport report(long violations, long lost) {
    return new CheckerReport(List.of(), violations, 1, Map.of(), 0, lost, 1, 1);
  }

  @Test
  void tablesKnowTheirEnvelopesByTheirBytes() {
    TableContents contents = new TableContents();
    contents.add(stored.need.id().text(), "ACCEPTED", stored.known());
    contents.add("open", "", Map.of());
    assertThat(contents.needs()).isEqualTo(2);
    assertThat(contents.envelopes()).isEqualTo(stored.rows.size());
    assertThat(contents.outcomes()).containsExactly(Map.entry("ACCEPTED", 1L));
    assertThat(contents.ended(stored.need.id().text())).isTrue();
    assertThat(contents.ended("open")).isFalse();
    assertThat(contents.needOf("nonce")).isEqualTo(stored.need.id().text());
    assertThat(contents.needOf("another")).isNull();
    assertThat(contents.of("other bytes".getBytes(UTF_8))).isNull();

    assertThat(contents.endsNotSent()).containsExactly(stored.need.id().text());
    byte[] end = Objects.requireNonNull(stored.rows.get("FINALIZE")).message().bytes();
    contents.sent(Objects.requireNonNull(contents.of(end)));
    assertThat(contents.endsNotSent()).isEmpty();
  }
}
