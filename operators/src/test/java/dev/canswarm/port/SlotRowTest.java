package dev.canswarm.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import org.junit.jupiter.api.Test;

class SlotRowTest {
  private static final NeedId NEED = new NeedId("d".repeat(64));

  @Test
  void theStoreHoldsTheBareTextOfANeedsId() {
    assertThat(SlotRow.needText(NEED, "COMMIT")).isEqualTo(NEED.text());
    assertThat(SlotRow.needOf(NEED.text())).isEqualTo(NEED);
  }

  @Test
  void anEntryOfTheControlChainHasItsScopeThereAndBelongsToNoNeed() {
    assertThat(SlotRow.needText(null, "CONTROL")).isEqualTo("#control");
    assertThat(SlotRow.needOf("#control")).isNull();
  }

  @Test
  void aDeadLetterHasNothingThereAndBelongsToNoNeed() {
    assertThat(SlotRow.needText(null, "DEAD_LETTER")).isEmpty();
    assertThat(SlotRow.needOf("")).isNull();
  }
}
