package dev.canswarm.simulation.check;

import dev.canswarm.json.ObjectReader;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Deadlines;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.Move;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Release.Cause;

/** Counts the branches that a role takes; otherwise passes everything on. */
public final class WatchedRole implements Role {
  private final Role role;
  private final Coverage coverage;

  public WatchedRole(Role role, Coverage coverage) {
    this.role = role;
    this.coverage = coverage;
  }

  @Override
  public RoleName name() {
    return role.name();
  }

  @Override
  public Reaction react(NeedView view, Deadlines deadlines) {
    Deadlines counting =
        (timer, since, after) -> {
          boolean overdue = deadlines.hasPassed(timer, since, after);
          if (overdue) {
            coverage.took("timer", timer);
          }
          return overdue;
        };
    return counted(role.react(view, counting));
  }

  @Override
  public Reaction onResult(NeedView view, EffectResult result) {
    coverage.took("answer", result);
    return counted(role.onResult(view, result));
  }

  private Reaction counted(Reaction reaction) {
    for (Move move : reaction.moves()) {
      coverage.took("move", move);
    }
    for (Effect effect : reaction.effects()) {
      coverage.took("effect", effect);
      if (effect instanceof Effect.AwaitGate) {
        coverage.took("timer", Deadlines.Timer.GATE);
      }
    }
    for (Verdict verdict : reaction.verdicts()) {
      coverage.took("verdict", verdict.cause());
    }
    for (Emission emission : reaction.emissions()) {
      coverage.took("emission", emission);
      if (emission instanceof Emission.Say say) {
        count(say);
      }
    }
    return reaction;
  }

  private void count(Emission.Say say) {
    coverage.took("say", say.draft().verb());
    switch (say.draft().verb()) {
      case RELEASE -> coverage.took("release", Cause.valueOf(text(say, "cause")));
      case FINALIZE -> coverage.took("finalize", Outcome.valueOf(text(say, "outcome")));
      case NEED, PROPOSE, DECIDE, CLAIM, COMMIT, ATTEST, YIELD, CANCEL, CONTROL -> {
        // The verb is the only branch.
      }
    }
  }

  private static String text(Emission.Say say, String name) {
    return new ObjectReader(say.draft().payload(), "payload").requiredString(name);
  }
}
