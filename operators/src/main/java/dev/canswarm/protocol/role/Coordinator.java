package dev.canswarm.protocol.role;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.EnvelopeIds;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Deadlines;
import dev.canswarm.protocol.Deadlines.Timer;
import dev.canswarm.protocol.DecidedPlan;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.Grant;
import dev.canswarm.protocol.Move;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Panel;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.Tally;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.protocol.payload.Release.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Moves a NEED forward: it counts votes into verdicts, releases tasks and ends the NEED. Each time
 * it evaluates the whole stored set, so the order in which messages came does not matter.
 */
public final class Coordinator implements Role {
  private final Rules rules;
  private final List<Agent> agents;

  /**
   * Makes the role for the coordinators of this process. Only one of them sends, since several
   * would race each other.
   *
   * @param agents may be empty
   */
  public Coordinator(Rules rules, List<Agent> agents) {
    this.rules = rules;
    this.agents = List.copyOf(agents);
  }

  @Override
  public RoleName name() {
    return RoleName.COORDINATOR;
  }

  @Override
  public Reaction react(NeedView view, Deadlines deadlines) {
    Message need = view.need();
    if (agents.isEmpty() || need == null || view.finalized() != null) {
      return Reaction.NONE;
    }
    Message cancelled = view.cancelled();
    if (cancelled != null) {
      List<EnvelopeId> causes = List.of(need.id(), cancelled.id());
      return end(Move.END_CANCELLED, view, causes, Outcome.REJECTED, Finalize.CANCELLED);
    }
    List<EnvelopeId> causes = List.of(need.id());
    long deadlineMillis = rules.deadlineMillisOf(need.as(Need.class));
    if (deadlines.hasPassed(Timer.DEADLINE, need.storedMillis(), deadlineMillis)) {
      return end(Move.END_EXPIRED, view, causes, Outcome.EXPIRED, null);
    }
    if (view.decision() == null) {
      return deadlines.hasPassed(Timer.NO_PLAN, need.storedMillis(), rules.policy().planMillis())
          ? end(Move.END_NO_PLAN, view, causes, Outcome.REJECTED, Finalize.NO_PLAN)
          : Reaction.NONE;
    }
    DecidedPlan plan = view.plan();
    List<PublicKey> pinned =
        plan == null ? List.of() : rules.verifiersOf(plan.terms()).orElse(List.of());
    return plan == null || pinned.isEmpty()
        ? Reaction.NONE
        : new Fold(view, deadlines, need, plan, pinned).react();
  }

  private Reaction end(
      Move move, NeedView view, List<EnvelopeId> parents, Outcome outcome, @Nullable String why) {
    // Use the policy in force, not the pinned one: it must be possible to end a NEED under any
    // policy.
    String policyHash = rules.policy().hash();
    Finalize payload = new Finalize(outcome, why, "", List.of(), rules.head().controlId());
    return say(move, view, Slot.FINALIZE, Verb.FINALIZE, parents, policyHash, payload.toJson());
  }

  private Reaction say(
      Move move,
      NeedView view,
      Slot slot,
      Verb verb,
      List<EnvelopeId> parents,
      String policyHash,
      JsonObject payload) {
    Draft draft = view.draft(verb, parents, policyHash, payload);
    return Reaction.emit(move, new Emission.Say(slot, agents.get(0), draft));
  }

  /** One pass over a decided NEED. */
  private final class Fold {
    private final NeedView view;
    private final Deadlines deadlines;
    private final Message need;
    private final DecidedPlan plan;
    private final List<PublicKey> pinned;

    /** Verdicts that accepted a task, with the COMMIT they accepted. */
    private final Map<TaskId, Accepted> accepted = new TreeMap<>();

    private record Accepted(Commit commit, Verdict verdict) {}

    Fold(
        NeedView view,
        Deadlines deadlines,
        Message need,
        DecidedPlan plan,
        List<PublicKey> pinned) {
      this.view = view;
      this.deadlines = deadlines;
      this.need = need;
      this.plan = plan;
      this.pinned = pinned;
    }

    Reaction react() {
      Reaction reaction = Reaction.NONE;
      for (DecidedPlan.Task task : plan.tasks()) {
        List<Grant> grants = Grant.of(view, plan, task);
        if (!grants.isEmpty()) {
          reaction = reaction.and(follow(grants));
        } else if (accepted.keySet().containsAll(task.requires())) {
          reaction = reaction.and(ready(task));
        }
      }
      return accepted.size() == plan.tasks().size() ? accept() : reaction;
    }

    /** The next step of a task that has a grant. */
    private Reaction follow(List<Grant> grants) {
      Grant grant = grants.get(grants.size() - 1);
      return repeat(grant).and(followLast(grants, grant));
    }

    /** The RELEASE after an expiry fills two slots; the second may be missing after a crash. */
    private Reaction repeat(Grant grant) {
      Slot slot = Slot.release(grant.task().id(), grant.token());
      return grant.opener().payload() instanceof Release && !view.filled(slot)
          ? Reaction.emit(Move.REPEAT_RELEASE, new Emission.Repeat(slot, grant.opener().envelope()))
          : Reaction.NONE;
    }

