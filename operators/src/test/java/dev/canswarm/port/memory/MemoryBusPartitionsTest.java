package dev.canswarm.port.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryBusPartitionsTest {
  private static final int ALL = Integer.MAX_VALUE;

  /** The vectors of Kafka's UtilsTest. */
  @ParameterizedTest
  @CsvSource({
    "21, -973932308",
    "foobar, -790332482",
    "a-little-bit-long-string, -985981536",
    "a-little-bit-longer-string, -1486304829",
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8, -58897971",
    "abc, 479470107"
  })
  void hashesAsKafkaDoes(String key, int murmur2) {
    assertThat(MemoryBusPartitions.partitionOf(key.getBytes(UTF_8), ALL))
        .isEqualTo((murmur2 & Integer.MAX_VALUE) % ALL);
  }

  @Property(tries = 300)
  void everyKeyHasOneOfThePartitions(
      @ForAll byte[] key, @ForAll @IntRange(min = 1, max = 100) int partitions) {
    int partition = MemoryBusPartitions.partitionOf(key, partitions);

    assertThat(partition).isBetween(0, partitions - 1);
    assertThat(MemoryBusPartitions.partitionOf(Arrays.copyOf(key, key.length), partitions))
        .isEqualTo(partition);
  }
}
