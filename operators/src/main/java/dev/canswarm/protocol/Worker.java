package dev.canswarm.protocol;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Kind;
import dev.canswarm.json.JsonObject;
import dev.canswarm.policy.Role;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Lease;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Claims what is granted, does it, commits the artifact; gives back what it cannot do. */
public final class Worker implements Participant {
  private final Rules rules;
  private final List<Agent> agents;

  /**
   * The workers of this process; for each grant one of them steps forward, chosen by hash, since
   * they would only race each other.
   */
  public Worker(Rules rules, List<Agent> agents) {
    this.rules = rules;
    this.agents = List.copyOf(agents);
  }

  @Override
  public Role role() {
    return Role.WORKER;
  }

  @Override
  public Reaction react(NeedView view, Timers timers) {
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
            Comparator.comparing(
                agent ->
                    Sha256.hex((prefix + agent.key().base64()).getBytes(StandardCharsets.UTF_8))));
  }

  private Optional<Agent> holder(Message claim) {
    return agents.stream()
        .filter(agent -> agent.key().equals(claim.envelope().sender()))
        .findFirst();
  }

  private static String claimSlot(Grant grant) {
    return Slots.claim(grant.task().id(), grant.token());
  }

  @Override
  public Reaction answer(NeedView view, Answer answer) {
    if (answer instanceof Answer.TaskDone done) {
      Effect.RunTask run = done.asked();
      return end(
          view,
          run,
          Move.COMMIT,
          Kind.COMMIT,
          new Commit(run.taskId(), run.attempt(), run.token(), done.artifact(), run.inputs())
              .toJson());
    }
    if (answer instanceof Answer.TaskFailed failed) {
      Effect.RunTask run = failed.asked();
      return end(
          view,
          run,
          Move.YIELD,
          Kind.YIELD,
          new Lease(run.taskId(), run.attempt(), run.token()).toJson());
    }
    return Reaction.NONE;
  }

  private static Reaction end(
      NeedView view, Effect.RunTask run, Move move, Kind kind, JsonObject payload) {
    DecidedPlan plan = view.plan();
    String slot = Slots.end(run.taskId(), run.token());
    if (plan == null || view.finalized() != null || view.filled(slot)) {
      return Reaction.NONE;
    }
    List<String> parents = List.of(run.claimId());
    return Reaction.emit(move, say(run.agent(), draft(view, plan, kind, parents, payload), slot));
  }

  /** The CLAIM that follows from a grant. */
  public static Draft claimDraft(NeedView view, DecidedPlan plan, Grant grant) {
    return draft(
        view,
        plan,
        Kind.CLAIM,
        List.of(grant.opener().id()),
        new Lease(grant.task().id(), grant.attempt(), grant.token()).toJson());
  }

  private static Draft draft(
      NeedView view, DecidedPlan plan, Kind kind, List<String> parents, JsonObject payload) {
    return new Draft(
        kind,
        view.threadId(),
        view.needId(),
        view.lamportAfter(parents),
        parents,
        null,
        plan.terms().policy(),
        payload);
  }

  private static Emission say(Agent agent, Draft draft, String slot) {
    return new Emission.Say(slot, agent, draft);
  }
}
