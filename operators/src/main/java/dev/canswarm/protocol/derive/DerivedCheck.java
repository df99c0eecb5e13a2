package dev.canswarm.protocol.derive;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.policy.Chain;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.derive.Derivation.Derived;
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
 * Whether a DECIDE, RELEASE or FINALIZE that came in is what follows from its parents. Its sender's
 * role alone does not make it so: a key can be stolen. Pure and thread-safe.
 */
@FunctionalInterface
public interface DerivedCheck {
  /**
   * Checks an envelope that fits what is stored. Other verbs say what nobody can derive, or bind
   * their sender alone: they pass.
   *
   * @param candidate in the slot that it is for
   * @param stored in which all that it follows from is stored
   * @throws RefusedException NOT_DERIVED where its role would not say it
   */
  void check(Message candidate, NeedView stored);

  /**
   * The check by the roles themselves, from exactly what the envelope follows from. What cannot be
   * known is taken from it, as replay does: who says it, of a DECIDE its epoch and which of the
   * plans that may be decided was chosen, of the others which timer had run out.
   *
   * @param rules in force; which task types a process knows is its own business
   */
  static DerivedCheck by(Rules rules) {
    return (candidate, stored) -> {
      if (Chain.settling().contains(candidate.envelope().verb())) {
        Collection<Message> causes = inTheirSlots(candidate, stored, rules.trust());
        Rules knowing = new Rules(rules.policy(), rules.trust(), typesIn(causes), rules.own());
        NeedView view = Causes.view(stored.needId(), stored.threadId(), causes);
        check(candidate, derived(new Derivation(knowing), candidate, view));
      }
    };
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
      // A role may throw on what no store could ever have held.
      throw new RefusedException(Reason.NOT_DERIVED, "its role breaks off on its parents: " + e, e);
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
