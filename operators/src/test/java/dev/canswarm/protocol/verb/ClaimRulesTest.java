package dev.canswarm.protocol.verb;

import static dev.canswarm.protocol.verb.VerbFixture.AGENT;
import static dev.canswarm.protocol.verb.VerbFixture.CLAIM;
import static dev.canswarm.protocol.verb.VerbFixture.COMMIT;
import static dev.canswarm.protocol.verb.VerbFixture.DECIDE;
import static dev.canswarm.protocol.verb.VerbFixture.FIRST;
import static dev.canswarm.protocol.verb.VerbFixture.NEED;
import static dev.canswarm.protocol.verb.VerbFixture.OTHER;
import static dev.canswarm.protocol.verb.VerbFixture.PROPOSE;
import static dev.canswarm.protocol.verb.VerbFixture.SECOND;
import static dev.canswarm.protocol.verb.VerbFixture.TRUST;
import static dev.canswarm.protocol.verb.VerbFixture.payload;
import static dev.canswarm.protocol.verb.VerbFixture.release;
import static dev.canswarm.protocol.verb.VerbFixture.said;
import static dev.canswarm.protocol.verb.VerbFixture.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Release;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which grants a CLAIM may take; {@link VerbsTest} has the plain cases. */
class ClaimRulesTest {
  private static final Envelope RETRY =
      said(
          AGENT,
          Verb.RELEASE,
          new Release(FIRST, 2, 2, Release.Cause.RETRY, List.of(), List.of()).toJson(),
          COMMIT);
  private static final NeedView RETRIED = view(NEED, PROPOSE, DECIDE, CLAIM, COMMIT, RETRY);

  private static void admit(Envelope claim, NeedView view) {
    Verbs.admit(claim, payload(claim), view, TRUST);
  }

  private static Envelope claim(Lease lease, Envelope opener) {
    return said(AGENT, Verb.CLAIM, lease.toJson(), opener);
  }

  private static void assertNotGranted(Lease lease, Envelope opener, NeedView view) {
    assertThatThrownBy(() -> admit(claim(lease, opener), view))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.BAD_SHAPE);
              assertThat(e.detail())
                  .startsWith("parents: expected the DECIDE or RELEASE that grants this token");
            });
  }

  @Test
  void aReleaseGrantsItsTaskAttemptAndTokenAndNoOthers() {
    admit(claim(new Lease(FIRST, 2, 2), RETRY), RETRIED);
    assertNotGranted(new Lease(SECOND, 2, 2), RETRY, RETRIED);
    assertNotGranted(new Lease(FIRST, 1, 2), RETRY, RETRIED);
    assertNotGranted(new Lease(FIRST, 2, 1), RETRY, RETRIED);
  }

  @Test
  void aReleaseDoesNotGrantWhatTheDecisionGranted() {
    assertNotGranted(new Lease(FIRST, 1, 1), RETRY, RETRIED);
  }

  @Test
  void aDecisionWhosePlanIsNotKnownGrantsNothing() {
    NeedView planless = view(NEED, DECIDE);
    assertThat(planless.plan()).isNull();
    assertNotGranted(new Lease(FIRST, 1, 1), DECIDE, planless);
  }

  @Test
  void whoIsNotExcludedMayClaimBesideWhoIs() {
    Envelope open =
        said(
            AGENT,
            Verb.RELEASE,
            release(Release.Cause.YIELDED, 2, List.of(OTHER.publicKey())).toJson(),
            COMMIT);
    NeedView view = view(NEED, PROPOSE, DECIDE, CLAIM, COMMIT, open);
    admit(claim(new Lease(FIRST, 1, 2), open), view);
  }
}
