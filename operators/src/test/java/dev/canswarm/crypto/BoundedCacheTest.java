package dev.canswarm.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BoundedCacheTest {
  private final AtomicInteger made = new AtomicInteger();
  private final BoundedCache<Integer, String> cache = new BoundedCache<>(10);

  @Test
  void aValueIsMadeOnce() {
    assertThat(get(1)).isEqualTo("1");
    assertThat(get(1)).isEqualTo("1");
    assertThat(made).hasValue(1);
  }

  @Test
  void whatIsUsedStaysAndTheSizeIsBounded() {
    for (int key = 1; key <= 1_000; key++) {
      get(key);
      get(0);
      assertThat(cache.size()).isLessThanOrEqualTo(20);
    }
    assertThat(made).hasValue(1_001);
  }

  @Test
  void whatIsNotUsedGoes() {
    get(0);
    for (int key = 1; key <= 20; key++) {
      get(key);
    }
    int before = made.get();
    get(0);
    assertThat(made).hasValue(before + 1);
  }

  @Test
  void aFailureIsPassedOnAndNotKept() {
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
