package dev.canswarm.protocol.derive;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.policy.Chain;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Head;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.derive.Derivation.Derived;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import dev.canswarm.protocol.verb.Verbs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Checks that a received DECIDE, RELEASE or FINALIZE follows from its parents. The sender's role
 * alone is not proof of that: a key can be stolen. Pure and thread-safe.
 */
@FunctionalInterface
public interface DerivedCheck {
  /**
   * Checks an envelope that fits the stored messages. Envelopes of other verbs pass: they cannot be
   * derived, or bind only their sender.
   *
   * @param candidate in the slot that it is for
   * @param stored that contains everything that it follows from
   * @throws RefusedException NOT_DERIVED if its role would not send it
   */
  void check(Message candidate, NeedView stored);

  /**
   * Returns the check that lets the roles derive the envelope from exactly the messages that it
   * follows from. As in replay, facts that cannot be known are taken from the envelope: the signer;
   * for a DECIDE its epoch and the choice among the plans that may be decided; for the others the
   * timer that had run out.
   *
   * @param rules in force; the task types that this process knows play no part
   */
  static DerivedCheck by(Rules rules) {
    return (candidate, stored) -> {
      if (Chain.settling().contains(candidate.envelope().verb())) {
        Collection<Message> causes = inTheirSlots(candidate, stored, rules.trust());
        Rules knowing = rulesFor(candidate, stored, rules).knowing(typesIn(causes));
        NeedView view = Causes.view(stored.needId(), stored.threadId(), causes);
        check(candidate, derived(new Derivation(knowing), candidate, view));
      }
    };
  }

  /**
   * Returns the rules by which an envelope is derived. Under which head votes were counted is taken
   * from a FINALIZE, which names it; a RELEASE names none, and since it lists the votes that were
   * counted, all of them are.
   *
   * @param rules of the head that the NEED's DECIDE pins, or that is in force without one
   * @throws RefusedException NOT_DERIVED if a FINALIZE names a head that is not known here, or one
   *     before the pinned one
   */
  static Rules rulesFor(Message candidate, NeedView stored, Rules rules) {
    if (candidate.payload() instanceof Finalize end) {
      Head named =
          rules
              .heads()
              .find(end.control())
              .orElseThrow(
                  () ->
                      new RefusedException(
                          Reason.NOT_DERIVED,
                          "control: expected an entry of the chain, got " + end.control()));
      long pinned = stored.decision() == null ? 0 : rules.pinnedHead().map(Head::number).orElse(0L);
      if (named.number() < pinned) {
        throw new RefusedException(
            Reason.NOT_DERIVED,
            "control: expected entry %d or a later one, got entry %d"
                .formatted(pinned, named.number()));
      }
      return rules.under(named);
    }
    return rules.head().compromised().isEmpty() ? rules : rules.under(Head.GENESIS);
  }

  private static Collection<Message> inTheirSlots(
      Message candidate, NeedView stored, TrustRegistry trust) {
    List<Message> causes = new ArrayList<>();
    for (Message cause : Causes.of(candidate.envelope(), stored)) {
      causes.add(
          new Message(
              Verbs.slot(cause.envelope(), cause.payload(), trust),
              cause.envelope(),
              cause.payload(),
              0));
    }
    return causes;
  }

  private static TreeSet<String> typesIn(Collection<Message> causes) {
    TreeSet<String> types = new TreeSet<>();
    for (Message cause : causes) {
      if (cause.payload() instanceof Need need) {
        need.tasks().stream().map(Need.Task::taskType).forEach(types::add);
      } else if (cause.payload() instanceof Propose propose) {
        propose.plan().stream().map(PlanTask::taskType).forEach(types::add);
      }
    }
    return types;
  }

  private static Optional<Derived> derived(
      Derivation derivation, Message candidate, NeedView causes) {
    try {
      return derivation.derive(candidate, causes);
    } catch (RuntimeException e) {
      // A role may throw on messages that no store could have held.
      throw new RefusedException(Reason.NOT_DERIVED, "the role failed on its parents:  " + e, e);
    }
  }

  private static void check(Message candidate, Optional<Derived> derived) {
    if (derived.isEmpty()) {
      throw new RefusedException(
          Reason.NOT_DERIVED,
          "no %s follows from its parents".formatted(candidate.envelope().verb()));
    }
    if (!Derivation.hasSameId(derived.get(), candidate)) {
      throw new RefusedException(
          Reason.NOT_DERIVED,
          "another %s follows from its parents, with payload %s"
              .formatted(candidate.envelope().verb(), derived.get().draft().payload()));
    }
  }
}
