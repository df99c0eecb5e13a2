package dev.canswarm.benchmarks.load.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CryptoRateTest {
  @Test
  void aChainCostsEightSignsAndItsVerifies() {
    var rate = new CryptoRate(80_000, 20_000);
    assertThat(rate.chainsPerSecond(0)).isCloseTo(10_000, within(1e-6));
    // 8 / 80,000 s and 8 / 20,000 s
    assertThat(rate.chainsPerSecond(8)).isCloseTo(2_000, within(1e-6));
  }

  @Test
  void theMeanIsOfBothRates() {
    assertThat(new CryptoRate(10, 100).meanWith(new CryptoRate(30, 300)))
        .isEqualTo(new CryptoRate(20, 200));
  }
}
