package dev.canswarm.simulation;

import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.ForwardingEngine;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.plan.OpType;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.PlanState;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
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
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.derive.DerivedCheck;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.protocol.payload.Release.Cause;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Agents, and what they decide with, that are wrong. */
final class BrokenRoles {
  private BrokenRoles() {}

  private static Overrides role(RoleName role, UnaryOperator<Role> broken) {
    return new Overrides() {
      @Override
      public Role role(Role participant) {
        return participant.name() == role ? broken.apply(participant) : participant;
      }
    };
  }

  /** Passes everything on. */
  private abstract static class Passing implements Role {
    final Role role;

    Passing(Role role) {
      this.role = role;
    }

    @Override
    public RoleName name() {
      return role.name();
    }

    @Override
    public Reaction react(NeedView view, Deadlines deadlines) {
      return role.react(view, deadlines);
    }

    @Override
    public Reaction onResult(NeedView view, EffectResult result) {
      return role.onResult(view, result);
    }
  }

  /** Reacts, with the right role at hand. */
  @FunctionalInterface
  private interface Reacting {
    Reaction react(Role right, NeedView view, Deadlines deadlines);
  }

  private static Overrides coordinator(Reacting broken) {
    return role(
        RoleName.COORDINATOR,
        right ->
            new Passing(right) {
              @Override
              public Reaction react(NeedView view, Deadlines deadlines) {
                return broken.react(right, view, deadlines);
              }
            });
  }

  /** A coordinator that finds a COMMIT good when that much of its votes is there. */
  private static Overrides verdictOn(int votes, boolean ofCommitterToo) {
    return coordinator(
        (right, view, deadlines) -> {
          for (Message commit : view.messages()) {
            if (commit.payload() instanceof Commit work
                && view.verdict(work.taskId(), work.attempt()) == null) {
              List<EnvelopeId> accepts = accepts(view, commit, ofCommitterToo);
              if (accepts.size() >= votes) {
                return Reaction.judge(
                    Move.VERDICT_VERIFIED,
                    new Verdict(work.taskId(), work.attempt(), true, accepts, Verdict.Cause.VOTES));
              }
            }
          }
          return right.react(view, deadlines);
        });
  }

  private static List<EnvelopeId> accepts(NeedView view, Message commit, boolean ofCommitterToo) {
    List<EnvelopeId> accepts = new ArrayList<>();
    for (Message message : view.messages()) {
      if (message.payload() instanceof Attest vote
          && vote.target().equals(commit.id())
          && vote.accept()
          && (ofCommitterToo || !message.envelope().sender().equals(commit.envelope().sender()))) {
        accepts.add(message.id());
      }
    }
    return accepts;
  }

  /** Counts a vote that came twice as two. */
  static Overrides countsDuplicateVotes() {
    return verdictOn(1, false);
  }

  /** Asks the committer too, and counts what it says. */
  static Overrides asksTheCommitter() {
    Overrides counts = verdictOn(2, true);
    return new Overrides() {
      @Override
      public Role role(Role participant) {
        return participant.name() == RoleName.VERIFIER
            ? new AsksTheCommitter(participant)
            : counts.role(participant);
      }
    };
  }

  /**
   * Also asks an agent about its own COMMIT, once it has seen that the agent is a verifier here.
   */
  private static final class AsksTheCommitter extends Passing {
    private final Map<PublicKey, Agent> agents = new TreeMap<>();

    AsksTheCommitter(Role role) {
      super(role);
    }

    @Override
    public Reaction react(NeedView view, Deadlines deadlines) {
      Reaction reaction = super.react(view, deadlines);
      for (Effect effect : reaction.effects()) {
        agents.put(effect.agent().key(), effect.agent());
      }
      DecidedPlan plan = view.plan();
      if (plan == null || view.finalized() != null) {
        return reaction;
      }
      for (DecidedPlan.Task task : plan.tasks()) {
        for (Grant grant : Grant.of(view, plan, task)) {
          reaction = reaction.and(ofCommitter(view, grant));
        }
      }
      return reaction;
    }

    private Reaction ofCommitter(NeedView view, Grant grant) {
      Message end = grant.end();
      if (end == null || !(end.payload() instanceof Commit commit)) {
        return Reaction.NONE;
      }
      Agent committer = agents.get(end.envelope().sender());
      return committer == null || view.filled(Slot.attest(end.id(), committer.key()))
          ? Reaction.NONE
          : Reaction.ask(
              Move.JUDGE,
              new Effect.VerifyWork(
                  committer,
                  end.id(),
                  commit.taskId(),
                  commit.attempt(),
                  commit.artifact(),
                  grant.task().spec(),
                  grant.inputs()));
    }
  }

  /** A verifier that finds everything good. */
  static Overrides acceptsEverything() {
    return role(
        RoleName.VERIFIER,
        verifier ->
            new Passing(verifier) {
              @Override
              public Reaction onResult(NeedView view, EffectResult result) {
                return super.onResult(
                    view,
                    result instanceof EffectResult.Verified verified
                        ? new EffectResult.Verified(verified.asked(), true, null)
                        : result);
              }
            });
  }

  /** A coordinator for which every lease has run out. */
  static Overrides waitsForNoLease() {
    return coordinator(
        (right, view, deadlines) ->
            right.react(
                view,
                (timer, since, after) ->
                    timer == Deadlines.Timer.LEASE || deadlines.hasPassed(timer, since, after)));
  }

  /** A coordinator that goes on with what nobody wants any more. */
  static Overrides ignoresCancels() {
    return coordinator(
        (right, view, deadlines) -> right.react(view.without(Set.of(Slot.CANCEL)), deadlines));
  }

