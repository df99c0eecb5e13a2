package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.Stored.Waiting;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.verb.Verbs;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Admits envelopes that wait for their parents once these are stored, or refuses them. */
final class WaitingRoom {
  private final StageContext context;
  private final DeadLetters deadLetters;

  WaitingRoom(StageContext context, DeadLetters deadLetters) {
    this.context = context;
    this.deadLetters = deadLetters;
  }

  /** Admits envelopes whose parents are stored now, and then those that waited for these. */
  void promote(NeedTurn turn) {
    boolean promoted = true;
    while (promoted) {
      promoted = false;
      for (Waiting waiting : turn.state.full().waiting()) {
        promoted |= promote(turn, waiting);
      }
    }
  }

  private boolean promote(NeedTurn turn, Waiting waiting) {
    NeedState state = turn.state;
    NeedView view = state.full();
    Envelope envelope = waiting.envelope();
    Slot slot = slotFor(waiting, view);
    if (state.filled(slot) || !view.hasParentsOf(envelope) || !fits(waiting, slot, view)) {
      return false;
    }
    SlotRow row =
        context.rows().candidate(slot, envelope, Verbs.ops(envelope, waiting.payload(), view));
    turn.outputs.add(
        new PendingRow(
            row,
            turn.outputs.parentsOf(envelope),
            new PendingRow.Origin.Came(envelope, waiting.payload()),
            turn.pinOf(context.heads(), waiting.payload())));
    state.markOnTopic(envelope.id());
    long nowMillis = context.time().epochMillis();
    state.observe(new Message(slot, envelope, waiting.payload(), nowMillis), nowMillis);
    return true;
  }

  /**
   * Returns the slot of a waiting envelope; a second, opposite vote is kept as proof, even if late.
   */
  private Slot slotFor(Waiting waiting, NeedView view) {
    Envelope envelope = waiting.envelope();
    Slot slot = Verbs.slot(envelope, waiting.payload(), context.heads().listed());
    Message held = view.message(slot);
    return held != null
            && waiting.payload() instanceof Attest vote
            && held.as(Attest.class).accept() != vote.accept()
        ? Slot.equivocation(vote.target(), envelope.sender())
        : slot;
  }

  private boolean fits(Waiting waiting, Slot slot, NeedView view) {
    try {
      checkFits(waiting, view);
      checkDerived(waiting, slot, view);
      return true;
    } catch (RefusedException e) {
      return false;
    }
  }

  private StageContext.Duties duties(Waiting waiting, NeedView view) {
    return context.heads().of(view, waiting.envelope(), waiting.payload());
  }

  private void checkFits(Waiting waiting, NeedView view) {
    context.heads().checkTerms(view, waiting.envelope());
    StageContext.Duties duties = duties(waiting, view);
    if (context.heads().hasEntries()) {
      duties.policyCheck().check(waiting.envelope(), waiting.envelope().verb().topic());
    }
    Verbs.admit(waiting.envelope(), waiting.payload(), view, duties.rules());
  }

  private void checkDerived(Waiting waiting, Slot slot, NeedView view) {
    duties(waiting, view)
        .derivedCheck()
        .check(new Message(slot, waiting.envelope(), waiting.payload(), 0), view);
  }

  /** Refuses the waiting envelopes that do not fit or miss a parent, at the end of their NEED. */
  void refuseAtTheEnd(NeedTurn turn) {
    if (!turn.state.isClosed()) {
      refuseMisfits(turn);
      refuseOrphans(turn);
    }
  }

  /** Refuses waiting envelopes that do not fit their parents, each once. */
  void refuseMisfits(NeedTurn turn) {
    NeedView view = turn.state.full();
    for (Waiting waiting : view.waiting()) {
      if (view.hasParentsOf(waiting.envelope()) && view.byId(waiting.envelope().id()) == null) {
        try {
          checkFits(waiting, view);
          refuseSecondClaim(waiting, view);
          Slot slot = slotFor(waiting, view);
          if (!view.filled(slot)) {
            checkDerived(waiting, slot, view);
          }
        } catch (RefusedException e) {
          refuse(turn, waiting, e.reason(), e.detail());
        }
      }
    }
  }

  /** Refuses waiting envelopes whose parents never came, each once. */
  void refuseOrphans(NeedTurn turn) {
    NeedView view = turn.state.full();
    for (Waiting waiting : view.waiting()) {
      if (!view.hasParentsOf(waiting.envelope())) {
        List<EnvelopeId> missing =
            waiting.envelope().parents().stream().filter(id -> view.byId(id) == null).toList();
        refuse(turn, waiting, Reason.PARENT_MISSING, "never saw its parents " + missing);
      }
    }
  }

  private static void refuseSecondClaim(Waiting waiting, NeedView view) {
    if (waiting.envelope().verb() == Verb.CLAIM && waiting.payload() instanceof Lease lease) {
      Message held = view.message(Slot.claim(lease.taskId(), lease.token()));
      if (held != null) {
        throw new RefusedException(
            Reason.LEASE_TAKEN, "the lease is held by " + held.envelope().sender());
      }
    }
  }

  private void refuse(NeedTurn turn, Waiting waiting, Reason reason, String detail) {
    if (turn.state.isRefused(waiting.slot()) || !turn.outputs.refused.add(waiting.slot())) {
      return;
    }
    DeadLetters.Letter letter =
        new DeadLetters.Letter(
            waiting.slot().position(),
            waiting.envelope().threadId().text().getBytes(StandardCharsets.UTF_8),
            waiting.envelope().bytes(),
            reason,
            "wait",
            detail,
            context.gasOf(waiting.envelope()));
    turn.outputs.add(deadLetters.row(letter, turn.outputs.basisOfAll()));
  }
}
