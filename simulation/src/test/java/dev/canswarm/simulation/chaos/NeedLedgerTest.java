package dev.canswarm.simulation.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NeedLedgerTest {
  private final NeedLedger ledger = new NeedLedger();

  @Test
  void countsEachThreadOnceForRepeatedReports() throws Exception {
    ledger.acknowledged("a", "0/1", 10);
    ledger.acknowledged("a", "0/2", 11);
    ledger.ended("a", 20);
    ledger.ended("a", 21);
    assertThat(ledger.fed()).isEqualTo(1);
    assertThat(ledger.ended()).isEqualTo(1);
    assertThat(ledger.places()).containsExactlyInAnyOrder("0/1", "0/2");
    assertThat(ledger.awaitOpenBelow(1, 0)).isTrue();
  }

  @Test
  void aNeedIsInFlightFromItsAcknowledgementToItsEnd() {
    ledger.acknowledged("a", "0/1", 10);
    ledger.ended("a", 20);
    assertThat(ledger.inFlight(List.of("a", "other"), 9)).isZero();
    assertThat(ledger.inFlight(List.of("a", "other"), 10)).isEqualTo(1);
    assertThat(ledger.inFlight(List.of("a", "other"), 20)).isZero();
  }

  @Test
  void aRefusedRecordEndsItsThreadInEitherOrder() {
    ledger.refused("0/1", 15);
    ledger.acknowledged("a", "0/1", 10);
    ledger.acknowledged("b", "0/2", 10);
    ledger.refused("0/2", 16);
    assertThat(ledger.ended()).isEqualTo(2);
  }

  @Test
  void waitsNoLongerThanItsTimeout() throws Exception {
    ledger.acknowledged("a", "0/1", 10);
    assertThat(ledger.awaitOpenBelow(1, 1)).isFalse();
    assertThat(ledger.awaitOpenBelow(2, 1)).isTrue();
  }

  @Test
  void whatHasEndedIsCountedWhetherItsAcknowledgementIsKnownOrNot() throws Exception {
    ledger.ended("a", 10);
    assertThat(ledger.awaitEnded(1, 0)).isTrue();
    assertThat(ledger.awaitEnded(2, 1)).isFalse();
  }
}
