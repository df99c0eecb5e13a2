package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Bus;
import dev.canswarm.port.Topics;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class NeedGateTest {
  private static final String NEEDS = "swarm.need";
  private static final String INTAKE = Topics.INTAKE;

  private final List<Set<String>> holds = new ArrayList<>();

  private NeedGate gate(List<RoleName> roles, int openMax) {
    MemorySwarm swarm = new MemorySwarm(VirtualTimeScheduler.create());
    MemorySwarm.Process process =
        swarm
        .new Process(
            "p",
            roles,
            MemorySwarm.builtIn(),
            event -> Mono.empty(),
            ports -> ports.withBus(holding(ports.bus())));
    return new NeedGate(process.context, openMax);
  }

  private Bus holding(Bus bus) {
    return (Bus)
        Proxy.newProxyInstance(
            Bus.class.getClassLoader(),
            new Class<?>[] {Bus.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("hold")) {
                @SuppressWarnings("unchecked")
                Set<String> topics = (Set<String>) arguments[0];
                holds.add(topics);
              }
              return method.invoke(bus, arguments);
            });
  }

  @Test
  void theIntakeStopsAtHalfAndTheNeedsAtTheBound() {
    NeedGate gate = gate(MemorySwarm.ALL_ROLES, 8);
    gate.changed(3, 3);
    assertThat(holds).isEmpty();
    gate.changed(1, 1);
    assertThat(holds).containsExactly(Set.of(Topics.INTAKE));
    gate.changed(4, 4);
    assertThat(holds).last().isEqualTo(Set.of(Topics.INTAKE, NEEDS));
  }

  @Test
  void eachOpensAgainSomeWayBelowItsBound() {
    NeedGate gate = gate(MemorySwarm.ALL_ROLES, 8);
    gate.changed(8, 8);
    gate.changed(-2, -2);
    assertThat(holds).hasSize(1);
    gate.changed(-1, -1);
    assertThat(holds).last().isEqualTo(Set.of(Topics.INTAKE));
    gate.changed(-3, -3);
    assertThat(holds).last().isEqualTo(Set.of());
  }

  @Test
  void whatTheIntakeLetThroughAlwaysFitsUnderTheGateOfTheNeeds() {
    NeedGate gate = gate(MemorySwarm.ALL_ROLES, 8);
    gate.changed(1_000, 0);
    assertThat(holds).as("stored, and still to be delivered").last().isEqualTo(Set.of(INTAKE));
    gate.changed(0, 7);
    assertThat(holds).last().isEqualTo(Set.of(INTAKE));
    gate.changed(0, 1);
    assertThat(holds).as("what came can end").last().isEqualTo(Set.of(INTAKE, NEEDS));
  }

  @Test
  void intakeRecordsOnTheirWayCountBeforeTheyAreStored() {
    NeedGate gate = gate(MemorySwarm.ALL_ROLES, 8);
    gate.submitted(4);
    assertThat(holds).last().isEqualTo(Set.of(INTAKE));
    gate.submitted(-4);
    assertThat(holds).last().isEqualTo(Set.of());
  }

  @Test
  void whoBeginsNothingCountsNothing() {
    assertThat(gate(List.of(RoleName.VERIFIER), 8).counts()).isFalse();
    assertThat(gate(List.of(RoleName.PLANNER), 8).counts()).isTrue();
    assertThat(gate(List.of(RoleName.GATEWAY), 8).counts()).isTrue();
  }
}
