package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Payload;

/** Copies the stored content of slots into a NEED's state. Stateless. */
final class StoredAnswers {
  private final StageContext context;

  StoredAnswers(StageContext context) {
    this.context = context;
  }

  /** Copies the stored content of a slot, if it is not the candidate on which the roles reacted. */
  void filled(NeedState state, PendingRow row, SlotRow held) {
    long nowMillis = context.time().epochMillis();
    PendingRow.Origin origin = row.origin();
    if (origin instanceof PendingRow.Origin.Refused) {
      return;
    }
    Slot slot = Slot.parse(held.slot());
    if (origin instanceof PendingRow.Origin.Came came) {
      state.observe(
          context.rows().storedAfter(slot, held, came.envelope(), came.payload()), nowMillis);
    } else if (origin instanceof PendingRow.Origin.Said said) {
      hide(state, context.rows().storedAfter(slot, held, said.envelope(), said.payload()));
    } else if (origin instanceof PendingRow.Origin.Repeated) {
      hide(state, context.rows().stored(held));
    } else if (origin instanceof PendingRow.Origin.Submitted submitted) {
      Stored item =
          context.rows().storedAfter(slot, held, submitted.envelope(), submitted.payload());
      if (held.sameAnswer(row.row())) {
        state.hide(item, nowMillis);
      } else {
        state.show(item);
      }
    } else {
      state.show(context.rows().stored(held));
    }
  }

  /**
   * Copies the time at which a message was stored, by the store's clock, if deadlines depend on it.
   */
  void storedAt(NeedState state, PendingRow row, long storedMillis) {
    PendingRow.Origin origin = row.origin();
    if (origin instanceof PendingRow.Origin.Came came) {
      storedAt(state, row, came.envelope(), came.payload(), storedMillis);
    } else if (origin instanceof PendingRow.Origin.Said said) {
      storedAt(state, row, said.envelope(), said.payload(), storedMillis);
    } else if (origin instanceof PendingRow.Origin.Submitted submitted) {
      storedAt(state, row, submitted.envelope(), submitted.payload(), storedMillis);
    }
  }

  private static void storedAt(
      NeedState state, PendingRow row, Envelope envelope, Payload payload, long storedMillis) {
    Verb verb = envelope.verb();
    if (verb == Verb.NEED || verb == Verb.PROPOSE) {
      state.correct(new Message(Slot.parse(row.row().slot()), envelope, payload, storedMillis));
    }
  }

  /** Hides a message of an agent here from other roles until it comes from the bus. */
  void hide(NeedState state, Stored said) {
    long nowMillis = context.time().epochMillis();
    if (said instanceof Message message) {
      if (state.full().byId(message.id()) != null) {
        state.observe(said, nowMillis);
      } else {
        state.hide(said, nowMillis);
      }
      state.markUnsent(message.envelope());
    } else {
      state.show(said);
    }
  }
}
