package dev.canswarm.benchmarks.load.collect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EndLedgerTest {
  private final EndLedger ledger = new EndLedger();

  @Test
  void aNeedEndsOnceHoweverOftenItIsSaid() {
    ledger.ended("a", 10);
    ledger.ended("a", 20);
    ledger.ended("b", 30);
    assertThat(ledger.count()).isEqualTo(2);
    assertThat(ledger.repeatedCount()).isEqualTo(1);
    assertThat(ledger.byNeed()).containsEntry("a", 10L).containsEntry("b", 30L);
  }

  @Test
  void aDeadLetterIsAnEndWithoutANeed() {
    ledger.refused(5);
    assertThat(ledger.count()).isEqualTo(1);
    assertThat(ledger.refusedCount()).isEqualTo(1);
    assertThat(ledger.byNeed()).isEmpty();
  }

  @Test
  void theWaitEndsWithTheLastOne() throws Exception {
    ledger.ended("a", 1);
    assertThat(ledger.await(1, 60_000)).isEqualTo(1);
    assertThat(ledger.await(2, 1)).isEqualTo(1);
  }
}
