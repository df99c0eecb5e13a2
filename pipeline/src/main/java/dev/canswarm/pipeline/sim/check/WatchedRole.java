package dev.canswarm.pipeline.sim.check;

import dev.canswarm.json.ObjectReader;
import dev.canswarm.policy.Role;
import dev.canswarm.protocol.Answer;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.Move;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Participant;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Timers;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Release.Cause;

/** Counts the branches that a role takes, and changes nothing. */
public final class WatchedRole implements Participant {
  private final Participant role;
  private final Branches branches;

  public WatchedRole(Participant role, Branches branches) {
    this.role = role;
    this.branches = branches;
  }

  @Override
  public Role role() {
    return role.role();
  }

  @Override
  public Reaction react(NeedView view, Timers timers) {
    Timers counting =
        (timer, since, after) -> {
          boolean overdue = timers.overdue(timer, since, after);
          if (overdue) {
            branches.took("timer", timer);
          }
          return overdue;
        };
    return counted(role.react(view, counting));
  }

  @Override
  public Reaction answer(NeedView view, Answer answer) {
    branches.took("answer", answer);
    return counted(role.answer(view, answer));
  }

  private Reaction counted(Reaction reaction) {
    for (Move move : reaction.moves()) {
      branches.took("move", move);
    }
    for (Effect effect : reaction.effects()) {
      branches.took("effect", effect);
      if (effect instanceof Effect.OutwaitGate) {
        branches.took("timer", Timers.Timer.GATE);
      }
    }
    for (Verdict verdict : reaction.verdicts()) {
      branches.took("verdict", verdict.cause());
    }
    for (Emission emission : reaction.emissions()) {
      branches.took("emission", emission);
      if (emission instanceof Emission.Say say) {
        count(say);
      }
    }
    return reaction;
  }

  private void count(Emission.Say say) {
    branches.took("say", say.draft().kind());
    switch (say.draft().kind()) {
      case RELEASE -> branches.took("release", Cause.valueOf(text(say, "cause")));
      case FINALIZE -> branches.took("finalize", Outcome.valueOf(text(say, "outcome")));
      case NEED, PROPOSE, DECIDE, CLAIM, COMMIT, ATTEST, YIELD -> {
        // Its verb says all.
      }
    }
  }

  private static String text(Emission.Say say, String name) {
    return new ObjectReader(say.draft().payload(), "payload").requiredString(name);
  }
}
