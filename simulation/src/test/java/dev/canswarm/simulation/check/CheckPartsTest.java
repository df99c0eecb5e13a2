package dev.canswarm.simulation.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Release;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the simulator's checks read for themselves, without the code that they judge. */
class CheckPartsTest {
  private static final String NEED = "d".repeat(64);
  private static final String TASK = "a".repeat(64);

  private final SignatureLog signatures = new SignatureLog();
  private final SigningKey key = signatures.watch(Engines.portable().signingKey(new byte[32]));
  private final EnvelopeCodec codec =
      new EnvelopeCodec("sim", Engines.portable(), EnvelopeLimits.DEFAULT);

  private Envelope said(Verb verb, JsonObject payload) {
    return codec.sign(
        Draft.builder(verb, new ThreadId("t"))
            .need(verb == Verb.NEED ? null : new NeedId(NEED))
            .lamport(verb == Verb.NEED ? 1 : 2)
            .parents(verb == Verb.NEED ? List.of() : List.of(new EnvelopeId(NEED)))
            .nonce(verb == Verb.NEED ? "nonce" : null)
            .policyHash("c".repeat(64))
            .payload(payload)
            .build(),
        key,
        1);
  }

  private static ObservedEnvelope observed(Envelope envelope) {
    return Objects.requireNonNull(ObservedEnvelope.of(envelope.bytes()));
  }

  private String slot(Verb verb, JsonObject payload) {
    return SlotNames.of(observed(said(verb, payload)));
  }

  private static JsonObject object(String name, String value) {
    return JsonObject.builder().put(name, value).build();
  }

  @Test
  void anEnvelopeIsReadFieldByField() {
    Envelope commit =
        said(Verb.COMMIT, new Commit(new TaskId(TASK), 1, 1, "e".repeat(64), List.of()).toJson());
    ObservedEnvelope read = observed(commit);
    assertThat(read.id()).isEqualTo(commit.id().text());
    assertThat(read.verb()).isEqualTo(Verb.COMMIT);
    assertThat(read.needId()).isEqualTo(NEED);
    assertThat(read.thread()).isEqualTo("t");
    assertThat(read.sender()).isEqualTo(key.publicKey().base64());
    assertThat(read.parents()).containsExactly(NEED);
    assertThat(read.text("artifact")).isEqualTo("e".repeat(64));
    assertThat(read.hasItsPayload()).isTrue();
    Envelope need = said(Verb.NEED, object("task_type", "a"));
    assertThat(observed(need).needId()).isEqualTo(need.id().text());
  }

  @Test
  void anInvalidEnvelopeIsNull() {
    assertThat(ObservedEnvelope.of(null)).isNull();
    for (String junk : List.of("", "{}", "[]", "{\"id\":\"a\",\"kind\":\"WISH\"}")) {
      assertThat(ObservedEnvelope.of(junk.getBytes(UTF_8))).as(junk).isNull();
    }
  }

  @Test
  void aPayloadThatWasExchangedIsSeen() {
    String text = new String(said(Verb.NEED, object("task_type", "a")).bytes(), UTF_8);
    ObservedEnvelope other =
        Objects.requireNonNull(
            ObservedEnvelope.of(
                text.replace("\"task_type\":\"a\"", "\"task_type\":\"b\"").getBytes(UTF_8)));
    assertThat(other.hasItsPayload()).isFalse();
  }

  @Test
  void aSignatureIsKnownToBeMadeByItsKeyOverItsMessageOnly() {
    ObservedEnvelope read = observed(said(Verb.NEED, object("task_type", "a")));
    String sender = read.sender();
    assertThat(signatures.holds(sender, read.signedBytes(), read.signature())).isTrue();
    assertThat(signatures.holds("another", read.signedBytes(), read.signature())).isFalse();
    assertThat(signatures.holds(sender, new byte[] {1}, read.signature())).isFalse();
    assertThat(signatures.holds(sender, read.signedBytes(), "another")).isFalse();
  }

