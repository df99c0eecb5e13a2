package dev.canswarm.protocol.derive;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Deadlines;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.protocol.role.Coordinator;
import dev.canswarm.protocol.role.Decider;
import dev.canswarm.protocol.role.Planner;
import dev.canswarm.protocol.role.Worker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Lets a role derive an envelope again, from exactly the messages that it follows from. Pure.
 *
 * <p>Inputs from outside are taken from the record: the signer; for a DECIDE the epoch and the
 * proposal that the rule chose; for a RELEASE or FINALIZE whether a timer ran out.
 */
public final class Derivation {
  /** The timers that a coordinator may have waited for, in the order in which they are tried. */
  private static final List<Timer> TIMERS =
      List.of(Timer.LEASE, Timer.UNCLAIMED, Timer.SILENCE, Timer.NO_PLAN, Timer.DEADLINE);

  private final Rules rules;

  /**
   * A draft that a role derived.
   *
   * @param fired the timer that must have run out, or empty
   */
  public record Derived(Draft draft, Optional<Timer> fired) {}

  public Derivation(Rules rules) {
    this.rules = rules;
  }

  /**
   * Returns the draft that a role derives for the target's slot: one that equals the target if
   * there is one, otherwise the one that follows without a timer, or with the first timer that
   * gives one; empty if nothing follows.
   *
   * @param view what the target follows from
   */
  public Optional<Derived> derive(Message target, NeedView view) {
    return switch (target.envelope().verb()) {
      case PROPOSE ->
          at(
              target,
              new Planner(rules, agents(target, RoleName.PLANNER)).react(view, Deadlines.none()));
      case DECIDE -> decide(target, view);
      case CLAIM ->
          at(
              target,
              new Worker(rules, agents(target, RoleName.WORKER)).react(view, Deadlines.none()));
      case RELEASE, FINALIZE -> coordinate(target, view);
      case NEED, COMMIT, ATTEST, YIELD, CANCEL, CONTROL ->
          throw new IllegalArgumentException(target + " follows from nothing that is recorded");
    };
  }

  private static List<Agent> agents(Message target, RoleName role) {
    return List.of(new Agent("recorded", role, target.envelope().sender()));
  }

  private static Optional<Derived> at(Message target, Reaction reaction) {
    return at(target, reaction, Optional.empty());
  }

  private static Optional<Derived> at(Message target, Reaction reaction, Optional<Timer> fired) {
    for (Emission emission : reaction.emissions()) {
      if (emission instanceof Emission.Say say && say.slot().equals(target.slot())) {
        return Optional.of(new Derived(say.draft(), fired));
      }
    }
    return Optional.empty();
  }

  private Optional<Derived> decide(Message target, NeedView view) {
    Decide terms = target.as(Decide.class);
    Decider decider =
        new Decider(
            rules,
            agents(target, RoleName.DECIDER),
            valid -> valid.stream().filter(p -> p.id().equals(terms.proposalId())).findFirst());
    for (Effect effect : decider.react(view, Deadlines.none()).effects()) {
      if (effect instanceof Effect.AskGate asked) {
        EffectResult open = new EffectResult.GateOpen(asked, asked.proposalId(), terms.epoch());
        return at(target, decider.onResult(view, open));
      }
    }
    return Optional.empty();
  }

  private Optional<Derived> coordinate(Message target, NeedView view) {
    Coordinator coordinator = new Coordinator(rules, agents(target, RoleName.COORDINATOR));
    List<Derived> others = new ArrayList<>();
    for (Optional<Timer> fired : tries()) {
      Deadlines deadlines = fired.map(Deadlines::only).orElse(Deadlines.none());
      Optional<Derived> derived = at(target, settle(coordinator, view, deadlines), fired);
      if (derived.isPresent() && isSame(derived.get(), target)) {
        return derived;
      }
      derived.ifPresent(others::add);
    }
    return others.stream().findFirst();
  }

