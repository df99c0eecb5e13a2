package dev.canswarm.pipeline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.StrictJson;
import dev.canswarm.protocol.payload.Need;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CorpusTest {
  private static List<String> needs(long seed) {
    return Corpus.load().needs(30, new SplittableRandom(seed)).stream()
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void theNeedsOfASeedRepeat() {
    assertThat(needs(1)).isEqualTo(needs(1)).isNotEqualTo(needs(2));
  }

  @Test
  void everyOneIsANeedAndAllTaskTypesOccur() {
    assertThat(needs(3))
        .map(
            text ->
                Need.parse(StrictJson.parseObject(text.getBytes(StandardCharsets.UTF_8)))
                    .tasks()
                    .get(0)
                    .taskType())
        .contains("text.wordcount", "json.canonicalize", "hash.sha256");
  }

  /** Written down once, so that another machine or JDK that makes other NEEDs shows. */
  @Test
  void theNeedsOfASeedAreTheSameEverywhere() {
    assertThat(Sha256.hex(String.join("\n", needs(7)).getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("b4c0df8824a539d24db5ebe52ffef13c041974f1f693da8146c22850d14f329c");
  }
}
