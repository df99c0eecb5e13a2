package dev.canswarm.stage;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.protocol.Clockwork;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.Stored.Waiting;
import java.util.ArrayList;
import java.util.List;

/**
 * What is to be done for a NEED outside its lane.
 *
 * @param sends stored envelopes to send, in this order
 * @param effects effects to start; each is marked as running in the NEED's entry
 * @param audits events to write down besides the sends
 * @param misfits envelopes that waited in vain, for the dead-letter topic
 * @param over whether the NEED has ended, so that its timer goes once the sends are acknowledged
 * @param nextMillis when the NEED is to be looked at again, in milliseconds since 1970, or {@link
 *     Clockwork#NEVER}
 */
record Work(
    NeedEntry entry,
    List<Envelope> sends,
    List<Effect> effects,
    List<AuditEvent> audits,
    List<Misfit> misfits,
    boolean over,
    long nextMillis) {

  /** An envelope that waited for its parents and will not count. */
  record Misfit(Waiting waiting, Reason reason, String detail) {}

  /** Nothing to do. */
  static Work nothing(NeedEntry entry) {
    return sending(entry, List.of());
  }

  /** Only to be sent. */
  static Work sending(NeedEntry entry, List<Envelope> sends) {
    return new Work(entry, sends, List.of(), List.of(), List.of(), false, Clockwork.NEVER);
  }

  /** Whether there is nothing to do. */
  boolean isNothing() {
    return sends.isEmpty() && effects.isEmpty() && audits.isEmpty() && misfits.isEmpty() && !over;
  }

  /** The same with more effects. */
  Work with(List<Effect> more) {
    List<Effect> all = new ArrayList<>(effects);
    all.addAll(more);
    return new Work(entry, sends, all, audits, misfits, over, nextMillis);
  }
}
