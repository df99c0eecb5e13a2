package dev.canswarm.benchmarks.load.collect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.benchmarks.load.feed.PhaseRecords;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EndCheckTest {
  private static final String POLICY = Sha256.hex(new byte[] {1});
  private static final SignatureEngine ENGINE = Engines.portable();
  private static final SigningKey GATEWAY = key("gateway");
  private static final SigningKey COORDINATOR = key("coordinator");

  private final PhaseRecords records =
      new PhaseRecords("need", 3, 3, PhaseRecords.Texts.of(64), 0, 0);
  private final EnvelopeCodec codec =
      new EnvelopeCodec("can-swarm", ENGINE, EnvelopeLimits.DEFAULT);
  private final EndCheck check =
      new EndCheck(
          records,
          codec,
          Map.of(
              GATEWAY.publicKey().base64(), Set.of("gateway"),
              COORDINATOR.publicKey().base64(), Set.of("coordinator")));

  @Test
  void goodEndsAreCountedByTheirOutcome() {
    Envelope first = need(0);
    Envelope second = need(1);
    check.need(first.bytes());
    check.need(second.bytes());
    check.end(end(first, COORDINATOR, "ACCEPTED", "").bytes());
    check.end(end(second, COORDINATOR, "REJECTED", "NO_PLAN").bytes());
    Ends ends = check.result(Set.of(first.id().text(), second.id().text()));
    assertThat(ends.faults()).isEmpty();
    assertThat(ends.outcomes()).isEqualTo(Map.of("ACCEPTED", 1, "REJECTED", 1));
    assertThat(ends.reasons()).isEqualTo(Map.of("NO_PLAN", 1));
    assertThat(ends.needIds()).isEqualTo(Map.of(0, first.id().text(), 1, second.id().text()));
  }

  @Test
  void theSameEndSaidTwiceIsOne() {
    Envelope need = need(0);
    byte[] end = end(need, COORDINATOR, "ACCEPTED", "").bytes();
    check.need(need.bytes());
    check.end(end);
    check.end(end);
    Ends ends = check.result(Set.of(need.id().text()));
    assertThat(ends.faults()).isEmpty();
    assertThat(ends.outcome("ACCEPTED")).isEqualTo(1);
  }

  @Test
  void twoEndsOfANeedThatDifferAreAFault() {
    Envelope need = need(0);
    check.need(need.bytes());
    check.end(end(need, COORDINATOR, "ACCEPTED", "").bytes());
    check.end(end(need, COORDINATOR, "EXPIRED", "").bytes());
    assertThat(check.result(Set.of(need.id().text())).faults())
        .singleElement()
        .asString()
        .contains("two");
  }

  @Test
  void aSignatureThatIsNotTheSendersIsAFaultAndTheNeedDidNotPass() {
    Envelope need = need(0);
    String good = text(end(need, COORDINATOR, "ACCEPTED", "").bytes());
    String other = text(end(need, GATEWAY, "ACCEPTED", "").bytes());
    check.need(need.bytes());
    check.end(good.replace(signature(good), signature(other)).getBytes(StandardCharsets.UTF_8));
    Ends ends = check.result(Set.of(need.id().text()));
    assertThat(ends.outcomes()).isEmpty();
    assertThat(ends.faults())
        .satisfiesExactly(
            fault -> assertThat(fault).contains("failed its check"),
            fault -> assertThat(fault).contains("1 FINALIZEs were counted"));
  }

  @Test
  void anEndFromASenderWithoutTheRoleIsAFault() {
    Envelope need = need(0);
    check.need(need.bytes());
    check.end(end(need, GATEWAY, "ACCEPTED", "").bytes());
    assertThat(check.result(Set.of()).faults())
        .singleElement()
        .asString()
        .contains("does not have the role coordinator");
  }

  @Test
  void anEndOfANeedThatNoRecordBecameIsAFault() {
    check.end(end(need(2), COORDINATOR, "ACCEPTED", "").bytes());
    assertThat(check.result(Set.of()).faults()).singleElement().asString().contains("no record");
  }

  private Envelope need(int number) {
    return codec.sign(
        Draft.need(
            records.thread(number),
            records.nonce(number),
            POLICY,
            StrictJson.parseObject(records.value(number))),
        GATEWAY,
        1);
  }

  private Envelope end(Envelope need, SigningKey sender, String outcome, String reason) {
    JsonObject.Builder payload =
        JsonObject.builder()
            .put("outcome", outcome)
            .put("result_hash", outcome.equals("ACCEPTED") ? POLICY : "")
            .put("results", new JsonArray(List.of()));
    if (!reason.isEmpty()) {
      payload.put("reason", reason);
    }
    return codec.sign(
        Draft.builder(Verb.FINALIZE, need.threadId())
            .need(new NeedId(need.id()))
            .lamport(2)
            .parents(List.of(need.id()))
            .policyHash(POLICY)
            .payload(payload.build())
            .build(),
        sender,
        2);
  }

  private static SigningKey key(String name) {
    return ENGINE.signingKey(Sha256.hash(name.getBytes(StandardCharsets.UTF_8)));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String signature(String envelope) {
    int start = envelope.indexOf("\"sig_b64\":\"") + "\"sig_b64\":\"".length();
    return envelope.substring(start, envelope.indexOf('"', start));
  }
}
