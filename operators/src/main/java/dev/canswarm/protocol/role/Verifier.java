package dev.canswarm.protocol.role;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Deadlines;
import dev.canswarm.protocol.DecidedPlan;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.Grant;
import dev.canswarm.protocol.Move;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Panel;
import dev.canswarm.protocol.Plans;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.ErrorText;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.Propose;
import java.util.ArrayList;
import java.util.List;

/**
 * Votes when it is asked: on a COMMIT after judging the artifact, on a plan by whether it follows
 * from the NEED.
 */
public final class Verifier implements Role {
  private static final String BAD_PLAN =
      "the plan does not follow from the NEED, or has a task of a type that this verifier lacks";

  private final Rules rules;
  private final List<Agent> agents;

  /** The verifiers of this process; each votes for itself. */
  public Verifier(Rules rules, List<Agent> agents) {
    this.rules = rules;
    this.agents = List.copyOf(agents);
  }

  @Override
  public RoleName name() {
    return RoleName.VERIFIER;
  }

  @Override
  public Reaction react(NeedView view, Deadlines deadlines) {
    Message need = view.need();
    if (view.finalized() != null || need == null) {
      return Reaction.NONE;
    }
    DecidedPlan plan = view.plan();
    return plan == null ? votesOnPlans(view, need.as(Need.class)) : judgements(view, plan);
  }

  private Reaction judgements(NeedView view, DecidedPlan plan) {
    List<PublicKey> pinned = rules.verifiersOf(plan.terms()).orElse(List.of());
    Reaction reaction = Reaction.NONE;
    for (DecidedPlan.Task task : plan.tasks()) {
      List<Grant> grants = Grant.of(view, plan, task);
      if (grants.isEmpty() || !rules.taskTypes().contains(task.spec().taskType())) {
        continue;
      }
      Grant grant = grants.get(grants.size() - 1);
      Message commit = grant.end();
      if (commit != null
          && commit.envelope().verb() == Verb.COMMIT
          && view.verdict(task.id(), grant.attempt()) == null) {
        for (Agent agent : asked(view, plan, grant, commit, pinned)) {
          Effect judge =
              new Effect.VerifyWork(
                  agent,
                  commit.id(),
                  task.id(),
                  grant.attempt(),
                  commit.as(Commit.class).artifact(),
                  task.spec(),
                  grant.inputs());
          reaction = reaction.and(Reaction.ask(Move.JUDGE, judge));
        }
      }
    }
    return reaction;
  }

  /** Returns the agents of this process that are asked about a COMMIT and have not voted. */
  private List<Agent> asked(
      NeedView view, DecidedPlan plan, Grant grant, Message commit, List<PublicKey> pinned) {
    List<Agent> silent = new ArrayList<>();
    for (Agent agent : agents) {
      if (!view.filled(Slot.attest(commit.id(), agent.key()))) {
        silent.add(agent);
      }
    }
    if (silent.isEmpty()) {
      return silent;
    }
    TaskId taskId = grant.task().id();
    List<PublicKey> order =
        Panel.order(pinned, taskId, grant.attempt(), commit.envelope().sender());
    boolean all = view.filled(Slot.panel(taskId, grant.attempt()));
    List<PublicKey> panel =
        all ? order : order.subList(0, Math.min(plan.terms().k(), order.size()));
    silent.removeIf(agent -> !panel.contains(agent.key()));
    return silent;
  }

  private Reaction votesOnPlans(NeedView view, Need need) {
    Reaction votes = Reaction.NONE;
    if (rules.policy().kPlan() > 0) {
      for (Message proposal : view.proposals()) {
        Propose propose = proposal.as(Propose.class);
        boolean good =
            Plans.follows(propose, need, rules.policy())
                && propose.plan().stream()
                    .allMatch(task -> rules.taskTypes().contains(task.taskType()));
        for (Agent agent : agents) {
          Slot slot = Slot.attest(proposal.id(), agent.key());
          if (!view.filled(slot)) {
            Attest vote = new Attest(proposal.id(), good, null, null, good ? null : BAD_PLAN);
            Emission say =
                new Emission.Say(
                    slot, agent, draft(view, rules.policy().hash(), proposal.id(), vote));
            votes = votes.and(Reaction.emit(good ? Move.ACCEPT_PLAN : Move.REJECT_PLAN, say));
          }
        }
      }
    }
    return votes;
  }

  @Override
  public Reaction onResult(NeedView view, EffectResult result) {
    if (result instanceof EffectResult.CannotVerify) {
      return Reaction.pass(Move.ABSTAIN);
    }
    DecidedPlan plan = view.plan();
    if (!(result instanceof EffectResult.Verified verified)
        || plan == null
        || view.finalized() != null) {
      return Reaction.NONE;
    }
    Effect.VerifyWork asked = verified.asked();
    Slot slot = Slot.attest(asked.commitId(), asked.agent().key());
    if (view.filled(slot)) {
      return Reaction.NONE;
    }
    Attest vote =
        new Attest(
            asked.commitId(),
            verified.accept(),
            new Attest.Work(asked.taskId(), asked.attempt(), asked.artifact()),
            verified.evidence(),
            verified.error() == null ? null : ErrorText.of(verified.error()));
    return Reaction.emit(
        verified.accept() ? Move.ACCEPT_WORK : Move.REJECT_WORK,
        new Emission.Say(
            slot, asked.agent(), draft(view, plan.terms().policy(), asked.commitId(), vote)));
  }

  private static Draft draft(NeedView view, String policyHash, EnvelopeId target, Attest vote) {
    List<EnvelopeId> parents = List.of(target);
    return view.draft(Verb.ATTEST, parents, policyHash, vote.toJson());
  }
}
