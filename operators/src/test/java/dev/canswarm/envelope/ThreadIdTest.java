package dev.canswarm.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThreadIdTest {
  @ParameterizedTest
  @ValueSource(strings = {"t", "my-thread", "A.b_c:9-Z"})
  void readsAGoodText(String text) {
    assertThat(ThreadId.parse(text)).contains(new ThreadId(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a/b", "#control", "ä", "a\n"})
  void refusesABadText(String text) {
    assertThat(ThreadId.parse(text)).isEmpty();
  }

  @Test
  void refusesATextThatIsTooLong() {
    assertThat(ThreadId.parse("t".repeat(128))).isPresent();
    assertThat(ThreadId.parse("t".repeat(129))).isEmpty();
  }

  @Test
  void isEqualByItsText() {
    ThreadId id = new ThreadId("t");
    assertThat(id).isEqualTo(new ThreadId("t")).hasSameHashCodeAs(new ThreadId("t"));
    assertThat(id).isNotEqualTo(new ThreadId("u")).isNotEqualTo(new NeedId("t"));
    assertThat(id).hasToString("t");
  }

  @Test
  void isOrderedAsItsText() {
    assertThat(new TreeSet<>(List.of(new ThreadId("b"), new ThreadId("a-1"), new ThreadId("a"))))
        .extracting(ThreadId::text)
        .containsExactly("a", "a-1", "b");
  }

  @Test
  void noneIsNoText() {
    assertThat(ThreadId.NONE.isNone()).isTrue();
    assertThat(new ThreadId("t").isNone()).isFalse();
  }
}