  /**
   * Returns the verdict that follows from the votes on an attempt, without a timer or with the
   * first timer that gives one; empty if the votes do not decide it.
   *
   * @param recorded the verdict to look for; another one for its slot is returned only if it does
   *     not follow
   * @param view the COMMIT, the votes that were counted, and what they follow from
   * @param anyKey stands for the coordinator's key, on which no verdict depends
   */
  public Optional<Verdict> verdict(Verdict recorded, NeedView view, PublicKey anyKey) {
    Agent agent = new Agent("recorded", RoleName.COORDINATOR, anyKey);
    Coordinator coordinator = new Coordinator(rules, List.of(agent));
    List<Verdict> others = new ArrayList<>();
    for (Optional<Timer> fired : tries()) {
      Deadlines deadlines = fired.map(Deadlines::only).orElse(Deadlines.none());
      for (Verdict verdict : settle(coordinator, view, deadlines).verdicts()) {
        if (verdict.equals(recorded)) {
          return Optional.of(verdict);
        }
        if (verdict.slot().equals(recorded.slot())) {
          others.add(verdict);
        }
      }
    }
    return others.stream().findFirst();
  }

  private static List<Optional<Timer>> tries() {
    List<Optional<Timer>> tries = new ArrayList<>();
    tries.add(Optional.empty());
    TIMERS.forEach(timer -> tries.add(Optional.of(timer)));
    return tries;
  }

  /** Whether the derived bytes equal the recorded ones, without the signature. */
  public static boolean isSame(Derived derived, Message target) {
    return Arrays.equals(bytes(derived, target), UnsignedForm.bytesOf(target.envelope()));
  }

  /** Whether the derived envelope has the id of the recorded one. */
  static boolean hasSameId(Derived derived, Message target) {
    return form(derived, target).id().equals(target.id());
  }

  /**
   * Returns the bytes that the role would sign. The signer and the time are taken from the record.
   */
  public static byte[] bytes(Derived derived, Message target) {
    return form(derived, target).bytes();
  }

  private static UnsignedForm form(Derived derived, Message target) {
    Envelope envelope = target.envelope();
    return UnsignedForm.of(
        derived.draft(), envelope.swarmId(), envelope.sender(), envelope.timestampNs());
  }

  /**
   * Repeats the coordinator's step until it concludes nothing new: no envelope names verdicts and
   * wider panels as parents, so they are derived on the way. It ends, since a task has one of each
   * per attempt.
   */
  private static Reaction settle(Coordinator coordinator, NeedView view, Deadlines deadlines) {
    Reaction all = Reaction.NONE;
    NeedView now = view;
    NeedView before;
    do {
      before = now;
      Reaction reaction = coordinator.react(now, deadlines);
      all = all.and(reaction);
      for (Verdict verdict : reaction.verdicts()) {
        if (!now.filled(verdict.slot())) {
          now = now.with(new Stored.Judged(verdict.slot(), verdict, 0));
        }
      }
      for (Emission emission : reaction.emissions()) {
        if (isPanel(emission) && !now.filled(emission.slot())) {
          now = now.with(panel(emission));
        }
      }
    } while (now != before);
    return all;
  }

  private static boolean isPanel(Emission emission) {
    return emission instanceof Emission.Say say
        && say.draft().verb() == Verb.RELEASE
        && Release.parse(say.draft().payload()).cause() == Release.Cause.PANEL;
  }

  /** Returns a panel for a view, without id and bytes: no derivation depends on them. */
  private static Stored panel(Emission emission) {
    Emission.Say say = (Emission.Say) emission;
    Draft draft = say.draft();
    PublicKey sender = say.agent().key();
    UnsignedForm form = UnsignedForm.of(draft, "", sender, 0);
    Envelope envelope =
        Envelope.unsigned(form.id(), draft, sender, form.payloadHash(), form.bytes());
    return new Stored.Message(say.slot(), envelope, Release.parse(draft.payload()), 0);
  }
}
