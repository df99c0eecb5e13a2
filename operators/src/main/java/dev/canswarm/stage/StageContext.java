package dev.canswarm.stage;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.Role;
import dev.canswarm.port.AuditLog;
import dev.canswarm.port.Bus;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotStore;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.VerbRegistry;
import org.jspecify.annotations.Nullable;
import reactor.util.retry.Retry;

/**
 * What the stages of one process share.
 *
 * @param roles the roles that this process plays
 * @param needsCachedMax NEEDs remembered between their messages
 */
public record StageContext(
    Rules rules,
    PolicyCheck policyCheck,
    VerbRegistry roles,
    Signers signers,
    RowCodec rows,
    Bus bus,
    SlotStore store,
    DecisionGate gate,
    AuditLog audit,
    TimeSource time,
    RetryPolicy retryPolicy,
    int needsCachedMax) {

  /** How an outage is outlasted: for ever, since nothing is ever dropped for one. */
  Retry retry() {
    return retryPolicy.spec();
  }

  /** Whether a role is played here. */
  boolean plays(Role role) {
    return roles.playing(role).isPresent();
  }

  /** Whether this process answers for an envelope being sent: its agents said it, or would have. */
  boolean answersFor(Envelope envelope) {
    return signers.holds(envelope.sender())
        || switch (envelope.kind()) {
          case DECIDE, RELEASE, FINALIZE -> roles.says(envelope.kind());
          case NEED, PROPOSE, CLAIM, COMMIT, ATTEST, YIELD -> false;
        };
  }

  /** A timer row for a NEED. */
  OpenNeed timer(NeedEntry entry, @Nullable String needSlot, long dueMillis) {
    return new OpenNeed(
        entry.needId(),
        entry.threadId(),
        needSlot,
        bus.partitionOf(entry.threadId()),
        dueMillis,
        0);
  }
}
