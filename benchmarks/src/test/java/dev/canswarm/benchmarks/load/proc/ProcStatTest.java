package dev.canswarm.benchmarks.load.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ProcStatTest {
  @Test
  void cpuTimeIsOwnAndThatOfEndedChildren() {
    ProcStat stat =
        ProcStat.parse(
            "4242 (java) S 1 4242 4242 0 -1 4194560 100 200 0 0 150 50 7 3 20 0 77 0 12345 0 0\n");
    assertThat(stat).isEqualTo(new ProcStat("java", 200, 10));
    assertThat(stat.cpuMillis()).isEqualTo(2_100);
  }

  @Test
  void aNameMayHoldSpacesAndParentheses() {
    assertThat(ProcStat.parse("7 (a) (b c) R 1 7 7 0 -1 0 0 0 0 0 1 2 3 4 20 0 1 0 1 0 0").name())
        .isEqualTo("a) (b c");
  }

  @Test
  void anotherFormIsRefused() {
    for (String line : new String[] {"", "7 java", "7 (java) S 1 2"}) {
      assertThatIllegalArgumentException().isThrownBy(() -> ProcStat.parse(line));
    }
  }
}
