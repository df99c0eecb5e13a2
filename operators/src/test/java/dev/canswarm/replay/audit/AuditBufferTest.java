package dev.canswarm.replay.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditBufferTest {
  private final AuditBuffer buffer = new AuditBuffer();

  private String text() {
    return new String(Arrays.copyOf(buffer.bytes(), buffer.size()), US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 9, 10, 99, 1_000_000, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void numbersAreWrittenAsDecimals(long number) {
    buffer.append(number);
    assertThat(text()).isEqualTo(Long.toString(number));
  }

  @Test
  void whatIsAppendedComesInItsOrder() {
    buffer.append("a=").append(12).append(',').append(new byte[] {'x', 'y'});
    assertThat(text()).isEqualTo("a=12,xy");
  }

  @Test
  void itGrowsAndIsEmptyWhenItIsCleared() {
    byte[] large = new byte[10 << 20];
    large[large.length - 1] = 'z';
    buffer.append("a").append(large).append('b');
    assertThat(buffer.size()).isEqualTo(large.length + 2);
    assertThat(buffer.bytes()[large.length]).isEqualTo((byte) 'z');
    buffer.clear();
    assertThat(buffer.size()).isZero();
    assertThat(buffer.bytes()).hasSizeLessThan(large.length);
    buffer.append("again");
    assertThat(text()).isEqualTo("again");
  }
}