  /** Takes in what a decider or a coordinator signed, whether or not it follows. */
  static Overrides believesARole() {
    return new Overrides() {
      @Override
      public DerivedCheck derivedCheck(DerivedCheck check) {
        return (candidate, stored) -> {};
      }
    };
  }

  /** Lets every client cancel the NEEDs of all others. */
  static Overrides takesClientsForOperators() {
    return new Overrides() {
      @Override
      public TrustRegistry trust(TrustRegistry trust) {
        TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
        trust
            .json()
            .members()
            .keySet()
            .forEach(
                base64 -> {
                  PublicKey key = PublicKey.ofBase64(base64);
                  EnumSet<RoleName> held = EnumSet.copyOf(trust.rolesOf(key));
                  if (held.contains(RoleName.CLIENT)) {
                    held.add(RoleName.OPERATOR);
                  }
                  roles.put(key, held);
                });
        return TrustRegistry.of(roles);
      }
    };
  }

  /** Applies the policy that was activated last, not the one that the NEED names. */
  static Overrides goesByTheNewestPolicy() {
    return new Overrides() {
      @Override
      public Policy policy(TrustState pinned, Policy policy) {
        return pinned.policy();
      }
    };
  }

  /** A coordinator that grants a task again without a limit of attempts. */
  static Overrides reopensWithoutEnd() {
    return coordinator(
        (right, view, deadlines) -> {
          Reaction reaction = right.react(view, deadlines);
          DecidedPlan plan = view.plan();
          return plan != null && reaction.moves().contains(Move.END_YIELDED)
              ? reopened(view, plan, (Emission.Say) reaction.emissions().get(0))
              : reaction;
        });
  }

  private static Reaction reopened(NeedView view, DecidedPlan plan, Emission.Say end) {
    for (DecidedPlan.Task task : plan.tasks()) {
      List<Grant> grants = Grant.of(view, plan, task);
      if (!grants.isEmpty()) {
        Grant last = grants.get(grants.size() - 1);
        Message yield = last.end();
        if (yield != null && yield.envelope().verb() == Verb.YIELD) {
          return released(view, last, yield, end);
        }
      }
    }
    return Reaction.NONE;
  }

  private static Reaction released(NeedView view, Grant last, Message yield, Emission.Say end) {
    TaskId taskId = last.task().id();
    long token = last.token() + 1;
    List<EnvelopeId> parents = List.of(yield.id());
    Release release =
        new Release(taskId, last.attempt(), token, Cause.YIELDED, last.inputs(), List.of());
    Draft draft =
        Draft.builder(Verb.RELEASE, view.threadId())
            .need(view.needId())
            .lamport(view.lamportAfter(parents))
            .parents(parents)
            .policyHash(end.draft().policyHash())
            .payload(release.toJson())
            .build();
    return Reaction.emit(
        Move.REOPEN_YIELDED, new Emission.Say(Slot.release(taskId, token), end.agent(), draft));
  }

  /** Says something else than what follows. */
  private static Overrides rewords(RoleName role, Verb verb, UnaryOperator<JsonObject> payload) {
    return role(
        role,
        right ->
            new Passing(right) {
              @Override
              public Reaction react(NeedView view, Deadlines deadlines) {
                return reworded(super.react(view, deadlines));
              }

              @Override
              public Reaction onResult(NeedView view, EffectResult result) {
                return reworded(super.onResult(view, result));
              }

              private Reaction reworded(Reaction reaction) {
                return new Reaction(
                    reaction.emissions().stream().map(this::reworded).toList(),
                    reaction.verdicts(),
                    reaction.effects(),
                    reaction.moves());
              }

              private Emission reworded(Emission emission) {
                if (emission instanceof Emission.Say say && say.draft().verb() == verb) {
                  Draft draft = say.draft();
                  return new Emission.Say(
                      say.slot(),
                      say.agent(),
                      draft.with().payload(payload.apply(draft.payload())).build());
                }
                return emission;
              }
            });
  }

  /** A FINALIZE with a result hash that depends on something else too. */
  static Overrides hashesSomethingElse() {
    return rewords(
        RoleName.COORDINATOR,
        Verb.FINALIZE,
        payload -> {
          TreeMap<String, JsonValue> members = new TreeMap<>(payload.members());
          if (members.get("result_hash") instanceof JsonString hash && !hash.value().isEmpty()) {
            String turned = new StringBuilder(hash.value()).reverse().toString();
            members.put("result_hash", new JsonString(turned));
          }
          return JsonObject.of(members);
        });
  }

  /** A DECIDE that asks for fewer votes than the policy. */
  static Overrides decidesOnFewerVotes() {
    return rewords(
        RoleName.DECIDER,
        Verb.DECIDE,
        payload -> {
          TreeMap<String, JsonValue> members = new TreeMap<>(payload.members());
          members.put("k", JsonNumber.of(1));
          return JsonObject.of(members);
        });
  }

  /** Takes every signature for good. */
  static Overrides verifiesNothing() {
    return new Overrides() {
      @Override
      public SignatureEngine engine(SignatureEngine engine) {
        return new ForwardingEngine(engine) {
          @Override
          public boolean verify(
              PublicKey key, byte[] message, int offset, int length, byte[] signature) {
            return true;
          }
        };
      }
    };
  }

  /** The state that came last is the state. */
  static Overrides mergesTheLastStateOverAll() {
    return new Overrides() {
      @Override
      public PlanState merge(List<PlanOp> ops) {
        Map<String, PlanOp> last = new TreeMap<>();
        List<PlanOp> rest = new ArrayList<>();
        for (PlanOp op : ops) {
          if (op.type() == OpType.STATE) {
            last.put(op.subject(), op);
          } else {
            rest.add(op);
          }
        }
        rest.addAll(last.values());
        return PlanState.of(rest);
      }
    };
  }
}
