package dev.canswarm.protocol;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The answer of a role: envelopes for slots, verdicts to store, effects to begin.
 *
 * @param moves that made it, in order; no decision depends on them
 */
public record Reaction(
    List<Emission> emissions, List<Verdict> verdicts, List<Effect> effects, Set<Move> moves) {
  /** The reaction of a role that owes nothing. */
  public static final Reaction NONE =
      new Reaction(List.of(), List.of(), List.of(), EnumSet.noneOf(Move.class));

  public Reaction {
    emissions = List.copyOf(emissions);
    verdicts = List.copyOf(verdicts);
    effects = List.copyOf(effects);
    EnumSet<Move> copy = EnumSet.noneOf(Move.class);
    copy.addAll(moves);
    moves = Collections.unmodifiableSet(copy);
    if (moves.isEmpty() && !(emissions.isEmpty() && verdicts.isEmpty() && effects.isEmpty())) {
      throw new IllegalArgumentException("expected the move by which a reaction came about");
    }
  }

  /** A reaction of one envelope. */
  public static Reaction emit(Move move, Emission emission) {
    return new Reaction(List.of(emission), List.of(), List.of(), EnumSet.of(move));
  }

  /** A reaction of one effect. */
  public static Reaction ask(Move move, Effect effect) {
    return new Reaction(List.of(), List.of(), List.of(effect), EnumSet.of(move));
  }

  /** A reaction of one verdict. */
  public static Reaction judge(Move move, Verdict verdict) {
    return new Reaction(List.of(), List.of(verdict), List.of(), EnumSet.of(move));
  }

  /** The reaction of a move that leaves nothing to do. */
  public static Reaction pass(Move move) {
    return new Reaction(List.of(), List.of(), List.of(), EnumSet.of(move));
  }

  /** Whether it asks for nothing. */
  public boolean isNothing() {
    return emissions.isEmpty() && verdicts.isEmpty() && effects.isEmpty();
  }

  /** This reaction followed by the other. */
  public Reaction and(Reaction other) {
    if (moves.isEmpty()) {
      return other;
    }
    if (other.moves.isEmpty()) {
      return this;
    }
    List<Emission> bothEmissions = new ArrayList<>(emissions);
    bothEmissions.addAll(other.emissions);
    List<Verdict> bothVerdicts = new ArrayList<>(verdicts);
    bothVerdicts.addAll(other.verdicts);
    List<Effect> bothEffects = new ArrayList<>(effects);
    bothEffects.addAll(other.effects);
    EnumSet<Move> bothMoves = EnumSet.copyOf(moves);
    bothMoves.addAll(other.moves);
    return new Reaction(bothEmissions, bothVerdicts, bothEffects, bothMoves);
  }
}
