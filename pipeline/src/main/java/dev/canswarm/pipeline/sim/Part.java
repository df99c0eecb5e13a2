package dev.canswarm.pipeline.sim;

import dev.canswarm.pipeline.sim.scenario.Fault;
import dev.canswarm.pipeline.sim.scenario.Mischief;
import dev.canswarm.pipeline.sim.scenario.NeedSpec;
import dev.canswarm.pipeline.sim.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Names the part of a scenario that is kept, as a command can repeat it: {@code n3,f0,m1}. */
final class Part {
  private static final String NEED = "n";
  private static final String MISCHIEF = "m";
  private static final String FAULT = "f";

  private Part() {}

  /** The names of what is left of a scenario; a fault is named by its place in the whole one. */
  static List<String> names(Scenario whole, Scenario left) {
    List<String> names = new ArrayList<>();
    left.needs().forEach(need -> names.add(NEED + need.number()));
    left.mischief().forEach(mischief -> names.add(MISCHIEF + mischief.number()));
    List<Fault> faults = new ArrayList<>(left.faults());
    for (int i = 0; i < whole.faults().size(); i++) {
      if (faults.remove(whole.faults().get(i))) {
        names.add(FAULT + i);
      }
    }
    return names;
  }

  /** What these names name. */
  static Scenario of(Scenario whole, Set<String> names) {
    List<NeedSpec> needs =
        whole.needs().stream().filter(need -> names.contains(NEED + need.number())).toList();
    List<Mischief> mischief =
        whole.mischief().stream().filter(one -> names.contains(MISCHIEF + one.number())).toList();
    List<Fault> faults = new ArrayList<>();
    for (int i = 0; i < whole.faults().size(); i++) {
      if (names.contains(FAULT + i)) {
        faults.add(whole.faults().get(i));
      }
    }
    return whole.with(needs, mischief, faults);
  }
}
