package dev.canswarm.simulation.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.simulation.scenario.Fault;
import dev.canswarm.simulation.scenario.Server;
import org.junit.jupiter.api.Test;

class ActiveFaultsTest {
  private final ActiveFaults faults = new ActiveFaults();

  @Test
  void everyKindIsKnownBeforeItStrikes() {
    assertThat(faults.struck().keySet()).containsExactlyElementsOf(Fault.kinds());
    assertThat(faults.struck().values()).containsOnly(0L);
  }

  @Test
  void twoEqualFaultsEndOneByOne() {
    Fault.Rot rot = new Fault.Rot(0, 5, 10);
    faults.begin(rot);
    faults.begin(new Fault.Rot(0, 5, 10));
    faults.end(rot);
    assertThat(faults.all(Fault.Rot.class)).hasSize(1);
    assertThat(faults.isClear()).isFalse();
    faults.end(rot);
    assertThat(faults.isClear()).isTrue();
  }

  @Test
  void aFaultIsFoundByItsTypeItsNodeAndItsServer() {
    Fault.Stall here = new Fault.Stall(0, 1, 5, 10);
    Fault.Cut first = new Fault.Cut(0, 1, Server.KAFKA, 10);
    Fault.Cut second = new Fault.Cut(1, 1, Server.KAFKA, 20);
    faults.begin(here);
    faults.begin(new Fault.Stall(0, 2, 5, 10));
    faults.begin(first);
    faults.begin(new Fault.Cut(0, 1, Server.REDIS, 10));
    faults.begin(second);
    assertThat(faults.stalls(1)).containsExactly(here);
    assertThat(faults.cuts(1, Server.KAFKA)).containsExactly(first, second);
    assertThat(faults.cuts(2, Server.KAFKA)).isEmpty();
    assertThat(faults.all(Fault.Lose.class)).isEmpty();
  }

  @Test
  void eachReorderingThatIsAskedForCountsOnceHoweverManyFaultsThereAre() {
    assertThat(faults.isReordering()).isFalse();
    faults.begin(new Fault.Reorder(0, 10));
    faults.begin(new Fault.Reorder(0, 20));
    assertThat(faults.isReordering()).isTrue();
    assertThat(faults.struck()).containsEntry("reorder", 1L);
  }
}