    private Reaction followLast(List<Grant> grants, Grant grant) {
      Message end = grant.end();
      if (end == null) {
        return running(grant);
      }
      return switch (end.envelope().verb()) {
        case COMMIT -> judged(grants, grant, end);
        case YIELD -> yielded(grants, grant, end);
        case NEED, PROPOSE, DECIDE, CLAIM, ATTEST, RELEASE, FINALIZE, CANCEL, CONTROL ->
            throw new IllegalStateException("an END slot holds a " + end.envelope().verb());
      };
    }

    private Reaction running(Grant grant) {
      Message claim = grant.claim();
      long leaseMillis = rules.policy().leaseMillis();
      if (claim != null && rules.isCompromised(claim.envelope().sender())) {
        return expired(grant, claim);
      }
      if (claim != null) {
        return deadlines.hasPassed(Timer.LEASE, claim.storedMillis(), leaseMillis)
            ? expired(grant, claim)
            : Reaction.NONE;
      }
      boolean unclaimed =
          !grant.exclude().isEmpty()
              && deadlines.hasPassed(Timer.UNCLAIMED, grant.opener().storedMillis(), leaseMillis);
      return unclaimed
          ? release(
              Move.REOPEN_UNCLAIMED,
              grant,
              List.of(grant.opener().id()),
              Cause.EXPIRED,
              grant.attempt(),
              List.of())
          : Reaction.NONE;
    }

    private Reaction expired(Grant grant, Message claim) {
      return release(
          Move.REOPEN_EXPIRED,
          grant,
          List.of(claim.id()),
          Cause.EXPIRED,
          grant.attempt(),
          excluding(grant, claim));
    }

    private Reaction yielded(List<Grant> grants, Grant grant, Message yield) {
      List<Message> yields = ends(grants, Verb.YIELD);
      if (yields.size() >= rules.policy().attemptsMax()) {
        return reject(Move.END_YIELDED, yields.stream().map(Message::id).toList(), List.of());
      }
      return release(
          Move.REOPEN_YIELDED,
          grant,
          List.of(yield.id()),
          Cause.YIELDED,
          grant.attempt(),
          excluding(grant, yield));
    }

    /** Returns the workers that the grant excludes, and the one that failed to carry it out. */
    private List<PublicKey> excluding(Grant grant, Message failed) {
      List<PublicKey> exclude = new ArrayList<>(grant.exclude());
      exclude.add(failed.envelope().sender());
      return unlessAll(exclude);
    }

    /**
     * Returns an empty list if the exclusions would leave none of the workers in the pinned trust
     * file: the grant would only wait a lease for a claim that cannot come.
     */
    private List<PublicKey> unlessAll(List<PublicKey> exclude) {
      TrustRegistry trust = rules.trust();
      boolean isPinned = trust.hash().equals(plan.terms().trust());
      return isPinned && exclude.containsAll(trust.withRole(RoleName.WORKER)) ? List.of() : exclude;
    }

    private Reaction judged(List<Grant> grants, Grant grant, Message commit) {
      Verdict verdict = view.verdict(grant.task().id(), grant.attempt());
      if (verdict == null) {
        return count(grant, commit);
      }
      if (verdict.verified()) {
        accepted.put(grant.task().id(), new Accepted(commit.as(Commit.class), verdict));
        return Reaction.NONE;
      }
      List<EnvelopeId> parents = new ArrayList<>(verdict.counted());
      parents.add(commit.id());
      if (grant.attempt() >= rules.policy().attemptsMax()) {
        return reject(Move.END_ATTEMPTS, parents, List.of(verdict.control()));
      }
      List<PublicKey> exclude = new ArrayList<>(grant.exclude());
      ends(grants, Verb.COMMIT).forEach(end -> exclude.add(end.envelope().sender()));
      return release(
          Move.RETRY, grant, parents, Cause.RETRY, grant.attempt() + 1, unlessAll(exclude));
    }

    private List<Message> ends(List<Grant> grants, Verb verb) {
      List<Message> ends = new ArrayList<>();
      for (Grant grant : grants) {
        Message end = grant.end();
        if (end != null && end.envelope().verb() == verb) {
          ends.add(end);
        }
      }
      return ends;
    }

