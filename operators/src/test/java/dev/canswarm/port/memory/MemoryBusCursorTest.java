package dev.canswarm.port.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.port.memory.MemoryBroker.Stored;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class MemoryBusCursorTest {
  private final List<Long> commits = new ArrayList<>();

  @Property(tries = 200)
  void theWatermarkIsTheFirstOpenRecordInAnyOrder(
      @ForAll @IntRange(min = 1, max = 20) int records, @ForAll Random random) {
    commits.clear();
    MemoryBusCursor cursor = taken(records);
    List<Long> order = new ArrayList<>(offsets(records));
    Collections.shuffle(order, random);
    TreeSet<Long> open = new TreeSet<>(order);
    List<Stored> freed = new ArrayList<>();
    for (long offset : order) {
      freed.addAll(cursor.done(offset));
      assertThat(cursor.done(offset)).as("a repetition").isEmpty();
      open.remove(offset);
      long watermark = open.isEmpty() ? records : open.first();
      assertThat(commits.isEmpty() ? 0 : commits.get(commits.size() - 1)).isEqualTo(watermark);
      assertThat(freed).hasSize((int) watermark);
    }
    assertThat(freed).extracting(Stored::offset).containsExactlyElementsOf(offsets(records));
    assertThat(commits).isSorted().doesNotHaveDuplicates();
  }

  @Example
  void afterRevocationRecordsAreFreedOneByOneAndNothingIsCommitted() {
    MemoryBusCursor cursor = taken(3);
    assertThat(cursor.done(1)).as("waits for 0").isEmpty();

    assertThat(cursor.revoke()).extracting(Stored::offset).containsExactly(1L);

    assertThat(cursor.done(0)).extracting(Stored::offset).containsExactly(0L);
    assertThat(cursor.done(2)).extracting(Stored::offset).containsExactly(2L);
    assertThat(commits).isEmpty();
  }

  @Example
  void readingStartsAtTheCommittedOffsetAndEndsWithTheLog() {
    MemoryBusCursor cursor = new MemoryBusCursor(log(3), 1, commits::add);

    assertThat(cursor.head()).extracting(Stored::offset).isEqualTo(1L);
    cursor.take();
    cursor.take();

    assertThat(cursor.head()).isNull();
  }

  private MemoryBusCursor taken(int records) {
    MemoryBusCursor cursor = new MemoryBusCursor(log(records), 0, commits::add);
    for (int i = 0; i < records; i++) {
      cursor.take();
    }
    return cursor;
  }

  private static List<Long> offsets(int records) {
    return IntStream.range(0, records).mapToObj(i -> (long) i).toList();
  }

  private static List<Stored> log(int records) {
    return offsets(records).stream()
        .map(offset -> new Stored("topic", 0, offset, offset, null, null, new TreeMap<>()))
        .toList();
  }
}
