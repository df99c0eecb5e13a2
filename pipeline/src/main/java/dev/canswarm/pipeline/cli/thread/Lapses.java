package dev.canswarm.pipeline.cli.thread;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.pipeline.cli.command.ChainText;
import dev.canswarm.pipeline.cli.thread.AttemptErrors.Entry;
import dev.canswarm.pipeline.reader.CheckedNeed;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Panel;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.Tally;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Release;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Derives from the verified messages of a NEED which attempts failed, or wait, because an expected
 * message did not come: grants and leases that ran out, and verifiers that did not vote. Pure.
 */
final class Lapses {
  private Lapses() {}

  /** Returns all of a NEED, those of grants first. */
  static List<Entry> of(CheckedNeed need) {
    NeedView view = need.view();
    List<Entry> lapses = new ArrayList<>();
    for (Message message : view.messages()) {
      if (message.payload() instanceof Release release
          && release.cause() == Release.Cause.EXPIRED) {
        lapses.add(ranOut(view, message, release));
      }
    }
    Message decision = view.decision();
    if (decision != null) {
      int k = decision.as(Decide.class).k();
      view.messages().stream()
          .filter(message -> message.payload() instanceof Commit)
          .flatMap(commit -> silent(view, commit, need.verifiers(), k))
          .forEach(lapses::add);
    }
    return lapses;
  }

  private static Entry ranOut(NeedView view, Message message, Release release) {
    for (EnvelopeId parent : message.envelope().parents()) {
      Message claim = view.byId(parent);
      if (claim != null && claim.payload() instanceof Lease) {
        return new Entry(
            release.taskId(),
            release.attempt(),
            claim.envelope().sender().base64(),
            "let its lease run out",
            "neither COMMIT nor YIELD came within lease_ms");
      }
    }
    return new Entry(
        release.taskId(),
        release.attempt(),
        "nobody",
        "claimed it",
        "the grant was open for lease_ms, and excluded workers that had failed");
  }

  /**
   * Returns those that were asked about a COMMIT that is not settled by votes, and did not vote.
   */
  private static Stream<Entry> silent(
      NeedView view, Message commit, List<PublicKey> verifiers, int k) {
    Tally tally = Tally.of(view, commit, verifiers);
    if (tally.verified(k) || tally.rejected(k)) {
      return Stream.empty();
    }
    Commit work = commit.as(Commit.class);
    List<PublicKey> order =
        Panel.order(verifiers, work.taskId(), work.attempt(), commit.envelope().sender());
    boolean isWide = view.filled(Slot.panel(work.taskId(), work.attempt()));
    return order.stream()
        .limit(isWide ? order.size() : k)
        .filter(asked -> !tally.voters().contains(asked))
        .map(
            asked ->
                new Entry(
                    work.taskId(),
                    work.attempt(),
                    asked.base64(),
                    "is silent",
                    "no vote on COMMIT " + ChainText.shortId(commit.id().text())));
  }
}
