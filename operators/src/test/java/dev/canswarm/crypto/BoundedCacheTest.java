package dev.canswarm.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BoundedCacheTest {
  private final AtomicInteger made = new AtomicInteger();
  private final BoundedCache<Integer, String> cache = new BoundedCache<>(10);

  @Test
  void a_value_is_made_once() {
    assertThat(get(1)).isEqualTo("1");
    assertThat(get(1)).isEqualTo("1");
    assertThat(made).hasValue(1);
  }

  @Test
  void what_is_used_stays_and_the_size_is_bounded() {
    for (int key = 1; key <= 1_000; key++) {
      get(key);
      get(0);
      assertThat(cache.size()).isLessThanOrEqualTo(20);
    }
    assertThat(made).hasValue(1_001);
  }

  @Test
  void what_is_not_used_goes() {
    get(0);
    for (int key = 1; key <= 20; key++) {
      get(key);
    }
    int before = made.get();
    get(0);
    assertThat(made).hasValue(before + 1);
  }

  @Test
  void a_failure_is_passed_on_and_not_kept() {
    assertThatThrownBy(
            () ->
                cache.get(
                    1,
                    key -> {
                      throw new IllegalArgumentException("no");
                    }))
        .hasMessage("no");
    assertThat(get(1)).isEqualTo("1");
  }

  private String get(int key) {
    return cache.get(
        key,
        k -> {
          made.incrementAndGet();
          return String.valueOf(k);
        });
  }
}
