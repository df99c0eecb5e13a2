package dev.canswarm.protocol.verb;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Lease;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks of an envelope's parents that several verbs share. Each refuses with BAD_SHAPE. */
final class Parents {
  private Parents() {}

  /** Checks that the parents are exactly these, in this order. */
  static void areExactly(Envelope envelope, List<EnvelopeId> parents) {
    if (!envelope.parents().equals(parents)) {
      throw mismatch(parents.toString(), envelope.parents().toString());
    }
  }

  /** Checks that there is at least one parent. */
  static void areSome(Envelope envelope) {
    if (envelope.parents().isEmpty()) {
      throw mismatch("what it follows from", "none");
    }
  }

  /** Checks that the stored envelope with an id has a verb and is among the parents. */
  static void include(Envelope envelope, NeedView view, Verb verb, EnvelopeId id) {
    Message parent = view.byId(id);
    if (parent == null || parent.envelope().verb() != verb || !envelope.parents().contains(id)) {
      throw mismatch("the " + verb + " " + id, envelope.parents().toString());
    }
  }

  /** Returns the only parent, which is stored. */
  static Message only(Envelope envelope, NeedView view) {
    Message parent = envelope.parents().size() == 1 ? view.byId(envelope.parents().get(0)) : null;
    if (parent == null) {
      throw mismatch("exactly one", envelope.parents().toString());
    }
    return parent;
  }

  /**
   * Returns the only parent, which must be its sender's CLAIM of this lease.
   *
   * @throws RefusedException LEASE_TAKEN when another CLAIM holds the token
   */
  static Message claimOf(Envelope envelope, NeedView view, Lease lease) {
    Message claim = only(envelope, view);
    Message holder = view.message(Slot.claim(lease.taskId(), lease.token()));
    if (claim.envelope().verb() != Verb.CLAIM || !lease.equals(claim.payload())) {
      throw mismatch("the CLAIM of this token", claim.envelope().toString());
    }
    if (holder == null
        || !holder.id().equals(claim.id())
        || !claim.envelope().sender().equals(envelope.sender())) {
      throw new RefusedException(
          Reason.LEASE_TAKEN,
          "token %d of task %s is held by %s"
              .formatted(lease.token(), lease.taskId(), senderOf(holder)));
    }
    return claim;
  }

  private static String senderOf(@Nullable Message holder) {
    return holder == null ? "nobody" : holder.envelope().sender().base64();
  }

  /** The refusal of an envelope whose parents are not as expected. */
  static RefusedException mismatch(String expected, String actual) {
    return new RefusedException(
        Reason.BAD_SHAPE, "parents: expected " + expected + ", got " + actual);
  }
}
