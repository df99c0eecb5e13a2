package dev.canswarm.pipeline.cli.dlq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.port.SlotRow;
import dev.canswarm.stage.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LetterFilterTest {
  private static final String HASH = "0".repeat(64);
  private static final DeadLetterRecord LETTER =
      new DeadLetterRecord(
          new RecordPosition("", "swarm.intake", 3, 17),
          "BAD_SHAPE",
          "intake",
          "payload: expected an object",
          5_000,
          2,
          HASH,
          null,
          null);

  private static LetterFilter filter(
      Set<String> positions, Set<String> reasons, Set<String> topics, long from, long to) {
    return new LetterFilter(positions, reasons, topics, from, to);
  }

  @Test
  void everyPartOfItMustFit() {
    Set<String> any = Set.of();
    long end = Long.MAX_VALUE;
    assertThat(filter(any, any, any, 0, end).takes(LETTER)).isTrue();
    assertThat(filter(any, any, any, 0, end).isEverything()).isTrue();
    assertThat(filter(Set.of("swarm.intake/3/17"), any, any, 5_000, 5_000).takes(LETTER)).isTrue();
    assertThat(filter(Set.of("swarm.intake/3/18"), any, any, 0, end).takes(LETTER)).isFalse();
    assertThat(filter(any, Set.of("BAD_PLAN"), any, 0, end).takes(LETTER)).isFalse();
    assertThat(filter(any, any, Set.of("swarm.need"), 0, end).takes(LETTER)).isFalse();
    assertThat(filter(any, any, any, 5_001, end).takes(LETTER)).isFalse();
    assertThat(filter(any, any, any, 0, 4_999).takes(LETTER)).isFalse();
  }

  @Test
  void aTimeIsADateOrHowLongAgo() throws Exception {
    assertThat(LetterFilter.millis("--since", "1970-01-01T00:00:01Z", 0, 7)).isEqualTo(1_000);
    assertThat(LetterFilter.millis("--since", "10m", 700_000, 7)).isEqualTo(100_000);
    assertThat(LetterFilter.millis("--since", "1d", 86_400_001, 7)).isEqualTo(1);
    assertThat(LetterFilter.millis("--since", null, 0, 7)).isEqualTo(7);
    assertThatThrownBy(() -> LetterFilter.millis("--since", "yesterday", 0, 0))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("--since: expected a time");
  }

  private static SlotRow row(String hash, String says) {
    return SlotRow.at(DeadLetters.SCOPE, "swarm.intake/3/17")
        .id(hash)
        .kind(DeadLetters.KIND)
        .bytes(says.getBytes(StandardCharsets.UTF_8))
        .build();
  }

  @Test
  void aLetterIsThePipelinesWhereItsSlotSaysTheSame() {
    String says = "BAD_SHAPE: payload: expected an object, got 1";
    assertThat(LetterCheck.says(row(HASH, says), LETTER)).isFalse();
    assertThat(LetterCheck.says(row(HASH, "BAD_SHAPE: payload: expected an object"), LETTER))
        .isTrue();
    assertThat(LetterCheck.says(row("1".repeat(64), says), LETTER)).isFalse();
    assertThat(LetterCheck.says(row(HASH, "BAD_PLAN: payload"), LETTER)).isFalse();
  }
}
