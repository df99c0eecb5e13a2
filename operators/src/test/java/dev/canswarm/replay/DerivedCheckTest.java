package dev.canswarm.replay;

import static dev.canswarm.envelope.Drafts.draftOf;
import static dev.canswarm.envelope.Drafts.withPayload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.policy.Chain;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.derive.DerivedCheck;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.protocol.verb.Verbs;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What honest deciders and coordinators say passes in any history; what is made up does not. */
class DerivedCheckTest {
  private static final ReplayFixture ONE = new ReplayFixture().run(ReplayFixture.oneTask());

  /** Of a process that knows no task type: which it knows is its own business. */
  private static DerivedCheck checkOf(ReplayFixture need) {
    Rules rules = need.rules();
    return DerivedCheck.by(new Rules(rules.policy(), rules.trust(), new TreeSet<>()));
  }

  private static void check(ReplayFixture need, Envelope envelope) {
    Payload payload = Verbs.payload(envelope.verb(), envelope.payload());
    checkOf(need)
        .check(
            new Message(Verbs.slot(envelope, payload, need.rules().trust()), envelope, payload, 0),
            need.view());
  }

  private static void assertRefused(Envelope envelope, String detail) {
    assertThatThrownBy(() -> check(ONE, envelope))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.NOT_DERIVED);
              assertThat(refused.detail()).contains(detail);
            });
  }

  private static Envelope said(String who, Verb verb, JsonObject payload, Envelope... parents) {
    Draft draft =
        Draft.builder(verb, ReplayFixture.THREAD)
            .need(ONE.needId())
            .lamport(1 + Arrays.stream(parents).mapToLong(Envelope::lamport).max().orElse(0))
            .parents(Arrays.stream(parents).map(Envelope::id).sorted().toList())
            .policyHash(ONE.rules().policy().hash())
            .payload(payload)
            .build();
    return ONE.sign(draft, ONE.key(who));
  }

  @Property(tries = 60)
  void whateverBefellANeedWhatFollowedPasses(@ForAll long seed) {
    Random random = new Random(seed);
    ReplayFixture need = new ReplayFixture(ReplayFixture.policy(random.nextInt(3)));
    Timer[] deadlines = new Timer[40];
    Arrays.setAll(
        deadlines,
        i -> List.of(Timer.LEASE, Timer.SILENCE, Timer.UNCLAIMED).get(random.nextInt(3)));
    deadlines[deadlines.length - 1] = Timer.DEADLINE;
    if (random.nextBoolean()) {
      need.lying("worker-" + (1 + random.nextInt(ReplayFixture.WORKERS)));
    }
    if (random.nextBoolean()) {
      need.stalling("worker-" + (1 + random.nextInt(ReplayFixture.WORKERS)));
    }
    if (random.nextInt(3) == 0) {
      need.yielding("worker-1");
    }
    for (String verifier : ReplayFixture.verifiers()) {
      switch (random.nextInt(6)) {
        case 0 -> need.silent(verifier);
        case 1 -> need.contrary(verifier);
        case 2 -> need.equivocating(verifier);
        default -> {
          // Honest.
        }
      }
    }
    need.fire(deadlines);
    List<JsonObject> needs =
        List.of(ReplayFixture.oneTask(), ReplayFixture.twoTasks(), ReplayFixture.diamond());
    need.run(needs.get(random.nextInt(needs.size())));
    int checked = 0;
    for (Verb verb : Chain.settling()) {
      for (Envelope envelope : need.all(verb)) {
        assertThatCode(() -> check(need, envelope)).as("%s", envelope).doesNotThrowAnyException();
        checked++;
      }
    }
    assertThat(checked).isPositive();
  }

  @Test
  void aCancelledEndPasses() {
    ReplayFixture need = new ReplayFixture().start(ReplayFixture.oneTask()).cancel("client").go();
    assertThatCode(() -> check(need, need.only(Verb.FINALIZE))).doesNotThrowAnyException();
  }

  @Test
  void aDecisionOnOtherTermsIsRefused() {
    Decide terms = Decide.parse(ONE.only(Verb.DECIDE).payload());
    Decide fewerVotes =
        new Decide(terms.proposalId(), 1, 0, 1, terms.policy(), terms.trust(), terms.verifiers());
    Decide otherTrust =
        new Decide(
            terms.proposalId(), 1, 0, terms.k(), terms.policy(), "0".repeat(64), "0".repeat(64));
    Envelope propose = ONE.only(Verb.PROPOSE);
    assertRefused(said("decider", Verb.DECIDE, fewerVotes.toJson(), propose), "another DECIDE");
    assertRefused(said("decider", Verb.DECIDE, otherTrust.toJson(), propose), "another DECIDE");
  }

  @Test
  void aDecisionForAPlanThatDoesNotFollowFromTheNeedIsRefused() {
    ReplayFixture two = new ReplayFixture().run(ReplayFixture.twoTasks());
    Envelope planned =
        said("planner", Verb.PROPOSE, two.only(Verb.PROPOSE).payload(), ONE.only(Verb.NEED));
    Decide terms = Decide.parse(ONE.only(Verb.DECIDE).payload());
    Decide other =
        new Decide(planned.id(), 1, 0, terms.k(), terms.policy(), terms.trust(), terms.verifiers());
    Envelope decide = said("decider", Verb.DECIDE, other.toJson(), planned);
    Payload plan = Verbs.payload(Verb.PROPOSE, planned.payload());
    NeedView view =
        ONE.view()
            .with(new Message(Verbs.slot(planned, plan, ONE.rules().trust()), planned, plan, 0));
    assertThatThrownBy(() -> checkOf(ONE).check(new Message(Slot.DECIDE, decide, other, 0), view))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("no DECIDE follows");
  }

  @Test
  void anEndThatNobodyVotedForIsRefused() {
    Finalize right = Finalize.parse(ONE.only(Verb.FINALIZE).payload());
    assertRefused(
        said("coordinator", Verb.FINALIZE, right.toJson(), ONE.only(Verb.COMMIT)),
        "another FINALIZE");
    Finalize used = new Finalize(Outcome.REJECTED, Finalize.ATTEMPTS_USED_UP, "", List.of());
    assertRefused(
        said("coordinator", Verb.FINALIZE, used.toJson(), ONE.only(Verb.COMMIT)),
        "another FINALIZE");
    Envelope end = ONE.only(Verb.FINALIZE);
    Envelope forged =
        ONE.sign(
            withPayload(
                draftOf(end),
                ReplayFixture.replaced(
                    end.payload(), ReplayFixture.artifact("a"), ReplayFixture.artifact("b"))),
            ONE.key("coordinator"));
    assertRefused(forged, "another FINALIZE");
  }

  @Test
  void aCancelledEndWithoutACancelIsRefused() {
    Finalize cancelled = new Finalize(Outcome.REJECTED, Finalize.CANCELLED, "", List.of());
    assertRefused(
        said("coordinator", Verb.FINALIZE, cancelled.toJson(), ONE.only(Verb.NEED)),
        "another FINALIZE");
  }

  @Test
  void aGrantThatNothingOpensIsRefused() {
    Lease lease = Lease.parse(ONE.only(Verb.CLAIM).payload());
    Release again = new Release(lease.taskId(), 2, 2, Release.Cause.RETRY, List.of(), List.of());
    assertRefused(
        said("coordinator", Verb.RELEASE, again.toJson(), ONE.only(Verb.CLAIM)),
        "no RELEASE follows");
  }

  /** The record does not show which timer had run out: see docs/SECURITY.md. */
  @Test
  void whatFollowsOnceATimerHasRunOutPasses() {
    Finalize expired = new Finalize(Outcome.EXPIRED, null, "", List.of());
    Envelope end = said("coordinator", Verb.FINALIZE, expired.toJson(), ONE.only(Verb.NEED));
    assertThatCode(() -> check(ONE, end)).doesNotThrowAnyException();
  }

  @Test
  void whatCannotBeDerivedIsNotAsked() {
    for (Verb verb : List.of(Verb.NEED, Verb.PROPOSE, Verb.CLAIM, Verb.COMMIT, Verb.ATTEST)) {
      for (Envelope envelope : ONE.all(verb)) {
        assertThatCode(() -> check(ONE, envelope)).doesNotThrowAnyException();
      }
    }
  }
}
