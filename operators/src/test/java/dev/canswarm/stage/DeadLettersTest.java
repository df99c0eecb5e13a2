package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.Topics;
import dev.canswarm.port.memory.MemorySlotStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** One dead letter per source position, for any reader and under any failure on the way. */
class DeadLettersTest {
  private final SlotStore store = new MemorySlotStore(() -> 1_700_000_000_000L);

  private static DeadLetters.Letter letter(long offset, String detail) {
    return new DeadLetters.Letter(
        new RecordPosition("memory", "swarm.commit", 2, offset),
        "key".getBytes(StandardCharsets.UTF_8),
        "value".getBytes(StandardCharsets.UTF_8),
        Reason.BAD_SHAPE,
        "decode",
        detail);
  }

  private static DeadLetters.Letter kept(PendingRow row) {
    return ((PendingRow.Origin.Refused) row.origin()).letter();
  }

  /** Whether the process sends the letter, once its row was stored. */
  private boolean sends(String process, DeadLetters.Letter letter) {
    DeadLetters deadLetters = new DeadLetters(process);
    SlotRow row = deadLetters.row(letter, List.of()).row();
    return deadLetters.isOurs(
        StoredRows.fill(store, List.of(row)).blockOptional().orElseThrow().get(0));
  }

  @Test
  void theLetterIsTheRecordWithTheReasonInItsHeaders() {
    var record = DeadLetters.message(letter(7, "expected x, got y"));
    assertThat(record.topic()).isEqualTo(Topics.DEAD_LETTERS);
    assertThat(record.key()).isEqualTo("key".getBytes(StandardCharsets.UTF_8));
    assertThat(record.value()).isEqualTo("value".getBytes(StandardCharsets.UTF_8));
    assertThat(record.headers())
        .containsEntry("swarm-reason", "BAD_SHAPE")
        .containsEntry("swarm-stage", "decode")
        .containsEntry("swarm-topic", "swarm.commit")
        .containsEntry("swarm-partition", "2")
        .containsEntry("swarm-offset", "7")
        .containsEntry("swarm-detail", "expected x, got y");
  }

  @Test
  void aLongDetailIsCutInTheHeader() {
    var record = DeadLetters.message(letter(7, "x".repeat(5000)));
    assertThat(Objects.requireNonNull(record.headers().get("swarm-detail")))
        .hasSize(DeadLetters.DETAIL_CHARS_MAX);
  }

  @Test
  void theStoreAndTheAuditLogKeepABoundedPartOfWhatWasRefused() {
    byte[] large = new byte[1 << 20];
    DeadLetters.Letter letter =
        new DeadLetters.Letter(
            new RecordPosition("memory", "swarm.commit", 2, 7),
            null,
            large,
            Reason.BAD_SHAPE,
            "decode",
            "x".repeat(100_000));
    var event = DeadLetters.event(letter);
    assertThat(event.content()).hasSize(DeadLetters.HEAD_BYTES_MAX);
    assertThat(event.note())
        .startsWith("BAD_SHAPE: (the first 4096 of 1048576 bytes, SHA-256 " + Sha256.hex(large));
    assertThat(event.note().length()).isLessThan(2 * DeadLetters.DETAIL_CHARS_MAX);
    SlotRow row = new DeadLetters("p").row(letter, List.of()).row();
    assertThat(row.id()).isEqualTo(Sha256.hex(large));
    assertThat(row.bytes().length).isLessThan(2 * DeadLetters.DETAIL_CHARS_MAX);
  }

  @Test
  void aValueThatTheTopicDoesNotTakeIsCutAndItsSizeAndHashAreInTheDetail() {
    DeadLetters.Letter letter = letter(7, "too long");
    DeadLetters.Letter kept = kept(new DeadLetters("p", 3).row(letter, List.of()));
    assertThat(kept.value()).isEqualTo("val".getBytes(StandardCharsets.UTF_8));
    assertThat(kept.key()).isEqualTo(letter.key());
    assertThat(kept.detail())
        .contains("the value 5")
        .contains(Sha256.hex("value".getBytes(StandardCharsets.UTF_8)))
        .endsWith("too long");
    assertThat(kept(new DeadLetters("p", 5).row(letter, List.of()))).isSameAs(letter);
  }

  @Test
  void ofTwoProcessesThatReadOnePositionTheFirstSendsItEvenAfterARestart() {
    assertThat(sends("p", letter(7, "no"))).isTrue();
    assertThat(sends("q", letter(7, "no"))).isFalse();
    assertThat(sends("p", letter(7, "no"))).isTrue();
    assertThat(sends("q", letter(8, "no"))).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void whicheverCallFailsOrIsTheLastOfAProcessTheLetterIsSent(Faults.Mode mode) {
    int points = 0;
    while (isSentThough(mode, points)) {
      points++;
    }
    assertThat(points).as("store and send at the least").isGreaterThanOrEqualTo(2);
  }

  /** Returns whether there was a call of that number. */
  private static boolean isSentThough(Faults.Mode mode, int target) {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    try {
      MemorySwarm swarm = new MemorySwarm(time);
      Faults faults = new Faults(mode, target);
      List<Throwable> stopped = new ArrayList<>();
      Disposable running =
          swarm
              .new Process(
                  "p",
                  MemorySwarm.ALL_ROLES,
                  MemorySwarm.builtIn(),
                  event -> Mono.empty(),
                  faults::around)
              .run()
              .subscribe(done -> {}, stopped::add);
      swarm.intake("t", "nonsense");
      time.advanceTimeBy(Duration.ofSeconds(5));
      if (faults.isDead()) {
        running.dispose();
        swarm.process("p").run().subscribe(done -> {}, stopped::add);
        time.advanceTimeBy(Duration.ofSeconds(5));
      }
      assertThat(stopped).isEmpty();
      String where = mode + " at call " + target + ", " + faults.struck();
      if (faults.struck().startsWith("send") && mode.done || faults.struck().startsWith("audit")) {
        assertThat(swarm.deadLetters()).as(where).isNotEmpty();
      } else {
        assertThat(swarm.deadLetters()).as(where).hasSize(1);
      }
      return !faults.struck().isEmpty();
    } finally {
      time.dispose();
    }
  }
}