  @Test
  void slotsHaveTheNamesOfTheSpecification() {
    String sender = key.publicKey().base64();
    Envelope need = said(Verb.NEED, object("task_type", "a"));
    assertThat(SlotNames.of(observed(need))).isEqualTo("NEED/" + need.id());
    assertThat(slot(Verb.PROPOSE, object("plan", "x"))).isEqualTo("PROPOSE/" + sender);
    assertThat(slot(Verb.DECIDE, object("k", "x"))).isEqualTo("DECIDE");
    assertThat(slot(Verb.FINALIZE, object("outcome", "x"))).isEqualTo("FINALIZE");
    JsonObject lease = new Lease(new TaskId(TASK), 1, 7).toJson();
    assertThat(slot(Verb.CLAIM, lease)).isEqualTo("CLAIM/" + TASK + "/7");
    assertThat(slot(Verb.YIELD, lease)).isEqualTo("END/" + TASK + "/7");
    assertThat(slot(Verb.COMMIT, new Commit(new TaskId(TASK), 1, 7, TASK, List.of()).toJson()))
        .isEqualTo("END/" + TASK + "/7");
    assertThat(slot(Verb.ATTEST, object("target", TASK)))
        .isEqualTo("ATTEST/" + TASK + "/" + sender);
  }

  @ParameterizedTest
  @EnumSource
  void theSlotOfAReleaseFollowsFromItsCause(Release.Cause cause) {
    String expected =
        switch (cause) {
          case PANEL -> "PANEL/" + TASK + "/2";
          case EXPIRED -> "END/" + TASK + "/6";
          case READY, RETRY, YIELDED -> "RELEASE/" + TASK + "/7";
        };
    assertThat(
            slot(
                Verb.RELEASE,
                new Release(new TaskId(TASK), 2, 7, cause, List.of(), List.of()).toJson()))
        .isEqualTo(expected);
  }

  @Test
  void rolesSayWhoMaySayWhat() {
    CheckParameters parameters =
        new CheckParameters(
            2,
            8,
            64,
            Map.of(
                "w", EnumSet.of(RoleName.WORKER),
                "v", EnumSet.of(RoleName.VERIFIER),
                "g", EnumSet.of(RoleName.GATEWAY)));
    assertThat(parameters.maySay("w", Verb.YIELD)).isTrue();
    assertThat(parameters.maySay("w", Verb.ATTEST)).isFalse();
    assertThat(parameters.maySay("g", Verb.NEED)).isTrue();
    assertThat(parameters.maySay("nobody", Verb.NEED)).isFalse();
    assertThat(parameters.isVerifier("v")).isTrue();
    assertThat(parameters.isVerifier("w")).isFalse();
  }

  @Test
  void branchesAreKnownBeforeTheyAreTaken() {
    Coverage coverage = new Coverage();
    assertThat(coverage.counts())
        .containsEntry("timer/LEASE", 0L)
        .containsEntry("effect/RunTask", 0L)
        .containsEntry("audit/DELIVERED", 0L)
        .doesNotContainKey("audit/RAW_DELIVERED");
    coverage.took("timer", Timer.LEASE);
    coverage.took("timer", Timer.LEASE);
    coverage.took("timer", "no such branch");
    coverage.took("no such group", Timer.LEASE);
    assertThat(coverage.counts()).containsEntry("timer/LEASE", 2L);
    assertThat(coverage.counts().keySet()).noneMatch(branch -> branch.contains("no such"));
  }

  @Test
  void countsOfSeveralRunsAddUp() {
    Coverage all = new Coverage();
    Coverage run = new Coverage();
    run.took("say", Verb.NEED);
    all.add(run.counts());
    all.add(run.counts());
    all.add(new TreeMap<>(Map.of("say/NEED", 3L)));
    assertThat(all.counts()).containsEntry("say/NEED", 5L);
  }
}
