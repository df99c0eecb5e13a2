package dev.canswarm.protocol.verb;

import static dev.canswarm.protocol.verb.VerbFixture.CLIENT;
import static dev.canswarm.protocol.verb.VerbFixture.NEED;
import static dev.canswarm.protocol.verb.VerbFixture.OPERATOR;
import static dev.canswarm.protocol.verb.VerbFixture.TRUST;
import static dev.canswarm.protocol.verb.VerbFixture.said;
import static dev.canswarm.protocol.verb.VerbFixture.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.payload.Cancel;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who may cancel; {@link VerbsTest} has the plain cases. */
class CancelRulesTest {
  private static final Cancel CANCEL = new Cancel(null);

  private static Envelope cancel(SigningKey by) {
    return said(by, Verb.CANCEL, CANCEL.toJson(), NEED);
  }

  @Test
  void whoeverSignedTheNeedMayCancelItAlsoWithoutARole() {
    TrustRegistry nobody = TrustRegistry.of(new TreeMap<>());
    assertThatCode(() -> new CancelRules().admit(cancel(CLIENT), CANCEL, view(NEED), nobody))
        .doesNotThrowAnyException();
  }

  @Test
  void aNeedThatIsNotKnownIsCancelledByAnOperatorAlone() {
    assertThatCode(() -> new CancelRules().admit(cancel(OPERATOR), CANCEL, view(), TRUST))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> new CancelRules().admit(cancel(CLIENT), CANCEL, view(), TRUST))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.SENDER_NOT_AUTHORISED);
              assertThat(e.detail())
                  .isEqualTo(
                      "CANCEL by %s: expected the key that signed the NEED, ?, or an operator's"
                          .formatted(CLIENT.publicKey()));
            });
  }

  @Test
  void anOperatorThatIsNotOneAnyMoreMayNotCancel() {
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    roles.put(OPERATOR.publicKey(), EnumSet.of(RoleName.ADMIN, RoleName.COORDINATOR));
    assertThatThrownBy(
            () ->
                new CancelRules()
                    .admit(cancel(OPERATOR), CANCEL, view(NEED), TrustRegistry.of(roles)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(CLIENT.publicKey().toString());
  }
}
