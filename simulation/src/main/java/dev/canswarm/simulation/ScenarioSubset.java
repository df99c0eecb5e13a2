package dev.canswarm.simulation;

import dev.canswarm.simulation.scenario.Attack;
import dev.canswarm.simulation.scenario.Fault;
import dev.canswarm.simulation.scenario.NeedSpec;
import dev.canswarm.simulation.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A subset of a scenario's NEEDs, faults and attacks by name, as {@code ./swarm sim --only} takes
 * it: {@code n3,f0,m1}.
 */
final class ScenarioSubset {
  private static final String NEED = "n";
  private static final String ATTACK = "m";
  private static final String FAULT = "f";

  private ScenarioSubset() {}

  /**
   * Returns the names of the elements that {@code left} keeps; a fault is named by its index in
   * {@code whole}.
   */
  static List<String> names(Scenario whole, Scenario left) {
    List<String> names = new ArrayList<>();
    left.needs().forEach(need -> names.add(NEED + need.number()));
    left.attacks().forEach(attack -> names.add(ATTACK + attack.number()));
    List<Fault> faults = new ArrayList<>(left.faults());
    for (int i = 0; i < whole.faults().size(); i++) {
      if (faults.remove(whole.faults().get(i))) {
        names.add(FAULT + i);
      }
    }
    return names;
  }

  /** Returns the scenario with the named elements alone. */
  static Scenario of(Scenario whole, Set<String> names) {
    List<NeedSpec> needs =
        whole.needs().stream().filter(need -> names.contains(NEED + need.number())).toList();
    List<Attack> attacks =
        whole.attacks().stream().filter(one -> names.contains(ATTACK + one.number())).toList();
    List<Fault> faults = new ArrayList<>();
    for (int i = 0; i < whole.faults().size(); i++) {
      if (names.contains(FAULT + i)) {
        faults.add(whole.faults().get(i));
      }
    }
    return whole.with(needs, attacks, faults);
  }
}
