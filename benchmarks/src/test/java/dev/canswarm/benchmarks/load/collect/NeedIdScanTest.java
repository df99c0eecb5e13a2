package dev.canswarm.benchmarks.load.collect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NeedIdScanTest {
  private static final String ID = "0123456789abcdef".repeat(4);

  @Test
  void theIdIsFoundBeforeThePayload() {
    assertThat(
            scan(
                "{\"id\":\"x\",\"need_id\":\""
                    + ID
                    + "\",\"payload\":{\"need_id\":\""
                    + "f".repeat(64)
                    + "\"}}"))
        .hasValue(ID);
  }

  @Test
  void whatHasNoneIsPassedOver() {
    assertThat(scan("")).isEmpty();
    assertThat(scan("{\"id\":\"x\"}")).isEmpty();
    assertThat(scan("{\"need_id\":\"short\"}")).isEmpty();
  }

  private static Optional<String> scan(String text) {
    return NeedIdScan.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
