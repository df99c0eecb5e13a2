package dev.canswarm.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Deadlines;
import dev.canswarm.protocol.Emission;
import dev.canswarm.protocol.Move;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Reaction;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.simulation.scenario.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A NEED that makes no progress although a role could is found, and only then. */
class LivenessCheckTest {
  private static final long SETTLED = 2_500;
  private static final long STILL = 1_500;

  private final ObservedSwarm swarm = new ObservedSwarm();
  private final LivenessCheck check = of();
  private final Envelope need = swarm.storedNeed("one");
  private final List<Role> idle = List.of(role(Reaction.NONE));
  private final List<Role> owing =
      List.of(
          role(
              Reaction.emit(
                  Move.END_NO_PLAN,
                  new Emission.Say(
                      Slot.FINALIZE,
                      new Agent(
                          "coordinator-1",
                          RoleName.COORDINATOR,
                          ObservedSwarm.unwatched(RoleName.COORDINATOR).publicKey()),
                      ObservedSwarm.draft(
                          Verb.FINALIZE, swarm.rejection(need).payload(), need, need)))));

  private LivenessCheck of(Fault... faults) {
    return new LivenessCheck(swarm.checker, swarm.codec, List.of(faults));
  }

  private static Role role(Reaction reaction) {
    return new Role() {
      @Override
      public RoleName name() {
        return RoleName.COORDINATOR;
      }

      @Override
      public Reaction react(NeedView view, Deadlines deadlines) {
        return reaction;
      }
    };
  }

  @Test
  void whatARoleOwesIsMissedOnceTheSwarmHasSettled() {
    swarm.send(need);
    check.check(0, true, owing);
    check.check(SETTLED - 1, true, owing);
    assertThat(swarm.broken()).isEmpty();
    check.check(SETTLED, true, owing);
    assertThat(swarm.broken()).contains(Invariant.P5);
    assertThat(swarm.detail()).contains("has not emitted FINALIZE");
  }

  @Test
  void aDisturbanceAndANewRowPostponeIt() {
    swarm.send(need);
    check.check(0, true, owing);
    check.check(SETTLED - 1, false, owing);
    check.check(2 * SETTLED - 2, true, owing);
    assertThat(swarm.broken()).as("not settled again").isEmpty();
    Envelope claim =
        swarm.reply(
            RoleName.WORKER,
            Verb.CLAIM,
            new Lease(new TaskId("a".repeat(64)), 1, 1).toJson(),
            need,
            need);
    swarm.store(swarm.row(Slot.claim(new TaskId("a".repeat(64)), 1), claim));
    swarm.send(claim);
    check.check(2 * SETTLED, true, owing);
    check.check(2 * SETTLED + STILL - 1, true, owing);
    assertThat(swarm.broken()).as("the row is new").isEmpty();
    check.check(2 * SETTLED + STILL, true, owing);
    assertThat(swarm.broken()).contains(Invariant.P5);
  }

  @Test
  void aNeedThatOwesNothingOrHasEndedBreaksNothing() {
    swarm.send(need);
    check.check(0, true, idle);
    check.check(2 * SETTLED, true, idle);
    assertThat(swarm.detail()).isEmpty();
    swarm.store(swarm.row(Slot.FINALIZE, swarm.rejection(need)));
    check.check(3 * SETTLED, true, owing);
    check.check(5 * SETTLED, true, owing);
    assertThat(swarm.detail()).isEmpty();
  }

  @Test
  void aMessageThatIsStoredAndWasNeverSentIsMissed() {
    check.check(0, true, idle);
    check.check(SETTLED, true, idle);
    assertThat(swarm.broken()).contains(Invariant.P5);
    assertThat(swarm.detail()).contains("its NEED").contains("was not sent");
  }

  @Test
  void whereOnlyATimerHelpsNothingIsOwed() {
    LivenessCheck lossy = of(new Fault.Lose(0, 10, 10));
    lossy.check(0, true, owing);
    lossy.check(SETTLED, true, owing);
    assertThat(swarm.broken()).isEmpty();
  }
}
