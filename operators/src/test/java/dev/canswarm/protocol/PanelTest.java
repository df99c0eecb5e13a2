package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.TestKeys;
import dev.canswarm.envelope.TaskId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Who is asked is the same everywhere, and the committer is never among them. */
class PanelTest {
  private static final List<PublicKey> KEYS = TestKeys.publicKeys(7);
  private static final TaskId TASK =
      new TaskId(Sha256.hex("task".getBytes(StandardCharsets.UTF_8)));

  @Property(tries = 100)
  void theOrderDoesNotDependOnHowTheSetIsListed(
      @ForAll @IntRange(min = 1, max = 5) int attempt, @ForAll Random random) {
    List<PublicKey> shuffled = new ArrayList<>(KEYS);
    Collections.shuffle(shuffled, random);
    PublicKey committer = KEYS.get(random.nextInt(KEYS.size()));

    List<PublicKey> order = Panel.order(shuffled, TASK, attempt, committer);
    assertThat(order).isEqualTo(Panel.order(KEYS, TASK, attempt, committer));
    assertThat(order).doesNotContain(committer).hasSize(KEYS.size() - 1);
    assertThat(KEYS).containsAll(order);
  }

  @Example
  void itIsTheOrderOfTheHashes() {
    List<PublicKey> order = Panel.order(KEYS, TASK, 2, KEYS.get(0));
    assertThat(
            order.stream()
                .map(key -> TASK + ":2:" + key.base64())
                .map(text -> Sha256.hex(text.getBytes(StandardCharsets.UTF_8))))
        .isSorted();
  }

  @Example
  void everyAttemptAsksInAnotherOrder() {
    assertThat(
            IntStream.rangeClosed(1, 10)
                .mapToObj(attempt -> Panel.order(KEYS, TASK, attempt, KEYS.get(0)))
                .distinct())
        .hasSizeGreaterThan(5);
  }
}
