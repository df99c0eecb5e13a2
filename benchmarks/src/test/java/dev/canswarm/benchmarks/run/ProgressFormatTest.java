package dev.canswarm.benchmarks.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.BenchmarkResult;

class ProgressFormatTest {
  private final List<BenchmarkResult> done = new ArrayList<>();
  private final ProgressFormat format = new ProgressFormat(done::add);

  @Test
  void onlyTheLastSixtyLinesAreKept() {
    for (int line = 1; line <= 70; line++) {
      format.println("line " + line);
    }
    assertThat(format.lastLines().lines()).hasSize(60).startsWith("line 11").endsWith("line 70");
  }

  @Test
  void aLineThatNeverEndsTakesBoundedMemory() {
    for (int i = 0; i < 100; i++) {
      format.print("0123456789".repeat(100));
    }
    format.println("");
    format.println("next");
    assertThat(format.lastLines().lines()).hasSize(2).endsWith("next");
    assertThat(format.lastLines().lines().findFirst().orElseThrow()).hasSize(2000);
  }

  @Test
  void piecesOfALineAreJoinedAndEmptyLinesAreLeftOut() {
    format.print("Exception in ");
    format.print("thread\n\n");
    format.print("\tat T.run");
    assertThat(format.lastLines()).isEqualTo("Exception in thread\n\tat T.run");
  }

  @Test
  void theOctetsOfAForksOutputAreDecodedTogether() {
    byte[] text = "expected ≥ 1 µs, got é".getBytes(StandardCharsets.UTF_8);
    for (byte octet : text) {
      format.write(octet);
    }
    format.write('\n');
    format.write(new byte[] {text[0], (byte) 0xc2});
    format.write(new byte[] {(byte) 0xb5});
    assertThat(format.lastLines()).isEqualTo("expected ≥ 1 µs, got é\neµ");
  }

  @Test
  void aBenchmarkThatGaveNoResultIsNotReported() {
    format.endBenchmark(null);
    assertThat(done).isEmpty();
    format.endBenchmark(new BenchmarkResult(null, List.of()));
    assertThat(done).hasSize(1);
  }
}
