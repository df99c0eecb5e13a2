package dev.canswarm.simulation.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Engines;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.Verb;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.replay.ReplayFixture;
import dev.canswarm.replay.RulesBook;
import dev.canswarm.stage.RowCodec;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayCheckTest {
  private final ObservedSwarm swarm = new ObservedSwarm();
  private final ReplayFixture need = new ReplayFixture().run(ReplayFixture.oneTask());
  private final EnvelopeCodec codec =
      new EnvelopeCodec(ReplayFixture.SWARM, Engines.fastest().engine(), EnvelopeLimits.DEFAULT);
  private final TrustState genesis =
      TrustState.genesis(ReplayFixture.SWARM, need.rules().trust(), need.rules().policy());

  private void store(SlotRow row) {
    swarm.checker.observed().first(row);
  }

  private void check() {
    new ReplayCheck(swarm.checker, codec, RulesBook.of(need.rules()), genesis).check();
  }

  @Test
  void whatHonestRolesStoredIsDerivedAgain() {
    assertThat(need.rows()).extracting(SlotRow::kind).contains("FINALIZE", SlotRow.VERDICT);
    need.rows().forEach(this::store);
    check();
    assertThat(swarm.detail()).isEmpty();
  }

  @Test
  void rowsWithoutAnEnvelopeThatTookEffectAreNotReplayed() {
    need.rows().forEach(this::store);
    for (String kind : List.of(SlotRow.WAIT, "DEAD_LETTER")) {
      store(
          SlotRow.at(need.needId().text(), kind + "/1")
              .id(kind)
              .need(need.needId(), ReplayFixture.THREAD)
              .kind(kind)
              .sender("")
              .time(1, 1)
              .bytes("no envelope".getBytes(UTF_8))
              .build());
    }
    check();
    assertThat(swarm.detail()).isEmpty();
  }

  @Test
  void aResultWithoutItsVotesIsP2AndNamesTheNeed() {
    for (SlotRow row : need.rows()) {
      if (!row.kind().equals(Verb.ATTEST.name())) {
        store(row);
      }
    }
    check();
    assertThat(swarm.broken()).contains(Invariant.P2);
    assertThat(swarm.detail())
        .startsWith("replay of NEED " + need.needId().text().substring(0, 8))
        .contains("votes");
  }

  @Test
  void aMissingVerdictIsFoundInTheOpLog() {
    need.rows().stream().filter(row -> !row.kind().equals(SlotRow.VERDICT)).forEach(this::store);
    check();
    assertThat(swarm.broken()).contains(Invariant.P2);
    assertThat(swarm.detail()).contains("op-log");
  }

  @Test
  void anEntryThatNoAdministratorSignedIsP2() {
    need.rows().forEach(this::store);
    Control control =
        new Control(
            1,
            genesis.genesis(),
            new ControlChange.Compromised(need.key("worker-1").publicKey()),
            List.of(),
            null);
    Draft draft =
        Draft.builder(Verb.CONTROL, Control.THREAD)
            .policyHash(need.rules().policy().hash())
            .payload(control.toJson())
            .build();
    Envelope entry = codec.sign(draft, need.key("client"), 1);
    store(new RowCodec(codec).candidate(Slot.control(1), entry, List.of()));
    check();
    assertThat(swarm.broken()).contains(Invariant.P2);
    assertThat(swarm.detail()).startsWith("replay of the control chain: control ");
  }
}
