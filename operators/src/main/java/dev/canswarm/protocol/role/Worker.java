package dev.canswarm.protocol.role;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
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
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.ErrorText;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Yield;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Claims granted tasks, runs them and commits the artifacts; gives back tasks that it cannot do.
 */
public final class Worker implements Role {
  private final Rules rules;
  private final List<Agent> agents;
  private final Predicate<Agent> canSign;

  /** The role for workers whose keys are all in this process. */
  public Worker(Rules rules, List<Agent> agents) {
    this(rules, agents, agent -> true);
  }

  /**
   * Makes the role for the workers of this process. For each grant a hash selects one of them,
   * since several would race each other.
   *
   * @param canSign whether an agent can sign now; one that cannot is selected last
   */
  public Worker(Rules rules, List<Agent> agents, Predicate<Agent> canSign) {
    this.rules = rules;
    this.agents = List.copyOf(agents);
    this.canSign = canSign;
  }

  @Override
  public RoleName name() {
    return RoleName.WORKER;
  }

  @Override
  public Reaction react(NeedView view, Deadlines deadlines) {
    DecidedPlan plan = view.plan();
    if (plan == null || view.finalized() != null) {
      return Reaction.NONE;
    }
    Reaction reaction = Reaction.NONE;
    for (DecidedPlan.Task task : plan.tasks()) {
      List<Grant> grants = Grant.of(view, plan, task);
      if (!grants.isEmpty() && rules.taskTypes().contains(task.spec().taskType())) {
        reaction = reaction.and(act(view, plan, grants.get(grants.size() - 1)));
      }
    }
    return reaction;
  }

  private Reaction act(NeedView view, DecidedPlan plan, Grant grant) {
    if (grant.end() != null) {
      return Reaction.NONE;
    }
    Message claim = grant.claim();
    if (claim == null) {
      return volunteer(grant)
          .map(
              agent ->
                  Reaction.emit(
                      Move.CLAIM, say(agent, claimDraft(view, plan, grant), claimSlot(grant))))
          .orElse(Reaction.NONE);
    }
    return holder(claim)
        .map(
            agent ->
                Reaction.ask(
                    Move.RUN,
                    new Effect.RunTask(
                        agent,
                        claim.id(),
                        grant.task().id(),
                        grant.attempt(),
                        grant.token(),
                        grant.task().spec(),
                        grant.inputs())))
        .orElse(Reaction.NONE);
  }

  private Optional<Agent> volunteer(Grant grant) {
    String prefix = grant.task().id() + ":" + grant.token() + ":";
    return agents.stream()
        .filter(agent -> !grant.exclude().contains(agent.key()))
        .min(
            Comparator.<Agent, Boolean>comparing(agent -> !canSign.test(agent))
                .thenComparing(
                    agent ->
                        Sha256.hex(
                            (prefix + agent.key().base64()).getBytes(StandardCharsets.UTF_8))));
  }

  private Optional<Agent> holder(Message claim) {
    return agents.stream()
        .filter(agent -> agent.key().equals(claim.envelope().sender()))
        .findFirst();
  }

  private static Slot claimSlot(Grant grant) {
    return Slot.claim(grant.task().id(), grant.token());
  }

  @Override
  public Reaction onResult(NeedView view, EffectResult result) {
    if (result instanceof EffectResult.TaskDone done) {
      Effect.RunTask run = done.asked();
      return end(
          view,
          run,
          Move.COMMIT,
          Verb.COMMIT,
          new Commit(run.taskId(), run.attempt(), run.token(), done.artifact(), run.inputs())
              .toJson());
    }
    if (result instanceof EffectResult.TaskFailed failed) {
      Effect.RunTask run = failed.asked();
      return end(
          view,
          run,
          Move.YIELD,
          Verb.YIELD,
          new Yield(
                  new Lease(run.taskId(), run.attempt(), run.token()),
                  ErrorText.of(failed.detail()))
              .toJson());
    }
    return Reaction.NONE;
  }

  private static Reaction end(
      NeedView view, Effect.RunTask run, Move move, Verb verb, JsonObject payload) {
    DecidedPlan plan = view.plan();
    Slot slot = Slot.end(run.taskId(), run.token());
    if (plan == null || view.finalized() != null || view.filled(slot)) {
      return Reaction.NONE;
    }
    List<EnvelopeId> parents = List.of(run.claimId());
    return Reaction.emit(move, say(run.agent(), draft(view, plan, verb, parents, payload), slot));
  }

  /** Returns the draft of the CLAIM that follows from a grant. */
  public static Draft claimDraft(NeedView view, DecidedPlan plan, Grant grant) {
    return draft(
        view,
        plan,
        Verb.CLAIM,
        List.of(grant.opener().id()),
        new Lease(grant.task().id(), grant.attempt(), grant.token()).toJson());
  }

  private static Draft draft(
      NeedView view, DecidedPlan plan, Verb verb, List<EnvelopeId> parents, JsonObject payload) {
    return view.draft(verb, parents, plan.terms().policy(), payload);
  }

  private static Emission say(Agent agent, Draft draft, Slot slot) {
    return new Emission.Say(slot, agent, draft);
  }
}
