package dev.canswarm.protocol.verb;

import static dev.canswarm.protocol.verb.VerbFixture.AGENT;
import static dev.canswarm.protocol.verb.VerbFixture.DECIDE;
import static dev.canswarm.protocol.verb.VerbFixture.HASH;
import static dev.canswarm.protocol.verb.VerbFixture.NEED;
import static dev.canswarm.protocol.verb.VerbFixture.PROPOSE;
import static dev.canswarm.protocol.verb.VerbFixture.TRUST;
import static dev.canswarm.protocol.verb.VerbFixture.decide;
import static dev.canswarm.protocol.verb.VerbFixture.payload;
import static dev.canswarm.protocol.verb.VerbFixture.said;
import static dev.canswarm.protocol.verb.VerbFixture.view;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Decide;
import org.junit.jupiter.api.Test;

/** What a DECIDE may stand beside and leaves; {@link VerbRulesTest} has the plain cases. */
class DecideRulesTest {
  @Test
  void aDecisionWhosePlanIsNotKnownLinksItAllTheSame() {
    assertThat(Verbs.ops(DECIDE, payload(DECIDE), view(NEED)))
        .containsExactly(PlanOp.link(NEED.id().text(), NEED.id().text(), PROPOSE.id().text()));
  }

  @Test
  void aDecisionThatNamesNoProposalDecidesNoTasks() {
    Decide odd = new Decide(NEED.id(), 1, 0, 2, HASH, HASH, HASH);
    Envelope envelope = said(AGENT, Verb.DECIDE, odd.toJson(), NEED);
    assertThat(Verbs.ops(envelope, payload(envelope), view(NEED, PROPOSE)))
        .containsExactly(PlanOp.link(NEED.id().text(), NEED.id().text(), NEED.id().text()));
  }

  @Test
  void theCountedVotesStandBesideTheProposal() {
    Envelope vote =
        said(AGENT, Verb.ATTEST, new Attest(PROPOSE.id(), true, null, null).toJson(), PROPOSE);
    Envelope counted = said(AGENT, Verb.DECIDE, decide().toJson(), vote, PROPOSE);
    assertThatCode(() -> Verbs.admit(counted, payload(counted), view(NEED, PROPOSE, vote), TRUST))
        .doesNotThrowAnyException();
  }
}
