package dev.canswarm.protocol.role;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Deadlines;
import dev.canswarm.protocol.DecisionRule;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.Move;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Plans;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.Propose;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the one decision of a NEED: it asks the gate and then sends a DECIDE, which counts only
 * once it fills its slot.
 */
public final class Decider implements Role {
  private final Rules rules;
  private final List<Agent> agents;
  private final DecisionRule rule;

  /**
   * Makes the role for the deciders of this process. Only one of them sends, since several would
   * race each other.
   *
   * @param agents may be empty
   */
  public Decider(Rules rules, List<Agent> agents, DecisionRule rule) {
    this.rules = rules;
    this.agents = List.copyOf(agents);
    this.rule = rule;
  }

  @Override
  public RoleName name() {
    return RoleName.DECIDER;
  }

  @Override
  public Reaction react(NeedView view, Deadlines deadlines) {
    if (agents.isEmpty()
        || view.need() == null
        || view.decision() != null
        || view.finalized() != null) {
      return Reaction.NONE;
    }
    List<Message> valid = view.proposals().stream().filter(p -> isDecidable(view, p)).toList();
    return rule.choose(valid)
        .map(
            proposal -> {
              List<EnvelopeId> parents = parents(view, proposal);
              return Reaction.ask(
                  Move.ASK_GATE,
                  new Effect.AskGate(
                      agents.get(0),
                      proposal.id(),
                      view.lamportAfter(parents),
                      rules.policy().kPlan()));
            })
        .orElse(Reaction.NONE);
  }

  @Override
  public Reaction onResult(NeedView view, EffectResult result) {
    if (view.need() == null || view.decision() != null || view.finalized() != null) {
      return Reaction.NONE;
    }
    if (result instanceof EffectResult.GateOpen open) {
      return decide(Move.DECIDE_ADMITTED, view, open.asked(), open.proposalId(), open.epoch());
    }
    if (result instanceof EffectResult.GateTimedOut outwaited) {
      Effect.AskGate asked = outwaited.asked();
      return decide(Move.DECIDE_AFTER_TIMEOUT, view, asked, asked.proposalId(), outwaited.epoch());
    }
    if (result instanceof EffectResult.GateHeld held) {
      // The admitted decider may have died before its DECIDE: decide its proposal, later our own.
      Effect.AskGate asked = held.asked();
      Message winner = view.byId(held.proposalId());
      return winner != null && isDecidable(view, winner)
          ? decide(Move.DECIDE_HELD, view, asked, held.proposalId(), held.epoch())
          : Reaction.ask(
              Move.AWAIT_GATE,
              new Effect.AwaitGate(asked.agent(), asked, rules.policy().gateMillis()));
    }
    return Reaction.NONE;
  }

  private Reaction decide(
      Move move, NeedView view, Effect.AskGate asked, EnvelopeId proposalId, long epoch) {
    Message proposal = view.byId(proposalId);
    // Its key may have been rotated meanwhile: then the one in force asks again.
    return !agents.contains(asked.agent()) || proposal == null || !isDecidable(view, proposal)
        ? Reaction.NONE
        : Reaction.emit(
            move,
            new Emission.Say(Slot.DECIDE, asked.agent(), draft(view, proposal, epoch, rules)));
  }

  /** Whether a proposal may be decided: it can be carried out, verified, and has the votes. */
  private boolean isDecidable(NeedView view, Message proposal) {
    Message need = view.need();
    // Redis is not trusted: the gate may name any message, also one that is not a PROPOSE.
    return need != null
        && proposal.payload() instanceof Propose propose
        && Plans.follows(propose, need.as(Need.class), rules.policy())
        && propose.plan().stream().allMatch(task -> rules.taskTypes().contains(task.taskType()))
        && planVotes(view, proposal, rules).size() >= rules.policy().kPlan();
  }

  private List<EnvelopeId> parents(NeedView view, Message proposal) {
    List<EnvelopeId> parents = new ArrayList<>(planVotes(view, proposal, rules));
    parents.add(proposal.id());
    return parents;
  }

  /** Returns the accepting votes on a plan, sorted; none if the policy asks for none. */
  private static List<EnvelopeId> planVotes(NeedView view, Message proposal, Rules rules) {
    List<EnvelopeId> votes = new ArrayList<>();
    if (rules.policy().kPlan() > 0) {
      for (PublicKey verifier : rules.trust().verifiers()) {
        Message vote = view.vote(proposal.id(), verifier);
        if (vote != null
            && vote.as(Attest.class).accept()
            && vote.as(Attest.class).work() == null) {
          votes.add(vote.id());
        }
      }
    }
    return votes.stream().sorted().toList();
  }

  /**
   * Returns the draft of the DECIDE for a proposal.
   *
   * @param epoch from the gate's record
   */
  public static Draft draft(NeedView view, Message proposal, long epoch, Rules rules) {
    List<EnvelopeId> parents = new ArrayList<>(planVotes(view, proposal, rules));
    parents.add(proposal.id());
    Message need = view.need();
    if (need == null) {
      throw new IllegalStateException("NEED " + view.needId() + " not stored");
    }
    Decide decide =
        new Decide(
            proposal.id(),
            epoch,
            rules.policy().kPlan(),
            rules.kOf(need.as(Need.class)),
            rules.policy().hash(),
            rules.trust().hash(),
            rules.trust().verifiersHash());
    return view.draft(Verb.DECIDE, parents, rules.policy().hash(), decide.toJson());
  }
}
