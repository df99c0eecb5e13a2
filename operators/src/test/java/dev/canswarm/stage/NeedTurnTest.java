package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.protocol.Effect;
import dev.canswarm.protocol.EffectResult;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What came for one NEED in one turn. */
class NeedTurnTest {
  private static final PlayedNeed PLAYED = PlayedNeed.ONE;

  private final StageBench bench = new StageBench(RoleName.DECIDER);
  private final NeedTurn turn = new NeedTurn(bench.partition, PLAYED.state());

  @AfterEach
  void stop() {
    bench.close();
  }

  private Effect.AskGate question() {
    return new Effect.AskGate(bench.swarm.only("decider"), PLAYED.propose.id(), 2, 0);
  }

  private Input.Result answer(Effect effect, EffectResult result) {
    return new Input.Result(
        bench.partition.number(), PLAYED.need.need(), PlayedNeed.THREAD, effect, result);
  }

  @Test
  void arrivalsInAnyOrderAreTakenParentsFirst() {
    for (Envelope envelope :
        List.of(PLAYED.end, PLAYED.commit, PLAYED.need, PLAYED.decide, PLAYED.propose)) {
      turn.inputs.add(bench.arrival(envelope));
    }
    assertThat(turn.arrivals())
        .extracting(NeedTurn::envelope)
        .containsExactly(PLAYED.need, PLAYED.propose, PLAYED.decide, PLAYED.commit, PLAYED.end);
  }

  @Test
  void arrivalsOfOneLamportTimeKeepTheirOrder() {
    turn.inputs.add(bench.arrival(PLAYED.votes.get(1)));
    turn.inputs.add(bench.arrival(PLAYED.votes.get(0)));
    assertThat(turn.arrivals())
        .extracting(NeedTurn::envelope)
        .containsExactly(PLAYED.votes.get(1), PLAYED.votes.get(0));
  }

  @Test
  void onlyAValidRecordHasAnEnvelope() {
    Input.Arrival refused =
        StageBench.arrival(
            bench.delivery("swarm.need", null, null),
            new Decoded.Refused(Reason.BAD_SHAPE, "decode", ""));
    assertThat(NeedTurn.envelope(refused)).isNull();
    assertThat(NeedTurn.envelope(bench.arrival(PLAYED.need))).isSameAs(PLAYED.need);
  }

  @Test
  void everyRecordWaitsForItsAcknowledgementAndNothingElseDoes() {
    Input.Arrival first = bench.arrival(PLAYED.need);
    Input.Arrival second = bench.arrival(PLAYED.propose);
    turn.inputs.add(first);
    turn.inputs.add(new Input.Due(bench.timer(PLAYED.need, 0)));
    turn.inputs.add(second);
    assertThat(turn.deliveries()).containsExactly(first.delivery(), second.delivery());
  }

  @Test
  void theLastThatTheGateSaidIsItsAnswer() {
    Effect.AskGate ask = question();
    EffectResult open = new EffectResult.GateOpen(ask, ask.proposalId(), 1);
    Effect.AwaitGate await = new Effect.AwaitGate(ask.agent(), ask, 2_000);
    EffectResult late = new EffectResult.GateTimedOut(ask, 1);
    assertThat(turn.gateResult()).isNull();
    turn.inputs.add(answer(ask, open));
    turn.inputs.add(answer(await, late));
    assertThat(turn.gateResult()).isEqualTo(late);
  }

  @Test
  void aQuestionToTheGateIsFoundAmongOtherEffects() {
    assertThat(turn.gateQuestion()).isNull();
    Effect.AskGate ask = question();
    turn.outputs.effects.add(new Effect.AwaitGate(ask.agent(), ask, 2_000));
    assertThat(turn.gateQuestion()).isNull();
    turn.outputs.effects.add(ask);
    assertThat(turn.gateQuestion()).isEqualTo(ask);
  }

  @Test
  void dueTimersAndFurtherChecksAreReported() {
    OpenNeed timer = bench.timer(PLAYED.need, 5);
    assertThat(turn.due()).isNull();
    assertThat(turn.recheck()).isNull();
    turn.inputs.add(new Input.Recheck(timer, 3));
    assertThat(turn.due()).isNull();
    assertThat(Objects.requireNonNull(turn.recheck()).left()).isEqualTo(3);
    turn.inputs.add(new Input.Due(timer));
    assertThat(turn.due()).isEqualTo(timer);
  }
}
