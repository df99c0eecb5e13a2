package dev.canswarm.protocol.derive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Release;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The messages that an envelope follows from, and the view of a role that has seen only those. */
class CausesTest {
  private static final EnvelopeCodec CODEC =
      new EnvelopeCodec("test", Engines.portable(), EnvelopeLimits.DEFAULT);
  private static final SigningKey KEY = Engines.portable().signingKey(new byte[32]);
  private static final String NEED = "d".repeat(64);
  private static final TaskId TASK = new TaskId("a".repeat(64));

  private static Message claim(int attempt, Message... parents) {
    Lease lease = new Lease(TASK, attempt, attempt);
    return new Message(
        Slot.claim(TASK, attempt), signed(Verb.CLAIM, lease.toJson(), parents), lease, 7);
  }

  private static Message release(Release.Cause cause, long token) {
    Release release = new Release(TASK, 1, token, cause, List.of(), List.of());
    Slot slot =
        switch (cause) {
          case PANEL -> Slot.panel(TASK, 1);
          case EXPIRED -> Slot.end(TASK, token - 1);
          case READY, RETRY, YIELDED -> Slot.release(TASK, token);
        };
    return new Message(slot, signed(Verb.RELEASE, release.toJson()), release, 7);
  }

  private static Envelope signed(Verb verb, JsonObject payload, Message... parents) {
    long lamport =
        1 + Arrays.stream(parents).mapToLong(one -> one.envelope().lamport()).max().orElse(0);
    return CODEC.sign(
        Draft.builder(verb, new ThreadId("t"))
            .need(new NeedId(NEED))
            .lamport(lamport)
            .parents(Arrays.stream(parents).map(Message::id).toList())
            .policyHash("c".repeat(64))
            .payload(payload)
            .build(),
        KEY,
        1);
  }

  private static NeedView view(Message... messages) {
    return Causes.view(new NeedId(NEED), new ThreadId("t"), List.of(messages));
  }

  private static String idIn(NeedView view, Slot slot) {
    Message message = view.message(slot);
    return message == null ? "none" : message.id().text();
  }

  @Test
  void whatAnEnvelopeFollowsFromIsFoundThroughItsParentsAndIsNotItself() {
    Message first = claim(1);
    Message second = claim(2, first);
    Message third = claim(3, second, first);
    Message beside = claim(4, first);
    NeedView stored =
        NeedView.of(new NeedId(NEED), new ThreadId("t"), List.of(first, second, third, beside));
    assertThat(Causes.of(third.envelope(), stored)).containsExactlyInAnyOrder(first, second);
    assertThat(Causes.of(beside.envelope(), stored)).containsExactly(first);
    assertThat(Causes.of(first.envelope(), stored)).isEmpty();
  }

  @Test
  void aParentThatIsNotStoredHasNoCausesHere() {
    Message first = claim(1);
    Message second = claim(2, first);
    Message third = claim(3, second);
    assertThat(
            Causes.of(
                third.envelope(), NeedView.of(new NeedId(NEED), new ThreadId("t"), List.of(first))))
        .isEmpty();
  }

  @Test
  void theCausesComeInTheOrderOfTheirIdsWhicheverWayTheyWereFound() {
    Message first = claim(1);
    Message second = claim(2);
    Message third = claim(3);
    NeedView stored =
        NeedView.of(new NeedId(NEED), new ThreadId("t"), List.of(first, second, third));
    assertThat(Causes.of(claim(4, first, second, third).envelope(), stored))
        .extracting(Message::id)
        .isSorted()
        .hasSize(3);
  }

  @Test
  void noStoredTimeIsLeftSinceReplayMustNotDependOnIt() {
    NeedView view = view(claim(1), claim(2), release(Release.Cause.EXPIRED, 3));
    assertThat(view.stored()).hasSize(4).allMatch(item -> item.storedMillis() == 0);
  }

  @Test
  void ofTwoForOneSlotTheFirstHoldsItAndTheOtherIsStillFoundByItsId() {
    Message first = claim(1);
    Message second = claim(1, claim(9));
    NeedView view = view(first, second);
    assertThat(idIn(view, Slot.claim(TASK, 1))).isEqualTo(first.id().text());
    assertThat(view.byId(second.id())).extracting(Message::envelope).isEqualTo(second.envelope());
    assertThat(idIn(view, Slot.second(second.id()))).isEqualTo(second.id().text());
    assertThat(idIn(view(second, first), Slot.claim(TASK, 1))).isEqualTo(second.id().text());
  }

  @Test
  void aReleaseAfterAnExpiryEndsOneGrantAndOpensTheNext() {
    Message release = release(Release.Cause.EXPIRED, 2);
    NeedView view = view(release);
    assertThat(idIn(view, Slot.end(TASK, 1))).isEqualTo(release.id().text());
    assertThat(idIn(view, Slot.release(TASK, 2))).isEqualTo(release.id().text());
  }

  @Test
  void aGrantThatWasOpenedOtherwiseStaysOpenedByThat() {
    Message retry = release(Release.Cause.RETRY, 2);
    assertThat(idIn(view(retry, release(Release.Cause.EXPIRED, 2)), Slot.release(TASK, 2)))
        .isEqualTo(retry.id().text());
  }

  @ParameterizedTest
  @EnumSource(names = "EXPIRED", mode = EnumSource.Mode.EXCLUDE)
  void anyOtherReleaseFillsOneSlot(Release.Cause cause) {
    assertThat(view(release(cause, 2)).stored()).hasSize(1);
  }
}
