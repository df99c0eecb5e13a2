package dev.canswarm.pipeline.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class OffsetWatermarkTest {
  @Test
  void ofThreeTheFirstNotDoneHoldsTheOthersBack() {
    OffsetWatermark watermark = delivered(10, 11, 12);

    assertThat(watermark.onDone(11)).isEmpty();
    assertThat(watermark.onDone(12)).isEmpty();
    assertThat(watermark.doneAhead()).isEqualTo(2);
    assertThat(watermark.onDone(10)).hasValue(12);
    assertThat(watermark.open()).isZero();
  }

  @Test
  void gapsBetweenOffsetsDoNotStallIt() {
    OffsetWatermark watermark = delivered(3, 7, 100);

    assertThat(watermark.onDone(3)).hasValue(3);
    assertThat(watermark.onDone(100)).isEmpty();
    assertThat(watermark.onDone(7)).hasValue(100);
  }

  @Test
  void offsetsNeverDeliveredOrDoneBeforeChangeNothing() {
    OffsetWatermark watermark = delivered(5, 6);

    assertThat(watermark.onDone(4)).isEmpty();
    assertThat(watermark.onDone(7)).isEmpty();
    assertThat(watermark.onDone(5)).hasValue(5);
    assertThat(watermark.onDone(5)).isEmpty();
    assertThat(watermark.open()).isEqualTo(1);
  }

  @Test
  void anOffsetDeliveredAgainIsRefused() {
    OffsetWatermark watermark = delivered(5, 6);

    assertThat(watermark.onDelivered(6)).isFalse();
    assertThat(watermark.onDelivered(5)).isFalse();
    assertThat(watermark.open()).isEqualTo(2);
  }

  /** Deliveries and completions in any interleaving; completions repeat and come in any order. */
  @Property
  void itIsTheLastOffsetBeforeTheFirstThatIsNotDone(
      @ForAll("offsets") List<Long> offsets, @ForAll Random random) {
    OffsetWatermark watermark = new OffsetWatermark();
    TreeSet<Long> delivered = new TreeSet<>();
    Set<Long> done = new HashSet<>();
    List<Long> candidates = new ArrayList<>();
    int next = 0;
    long last = -1;
    for (int step = 0; step < offsets.size() * 4; step++) {
      if (next < offsets.size() && random.nextBoolean()) {
        long offset = offsets.get(next++);
        assertThat(watermark.onDelivered(offset)).isTrue();
        delivered.add(offset);
        candidates.add(offset);
      } else if (!candidates.isEmpty()) {
        long offset = candidates.get(random.nextInt(candidates.size()));
        done.add(offset);
        OptionalLong risen = watermark.onDone(offset);
        long expected = model(delivered, done);
        assertThat(risen)
            .isEqualTo(expected > last ? OptionalLong.of(expected) : OptionalLong.empty());
        last = expected;
        long passed = last;
        assertThat(watermark.open()).isEqualTo(delivered.tailSet(passed, false).size());
        assertThat(watermark.doneAhead())
            .isEqualTo((int) done.stream().filter(o -> o > passed).count());
      }
    }
  }

  @Property
  void onceAllAreDoneInAnyOrderItIsTheLast(
      @ForAll("offsets") List<Long> offsets, @ForAll Random random) {
    OffsetWatermark watermark = new OffsetWatermark();
    offsets.forEach(watermark::onDelivered);
    List<Long> order = new ArrayList<>(offsets);
    Collections.shuffle(order, random);

    long last = -1;
    for (long offset : order) {
      last = watermark.onDone(offset).orElse(last);
    }

    assertThat(last).isEqualTo(offsets.get(offsets.size() - 1));
    assertThat(watermark.open()).isZero();
    assertThat(watermark.doneAhead()).isZero();
  }

  @Provide
  Arbitrary<List<Long>> offsets() {
    return Arbitraries.longs()
        .between(0, 500)
        .set()
        .ofMinSize(1)
        .ofMaxSize(40)
        .map(set -> set.stream().sorted().toList());
  }

  private static long model(SortedSet<Long> delivered, Set<Long> done) {
    long last = -1;
    for (long offset : delivered) {
      if (!done.contains(offset)) {
        return last;
      }
      last = offset;
    }
    return last;
  }

  private static OffsetWatermark delivered(long... offsets) {
    OffsetWatermark watermark = new OffsetWatermark();
    for (long offset : offsets) {
      watermark.onDelivered(offset);
    }
    return watermark;
  }
}
