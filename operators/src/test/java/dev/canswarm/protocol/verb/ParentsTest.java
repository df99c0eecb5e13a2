package dev.canswarm.protocol.verb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.payload.Lease;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A refusal says which parents were expected and which were named. */
class ParentsTest {
  private static final EnvelopeCodec CODEC =
      new EnvelopeCodec("test", Engines.portable(), EnvelopeLimits.DEFAULT);
  private static final SigningKey KEY = Engines.portable().signingKey(new byte[32]);
  private static final String NEED = "d".repeat(64);
  private static final TaskId TASK = new TaskId("a".repeat(64));
  private static final Lease LEASE = new Lease(TASK, 1, 1);
  private static final Envelope CLAIM = envelope(Verb.CLAIM, LEASE);
  private static final Envelope YIELD = envelope(Verb.YIELD, LEASE, CLAIM.id());

  private static Envelope envelope(Verb verb, Lease lease, EnvelopeId... parents) {
    return CODEC.sign(
        Draft.builder(verb, new ThreadId("t"))
            .need(new NeedId(NEED))
            .lamport(parents.length == 0 ? 1 : 2)
            .parents(List.of(parents))
            .policyHash("c".repeat(64))
            .payload(lease.toJson())
            .build(),
        KEY,
        1);
  }

  private static NeedView view(Envelope... stored) {
    return NeedView.of(
        new NeedId(NEED),
        new ThreadId("t"),
        Arrays.stream(stored)
            .map(one -> new Stored.Message(Slot.claim(TASK, 1), one, LEASE, 0))
            .toList());
  }

  private static void assertRefused(Runnable check, String... details) {
    assertThatThrownBy(check::run)
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.BAD_SHAPE);
              assertThat(e.detail()).startsWith("parents: expected").contains(details);
            });
  }

  @Test
  void theOnlyParentIsFoundInTheView() {
    assertThat(Parents.only(YIELD, view(CLAIM)).envelope()).isEqualTo(CLAIM);
    assertRefused(() -> Parents.only(YIELD, view()), "exactly one", CLAIM.id().text());
    assertRefused(() -> Parents.only(CLAIM, view()), "exactly one", "[]");
    Envelope two = envelope(Verb.YIELD, LEASE, CLAIM.id(), new EnvelopeId("f".repeat(64)));
    assertRefused(() -> Parents.only(two, view(CLAIM)), "exactly one");
  }

  @Test
  void exactlyTheseParentsMeansNoOthers() {
    assertThatCode(() -> Parents.areExactly(YIELD, List.of(CLAIM.id()))).doesNotThrowAnyException();
    assertRefused(() -> Parents.areExactly(YIELD, List.of()), "[]", CLAIM.id().text());
    assertRefused(() -> Parents.areExactly(CLAIM, List.of(new EnvelopeId(NEED))), NEED);
  }

  @Test
  void someParentIsEnoughWhereOneIsNeeded() {
    assertThatCode(() -> Parents.areSome(YIELD)).doesNotThrowAnyException();
    assertRefused(() -> Parents.areSome(CLAIM), "none");
  }

  @Test
  void aNamedParentIsStoredOfThatVerbAndAmongTheParents() {
    assertThatCode(() -> Parents.include(YIELD, view(CLAIM), Verb.CLAIM, CLAIM.id()))
        .doesNotThrowAnyException();
    assertRefused(() -> Parents.include(YIELD, view(CLAIM), Verb.COMMIT, CLAIM.id()), "COMMIT");
    assertRefused(() -> Parents.include(YIELD, view(), Verb.CLAIM, CLAIM.id()), CLAIM.id().text());
    assertRefused(() -> Parents.include(CLAIM, view(CLAIM), Verb.CLAIM, CLAIM.id()), "[]");
  }

  @Test
  void anotherClaimHoldsTheLease() {
    assertThat(Parents.claimOf(YIELD, view(CLAIM), LEASE).envelope()).isEqualTo(CLAIM);
    assertRefused(() -> Parents.claimOf(YIELD, view(CLAIM), new Lease(TASK, 1, 2)), "CLAIM");
    NeedView lost =
        NeedView.of(
            new NeedId(NEED),
            new ThreadId("t"),
            List.of(new Stored.Message(Slot.claim(TASK, 2), CLAIM, LEASE, 0)));
    assertThatThrownBy(() -> Parents.claimOf(YIELD, lost, LEASE))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.LEASE_TAKEN);
              assertThat(e.detail()).contains("token 1", TASK.text(), "nobody");
            });
  }
}
