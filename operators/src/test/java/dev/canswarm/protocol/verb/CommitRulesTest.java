package dev.canswarm.protocol.verb;

import static dev.canswarm.protocol.verb.VerbFixture.AGENT;
import static dev.canswarm.protocol.verb.VerbFixture.ARTIFACT;
import static dev.canswarm.protocol.verb.VerbFixture.ATTEST;
import static dev.canswarm.protocol.verb.VerbFixture.CLAIM;
import static dev.canswarm.protocol.verb.VerbFixture.COMMIT;
import static dev.canswarm.protocol.verb.VerbFixture.DECIDE;
import static dev.canswarm.protocol.verb.VerbFixture.HASH;
import static dev.canswarm.protocol.verb.VerbFixture.NEED;
import static dev.canswarm.protocol.verb.VerbFixture.PROPOSE;
import static dev.canswarm.protocol.verb.VerbFixture.SECOND;
import static dev.canswarm.protocol.verb.VerbFixture.TRUST;
import static dev.canswarm.protocol.verb.VerbFixture.payload;
import static dev.canswarm.protocol.verb.VerbFixture.said;
import static dev.canswarm.protocol.verb.VerbFixture.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Release;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which inputs a COMMIT may name; {@link VerbRulesTest} has the plain cases. */
class CommitRulesTest {
  private static final Envelope READY =
      said(
          AGENT,
          Verb.RELEASE,
          new Release(SECOND, 1, 1, Release.Cause.READY, List.of(ARTIFACT, HASH), List.of())
              .toJson(),
          ATTEST);
  private static final Envelope CLAIMED =
      said(AGENT, Verb.CLAIM, new Lease(SECOND, 1, 1).toJson(), READY);

  private static void assertRefused(Envelope commit, NeedView view, String detail) {
    assertThatThrownBy(() -> Verbs.admit(commit, payload(commit), view, TRUST))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.BAD_SHAPE);
              assertThat(e.detail()).isEqualTo(detail);
            });
  }

  private static Envelope commit(String... inputs) {
    return said(
        AGENT, Verb.COMMIT, new Commit(SECOND, 1, 1, HASH, List.of(inputs)).toJson(), CLAIMED);
  }

  @Test
  void theInputsHaveTheOrderOfTheGrant() {
    NeedView view = view(NEED, PROPOSE, DECIDE, CLAIM, COMMIT, ATTEST, READY, CLAIMED);
    Envelope right = commit(ARTIFACT, HASH);
    Verbs.admit(right, payload(right), view, TRUST);
    assertRefused(
        commit(HASH, ARTIFACT),
        view,
        "inputs: expected [" + ARTIFACT + ", " + HASH + "], got [" + HASH + ", " + ARTIFACT + "]");
  }

  @Test
  void aGrantThatIsNotKnownNamesNoInputs() {
    NeedView view = view(NEED, CLAIMED);
    Envelope without = commit();
    Verbs.admit(without, payload(without), view, TRUST);
    assertRefused(commit(ARTIFACT), view, "inputs: expected [], got [" + ARTIFACT + "]");
  }
}
