package dev.canswarm.simulation.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FaultOrderTest {
  private static final int KINDS = ChaosFault.values().length;
  private static final int ROUND = Stream.of(ChaosFault.values()).mapToInt(ChaosFault::share).sum();

  private static List<ChaosFault> faults(long seed, int count) {
    FaultOrder order = new FaultOrder(new SplittableRandom(seed));
    return Stream.generate(order::next).limit(count).toList();
  }

  @Property(tries = 200)
  void everyRoundBeginsWithOneFaultOfEveryKind(@ForAll long seed) {
    List<ChaosFault> faults = faults(seed, ROUND + KINDS);
    assertThat(faults.subList(0, KINDS)).containsExactlyInAnyOrder(ChaosFault.values());
    assertThat(faults.subList(ROUND, ROUND + KINDS)).containsExactlyInAnyOrder(ChaosFault.values());
  }

  @Property(tries = 200)
  void aRoundHasEachKindAsOftenAsItsShare(@ForAll long seed) {
    List<ChaosFault> round = faults(seed, ROUND);
    for (ChaosFault fault : ChaosFault.values()) {
      assertThat(Collections.frequency(round, fault)).as(fault.label()).isEqualTo(fault.share());
    }
  }

  @Test
  void theOrderDependsOnTheSeedAlone() {
    assertThat(faults(1, ROUND)).isEqualTo(faults(1, ROUND)).isNotEqualTo(faults(2, ROUND));
  }
}
