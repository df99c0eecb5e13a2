package dev.canswarm.protocol.verb;

import static dev.canswarm.protocol.verb.VerbFixture.CLIENT;
import static dev.canswarm.protocol.verb.VerbFixture.GATEWAY;
import static dev.canswarm.protocol.verb.VerbFixture.NEED;
import static dev.canswarm.protocol.verb.VerbFixture.PROPOSE;
import static dev.canswarm.protocol.verb.VerbFixture.TRUST;
import static dev.canswarm.protocol.verb.VerbFixture.need;
import static dev.canswarm.protocol.verb.VerbFixture.payload;
import static dev.canswarm.protocol.verb.VerbFixture.said;
import static dev.canswarm.protocol.verb.VerbFixture.slot;
import static dev.canswarm.protocol.verb.VerbFixture.view;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Need;
import org.junit.jupiter.api.Test;

/** Where a NEED begins; {@link VerbsTest} and {@link VerbRulesTest} have the rest. */
class NeedRulesTest {
  @Test
  void aNeedHasNoParents() {
    Need payload = Need.parse(NEED.payload());
    Envelope child = said(CLIENT, Verb.PROPOSE, NEED.payload(), PROPOSE);
    assertThatThrownBy(() -> new NeedRules().admit(child, payload, view(NEED, PROPOSE), TRUST))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.BAD_SHAPE);
              assertThat(e.detail()).isEqualTo("parents: expected [], got [" + PROPOSE.id() + "]");
            });
  }

  @Test
  void anIdempotencyKeyGoesBeforeTheNonceOfAGateway() {
    JsonObject keyed =
        StrictJson.parseObject(
            "{\"task_type\":\"a\",\"input\":1,\"idempotency_key\":\"one\"}".getBytes(UTF_8));
    String nonce = Slot.intake(new ThreadId("t"), "two").key();
    assertThat(slot(need(GATEWAY, nonce, keyed))).isEqualTo(Slot.intake(new ThreadId("t"), "one"));
  }

  @Test
  void aNonceThatNamesAnotherKindOfSlotIsJustANonce() {
    for (String nonce : new String[] {Slot.DECIDE.key(), Slot.CANCEL.key(), Slot.FINALIZE.key()}) {
      Envelope need = need(GATEWAY, nonce);
      assertThat(slot(need)).as(nonce).isEqualTo(Slot.need(new NeedId(need.id())));
    }
  }
}
