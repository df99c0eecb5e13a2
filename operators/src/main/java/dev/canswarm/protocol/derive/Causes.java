package dev.canswarm.protocol.derive;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Release;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.TreeMap;

/** Builds the view of a NEED that holds only the messages that an envelope follows from. Pure. */
public final class Causes {
  private Causes() {}

  /**
   * Returns the view of a role if these envelopes were stored; every stored time is 0.
   *
   * @param messages each in the slot that it is a candidate for; of two for one slot, the first
   *     holds it
   */
  public static NeedView view(
      NeedId needId, ThreadId threadId, Collection<? extends Message> messages) {
    TreeMap<Slot, Message> bySlot = new TreeMap<>();
    for (Message message : messages) {
      if (bySlot.putIfAbsent(message.slot(), at(message.slot(), message)) != null) {
        Slot second = Slot.second(message.id());
        bySlot.put(second, at(second, message));
      }
      // A RELEASE EXPIRED fills two slots: it ends the grant before and opens the next one.
      if (message.payload() instanceof Release release
          && release.cause() == Release.Cause.EXPIRED) {
        Slot opens = Slot.release(release.taskId(), release.token());
        bySlot.putIfAbsent(opens, at(opens, message));
      }
    }
    return NeedView.of(needId, threadId, bySlot.values());
  }

  private static Message at(Slot slot, Message message) {
    return new Message(slot, message.envelope(), message.payload(), 0);
  }

  /**
   * Returns the stored messages that an envelope follows from, directly or not, by id and without
   * itself.
   */
  static Collection<Message> of(Envelope envelope, NeedView stored) {
    TreeMap<EnvelopeId, Message> found = new TreeMap<>();
    ArrayDeque<EnvelopeId> open = new ArrayDeque<>(envelope.parents());
    while (!open.isEmpty()) {
      EnvelopeId id = open.remove();
      Message message = stored.byId(id);
      if (message != null && found.put(id, message) == null) {
        open.addAll(message.envelope().parents());
      }
    }
    return found.values();
  }
}
