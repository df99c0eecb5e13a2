package dev.canswarm.protocol;

import java.util.ArrayList;
import java.util.List;

/** What a role wants done: slots to fill, verdicts to write down, effects to ask for. */
public record Reaction(List<Emission> emissions, List<Verdict> verdicts, List<Effect> effects) {
  /** Nothing to do. */
  public static final Reaction NONE = new Reaction(List.of(), List.of(), List.of());

  public Reaction {
    emissions = List.copyOf(emissions);
    verdicts = List.copyOf(verdicts);
    effects = List.copyOf(effects);
  }

  /** Only this. */
  public static Reaction emit(Emission emission) {
    return new Reaction(List.of(emission), List.of(), List.of());
  }

  /** Only this. */
  public static Reaction ask(Effect effect) {
    return new Reaction(List.of(), List.of(), List.of(effect));
  }

  /** Both. */
  public Reaction and(Reaction other) {
    List<Emission> bothEmissions = new ArrayList<>(emissions);
    bothEmissions.addAll(other.emissions);
    List<Verdict> bothVerdicts = new ArrayList<>(verdicts);
    bothVerdicts.addAll(other.verdicts);
    List<Effect> bothEffects = new ArrayList<>(effects);
    bothEffects.addAll(other.effects);
    return new Reaction(bothEmissions, bothVerdicts, bothEffects);
  }
}
