package dev.canswarm.benchmarks.load.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ThreadTimesTest {
  @Test
  void threadsWithTheSameNameButForTheirNumberAreOneGroup() {
    var before = new ThreadTimes(Map.of("1", stat("verify-1", 10), "2", stat("verify-2", 0)));
    var after =
        new ThreadTimes(
            Map.of(
                "1", stat("verify-1", 15),
                "2", stat("verify-2", 7),
                "3", stat("GC Thread#0", 3)));
    assertThat(after.millisSince(before))
        .containsExactlyInAnyOrderEntriesOf(Map.of("verify", 120L, "GC Thread", 30L));
  }

  @Test
  void aNameWithoutANumberIsItsOwnGroup() {
    assertThat(ThreadTimes.group("main")).isEqualTo("main");
    assertThat(ThreadTimes.group("reactor-tcp-epo")).isEqualTo("reactor-tcp-epo");
    assertThat(ThreadTimes.group("7")).isEqualTo("7");
  }

  private static ProcStat stat(String name, long ticks) {
    return new ProcStat(name, ticks, 0);
  }
}
