package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.ThreadId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** A type with many waiting items does not block the others. */
class FairQueueTest {
  private final FairQueue<String> queue = new FairQueue<>();

  private static <T> List<T> drained(FairQueue<T> queue) {
    List<T> items = new ArrayList<>();
    T next = queue.poll(type -> true);
    while (next != null) {
      items.add(next);
      next = queue.poll(type -> true);
    }
    return items;
  }

  @Test
  void anEmptyQueueHasNothing() {
    assertThat(queue.poll(type -> true)).isNull();
    assertThat(queue.size()).isZero();
  }

  @Test
  void withinAThreadItIsFirstComeFirstServed() {
    queue.add("type", new ThreadId("t"), "a");
    queue.add("type", new ThreadId("t"), "b");
    queue.add("type", new ThreadId("t"), "c");
    assertThat(drained(queue)).containsExactly("a", "b", "c");
  }

  @Test
  void typesTakeTurns() {
    queue.add("long", new ThreadId("t"), "l1");
    queue.add("long", new ThreadId("t"), "l2");
    queue.add("long", new ThreadId("t"), "l3");
    queue.add("short", new ThreadId("t"), "s1");
    queue.add("short", new ThreadId("t"), "s2");
    assertThat(drained(queue)).containsExactly("l1", "s1", "l2", "s2", "l3");
  }

  @Test
  void threadsOfATypeTakeTurns() {
    queue.add("type", new ThreadId("crowded"), "c1");
    queue.add("type", new ThreadId("crowded"), "c2");
    queue.add("type", new ThreadId("crowded"), "c3");
    queue.add("type", new ThreadId("quiet"), "q1");
    assertThat(drained(queue)).containsExactly("c1", "q1", "c2", "c3");
  }

  @Test
  void whoComesBackGoesToTheEnd() {
    queue.add("type", new ThreadId("a"), "a1");
    queue.add("type", new ThreadId("b"), "b1");
    assertThat(queue.poll(type -> true)).isEqualTo("a1");
    queue.add("type", new ThreadId("a"), "a2");
    assertThat(drained(queue)).containsExactly("b1", "a2");
  }

  @Test
  void whatIsTakenOutOfTheLineIsNotServed() {
    queue.add("type", new ThreadId("t"), "a");
    queue.add("type", new ThreadId("t"), "b");
    queue.add("type", new ThreadId("u"), "c");
    assertThat(queue.remove("type", new ThreadId("t"), "a")).isTrue();
    assertThat(queue.remove("type", new ThreadId("u"), "c")).isTrue();
    assertThat(queue.size()).isEqualTo(1);
    assertThat(drained(queue)).containsExactly("b");
  }

  @Test
  void whatDoesNotWaitCannotBeTakenOut() {
    queue.add("type", new ThreadId("t"), "a");
    assertThat(queue.remove("type", new ThreadId("t"), "b")).isFalse();
    assertThat(queue.remove("type", new ThreadId("u"), "a")).isFalse();
    assertThat(queue.remove("other", new ThreadId("t"), "a")).isFalse();
    assertThat(queue.size()).isEqualTo(1);
  }

  /** Items are numbered; their type and thread follow from the number that is drawn. */
  @Property
  void nothingIsLostOrServedTwiceAndNobodyWaitsForMoreThanOneOfEachOther(
      @ForAll @Size(max = 60) List<@IntRange(max = 8) Integer> drawn) {
    FairQueue<Integer> numbers = new FairQueue<>();
    for (int i = 0; i < drawn.size(); i++) {
      numbers.add(type(drawn.get(i)), thread(drawn.get(i)), i);
    }
    assertThat(numbers.size()).isEqualTo(drawn.size());
    List<Integer> served = drained(numbers);
    assertThat(served).hasSameSizeAs(drawn).doesNotHaveDuplicates();
    assertThat(numbers.size()).isZero();
    // Of the first types that are served none comes twice before each has come once.
    int types = (int) drawn.stream().map(FairQueueTest::type).distinct().count();
    assertThat(
            new HashSet<>(served.subList(0, types).stream().map(i -> type(drawn.get(i))).toList()))
        .hasSize(types);
  }

  private static String type(int drawn) {
    return "type-" + drawn / 3;
  }

  private static ThreadId thread(int drawn) {
    return new ThreadId("thread-" + drawn % 3);
  }
}
