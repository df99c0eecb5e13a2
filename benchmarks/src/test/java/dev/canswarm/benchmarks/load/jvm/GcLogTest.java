package dev.canswarm.benchmarks.load.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GcLogTest {
  private static final long MIB = 1L << 20;

  @Test
  void pausesTellWhatWasFreedAndWhatWasLeft() {
    GcLog log =
        GcLog.parse(
            """
            [0.012s][info][gc] Using Serial
            [1.100s][info][gc] GC(0) Pause Young (Allocation Failure) 65M->12M(247M) 9.1ms
            [1.200s][info][gc] GC(1) Pause Full (System.gc()) 80M->10M(247M) 20.3ms
            [1.300s][info][gc] GC(2) Concurrent Mark Cycle 3.1ms
            """);
    assertThat(log.freedBytes()).isEqualTo((53 + 70) * MIB);
    assertThat(log.afterBytes()).containsExactly(12 * MIB, 10 * MIB);
    assertThat(log.afterMaxBytes()).isEqualTo(12 * MIB);
    assertThat(log.collections()).isEqualTo(2);
  }

  @Test
  void withoutAPauseNothingWasFreed() {
    GcLog log = GcLog.parse("");
    assertThat(log.freedBytes()).isZero();
    assertThat(log.afterMaxBytes()).isZero();
  }
}
