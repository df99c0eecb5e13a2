package dev.canswarm.stage;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.Chain;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.AuditLog;
import dev.canswarm.port.Bus;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotStore;
import dev.canswarm.protocol.Roles;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.derive.DerivedCheck;
import dev.canswarm.stage.trace.Tracer;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * The collaborators that all stages of one process share.
 *
 * @param heads what applies at each head of the control chain
 * @param played the roles that this process plays, under every head
 */
public record StageContext(
    ControlHeads heads, Set<RoleName> played, Ports ports, Rows written, Runtime runtime) {
  /** The collaborators of a process that follows no control chain. */
  public StageContext(Duties duties, Ports ports, Rows written, Runtime runtime) {
    this(ControlHeads.fixed(duties), duties.played(), ports, written, runtime);
  }

  /**
   * The roles and checks of this process, and the rules that they follow.
   *
   * @param derivedCheck of a DECIDE, RELEASE or FINALIZE that comes in
   * @param roles the roles that this process plays
   * @param isGateway whether the intake is read here
   */
  public record Duties(
      Rules rules,
      PolicyCheck policyCheck,
      DerivedCheck derivedCheck,
      Roles roles,
      boolean isGateway) {
    /** The names of the roles that react. */
    Set<RoleName> played() {
      EnumSet<RoleName> names = EnumSet.noneOf(RoleName.class);
      roles.all().forEach(role -> names.add(role.name()));
      return names;
    }
  }

  /** The ports that the stages use themselves; effects have theirs. */
  public record Ports(Bus bus, SlotStore store, DecisionGate gate, AuditLog audit) {}

  /** Makes the rows that are stored, and the messages that are sent from them. */
  public record Rows(RowCodec rows, Signers signers, DeadLetters deadLetters) {}

  /**
   * Time, schedulers and the retry policy of the process.
   *
   * @param scheduler computes, with as many workers as cores; never blocks
   * @param timer waits
   */
  public record Runtime(
      TimeSource time,
      RetryPolicy retryPolicy,
      StageMeter meter,
      Tracer tracer,
      Scheduler scheduler,
      Scheduler timer) {
    /** The runtime of a process without traces. */
    public Runtime(
        TimeSource time,
        RetryPolicy retryPolicy,
        StageMeter meter,
        Scheduler scheduler,
        Scheduler timer) {
      this(time, retryPolicy, meter, Tracer.NONE, scheduler, timer);
    }
  }

  /** The roles and checks of the last head. */
  Duties current() {
    return heads.current();
  }

  /** The rules of the last head. */
  Rules rules() {
    return heads.current().rules();
  }

  boolean isGateway() {
    return heads.current().isGateway();
  }

  Bus bus() {
    return ports.bus();
  }

  SlotStore store() {
    return ports.store();
  }

  DecisionGate gate() {
    return ports.gate();
  }

  AuditLog audit() {
    return ports.audit();
  }

  RowCodec rows() {
    return written.rows();
  }

  Signers signers() {
    return written.signers();
  }

  DeadLetters deadLetters() {
    return written.deadLetters();
  }

  TimeSource time() {
    return runtime.time();
  }

  RetryPolicy retryPolicy() {
    return runtime.retryPolicy();
  }

  StageMeter meter() {
    return runtime.meter();
  }

  Tracer tracer() {
    return runtime.tracer();
  }

  Scheduler scheduler() {
    return runtime.scheduler();
  }

  Scheduler timer() {
    return runtime.timer();
  }

  /** Retries an outage without end, since no record is dropped because of one. */
  Retry retry() {
    return runtime.retryPolicy().spec();
  }

  /** Whether this process plays a role. */
  boolean plays(RoleName role) {
    return played.contains(role);
  }

  /**
   * Whether this process must make sure that an envelope is sent: it signed it, or has its role.
   */
  boolean answersFor(Envelope envelope) {
    return signers().holds(envelope.sender())
        || (Chain.settling().contains(envelope.verb()) && says(envelope.verb()));
  }

  private boolean says(Verb verb) {
    for (RoleName role : played) {
      if (role.maySend(verb)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The gas that the policy's rules use for an envelope that the built-in ones let pass; 0 for one
   * that was made under a policy that is not known, or that its own rules have not judged here.
   */
  long gasOf(Envelope envelope) {
    Duties duties = heads.under(envelope.policyHash());
    if (!envelope.policyHash().equals(duties.rules().policy().hash())
        || envelope.verb().isOfNoNeed()) {
      return 0;
    }
    long own = duties.rules().own().gasOf(envelope);
    return own == OwnRules.UNKNOWN ? 0 : duties.policyCheck().gasOf(envelope) + own;
  }

  /** Returns a timer row of a NEED. */
  OpenNeed timer(NeedState state, @Nullable Slot needSlot, long dueMillis) {
    return new OpenNeed(
        state.needId(),
        state.threadId(),
        needSlot == null ? null : needSlot.key(),
        bus().partitionOf(state.threadId()),
        dueMillis,
        0);
  }
}