    /** Counts votes: first rejects, then accepts, then whether any verifier is left to wait for. */
    private Reaction count(Grant grant, Message commit) {
      TaskId taskId = grant.task().id();
      int k = plan.terms().k();
      Tally tally = Tally.of(view, commit, pinned);
      if (tally.rejected(k)) {
        return verdict(Move.VERDICT_REJECTED, grant, tally);
      }
      if (tally.verified(k)) {
        return verdict(Move.VERDICT_VERIFIED, grant, tally);
      }
      if (tally.voters().containsAll(Panel.members(pinned, commit.envelope().sender()))) {
        return verdict(Move.VERDICT_UNDECIDED, grant, tally);
      }
      long verifyMillis = rules.policy().verifyMillis();
      Message panel = view.message(Slot.panel(taskId, grant.attempt()));
      if (panel != null) {
        return deadlines.hasPassed(Timer.SILENCE, panel.storedMillis(), verifyMillis)
            ? verdict(Move.VERDICT_SILENCE, grant, tally)
            : Reaction.NONE;
      }
      if (!tally.rejects().isEmpty()) {
        return widen(Move.WIDEN_REJECTED, grant, commit, tally);
      }
      return deadlines.hasPassed(Timer.SILENCE, commit.storedMillis(), verifyMillis)
          ? widen(Move.WIDEN_SILENCE, grant, commit, tally)
          : Reaction.NONE;
    }

    private Reaction verdict(Move move, Grant grant, Tally tally) {
      boolean verified = move == Move.VERDICT_VERIFIED;
      Verdict.Cause cause =
          move == Move.VERDICT_SILENCE ? Verdict.Cause.SILENCE : Verdict.Cause.VOTES;
      return Reaction.judge(
          move,
          new Verdict(
              grant.task().id(),
              grant.attempt(),
              verified,
              tally.counted(),
              cause,
              rules.head().controlId()));
    }

    private Reaction widen(Move move, Grant grant, Message commit, Tally tally) {
      List<EnvelopeId> parents = new ArrayList<>(tally.counted());
      parents.add(commit.id());
      Release payload =
          new Release(
              grant.task().id(), grant.attempt(), grant.token(), Cause.PANEL, List.of(), List.of());
      return release(move, Slot.panel(grant.task().id(), grant.attempt()), parents, payload);
    }

    private Reaction ready(DecidedPlan.Task task) {
      List<EnvelopeId> parents = new ArrayList<>();
      List<String> inputs = new ArrayList<>();
      for (TaskId required : task.requires()) {
        Accepted done = acceptedOf(required);
        parents.addAll(done.verdict().counted());
        inputs.add(done.commit().artifact());
      }
      Release payload = new Release(task.id(), 1, 1, Cause.READY, inputs, List.of());
      return release(Move.RELEASE_READY, Slot.release(task.id(), 1), parents, payload);
    }

    private Reaction release(
        Move move,
        Grant grant,
        List<EnvelopeId> parents,
        Cause cause,
        int attempt,
        List<PublicKey> exclude) {
      TaskId taskId = grant.task().id();
      long token = grant.token() + 1;
      Release payload = new Release(taskId, attempt, token, cause, grant.inputs(), exclude);
      Slot slot =
          cause == Cause.EXPIRED ? Slot.end(taskId, grant.token()) : Slot.release(taskId, token);
      return release(move, slot, parents, payload);
    }

    private Reaction release(Move move, Slot slot, List<EnvelopeId> parents, Release payload) {
      return view.filled(slot)
          ? Reaction.NONE
          : say(move, view, slot, Verb.RELEASE, parents, plan.terms().policy(), payload.toJson());
    }

    private Reaction reject(Move move, List<EnvelopeId> parents, List<EnvelopeId> controls) {
      Finalize payload =
          new Finalize(
              Outcome.REJECTED, Finalize.ATTEMPTS_USED_UP, "", List.of(), rules.earliest(controls));
      return finish(move, parents, payload);
    }

    private Reaction finish(Move move, List<EnvelopeId> parents, Finalize payload) {
      return say(
          move,
          view,
          Slot.FINALIZE,
          Verb.FINALIZE,
          parents,
          plan.terms().policy(),
          payload.toJson());
    }

    private Reaction accept() {
      List<EnvelopeId> parents = new ArrayList<>();
      List<EnvelopeId> controls = new ArrayList<>();
      List<Finalize.Result> results = new ArrayList<>();
      List<JsonValue> hashed = new ArrayList<>();
      for (DecidedPlan.Task task : plan.tasks()) {
        Accepted done = acceptedOf(task.id());
        String artifact = done.commit().artifact();
        parents.addAll(done.verdict().counted());
        controls.add(done.verdict().control());
        results.add(new Finalize.Result(task.id(), task.spec().taskType(), artifact));
        hashed.add(task.spec().toJson(artifact));
      }
      String resultHash =
          EnvelopeIds.resultHash(
              JsonObject.builder()
                  .put("need", need.envelope().payloadHash())
                  .put("outcome", Outcome.ACCEPTED.name())
                  .put("policy", plan.terms().policy())
                  .put("tasks", new JsonArray(hashed))
                  .build());
      Finalize payload =
          new Finalize(Outcome.ACCEPTED, null, resultHash, results, rules.earliest(controls));
      return finish(Move.END_ACCEPTED, parents, payload);
    }

    private Accepted acceptedOf(TaskId taskId) {
      Accepted done = accepted.get(taskId);
      if (done == null) {
        throw new IllegalStateException("task " + taskId + " is not verified");
      }
      return done;
    }
  }
}
