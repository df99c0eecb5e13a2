package dev.canswarm.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Drafts;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.protocol.derive.UnsignedForm;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The form that is derived comes, by another way, to the bytes that were signed. */
class UnsignedFormTest {
  private static final ReplayFixture NEED = new ReplayFixture().run(ReplayFixture.twoTasks());

  static List<Envelope> envelopes() {
    return Arrays.stream(Verb.values()).flatMap(verb -> NEED.all(verb).stream()).toList();
  }

  private static UnsignedForm formOf(Draft draft, Envelope envelope) {
    return UnsignedForm.of(draft, envelope.swarmId(), envelope.sender(), envelope.timestampNs());
  }

  @ParameterizedTest
  @MethodSource("envelopes")
  void theFormOfADraftIsWhatWasSignedWithoutItsSignature(Envelope envelope) {
    UnsignedForm form = formOf(Drafts.draftOf(envelope), envelope);
    assertThat(form.bytes()).isEqualTo(UnsignedForm.bytesOf(envelope));
    assertThat(form.id()).isEqualTo(envelope.id());
    assertThat(form.payloadHash()).isEqualTo(envelope.payloadHash());
    assertThat(UnsignedForm.payloadHashOf(envelope)).isEqualTo(envelope.payloadHash());
  }

  @ParameterizedTest
  @MethodSource("envelopes")
  void onlyTheSignatureIsLeftOut(Envelope envelope) {
    JsonObject whole = StrictJson.parseObject(envelope.bytes());
    JsonObject unsigned = StrictJson.parseObject(UnsignedForm.bytesOf(envelope));
    assertThat(unsigned.members().keySet())
        .hasSize(whole.members().size() - 1)
        .doesNotContain("sig_b64");
  }

  @Test
  void anotherTimeIsTheSameIdAndOtherBytes() {
    Envelope need = NEED.only(Verb.NEED);
    UnsignedForm later =
        UnsignedForm.of(
            Drafts.draftOf(need), need.swarmId(), need.sender(), need.timestampNs() + 1);
    assertThat(later.id()).isEqualTo(need.id());
    assertThat(later.bytes()).isNotEqualTo(UnsignedForm.bytesOf(need));
  }

  @Test
  void everyFieldOfADraftChangesTheId() {
    Envelope need = NEED.only(Verb.NEED);
    Draft draft = Drafts.draftOf(need);
    List<Draft> others =
        List.of(
            draft.with().nonce("another").build(),
            draft.with().lamport(2).build(),
            draft.with().need(new NeedId("a".repeat(64))).build(),
            draft.with().parents(List.of(new EnvelopeId("a".repeat(64)))).build(),
            draft.with().policyHash("b".repeat(64)).build(),
            draft.with().payload(JsonObject.empty()).build());
    assertThat(others).extracting(other -> formOf(other, need).id()).doesNotContain(need.id());
    assertThat(others).extracting(other -> formOf(other, need).id()).doesNotHaveDuplicates();
    assertThat(new String(formOf(draft, need).bytes(), UTF_8)).startsWith("{\"id\":\"");
  }
}
