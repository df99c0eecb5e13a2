package dev.canswarm.benchmarks.load.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.StrictJson;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PhaseRecordsTest {
  private final PhaseRecords records =
      new PhaseRecords("need", 100, 7, PhaseRecords.Texts.of(64), 0, 0);

  @Test
  void everyRecordHasItsOwnTextOfTheLengthThatWasAskedFor() {
    Set<String> texts = new HashSet<>();
    for (int number = 0; number < records.needs(); number++) {
      JsonObject input = (JsonObject) member(records, number, "input");
      String text = ((JsonString) Objects.requireNonNull(input.members().get("text"))).value();
      assertThat(text).hasSize(64);
      texts.add(text);
    }
    assertThat(texts).hasSize(100);
  }

  @Test
  void needsGoRoundOverTheThreads() {
    Set<String> threads = new HashSet<>();
    for (int number = 0; number < records.needs(); number++) {
      threads.add(records.thread(number).text());
    }
    assertThat(threads).hasSize(7);
    assertThat(records.thread(8)).isEqualTo(records.thread(1));
  }

  @Test
  void aRecordIsFoundAgainByTheNonceOfItsNeedAndByNoOther() {
    for (int number = 0; number < records.needs(); number++) {
      assertThat(records.number(records.nonce(number))).hasValue(number);
    }
    assertThat(records.number("INTAKE/need-0/need1")).isEmpty(); // another thread's
    assertThat(records.number("INTAKE/need-2/need100")).isEmpty(); // beyond the last
    assertThat(records.number("INTAKE/warm-1/warm1")).isEmpty();
    assertThat(records.number("INTAKE/need-1/needx")).isEmpty();
    assertThat(records.number("")).isEmpty();
  }

  @Test
  void theRecordsOfAnotherPhaseAreInOtherThreads() {
    var warm = new PhaseRecords("warm", 100, 7, PhaseRecords.Texts.of(64), 0, 0);
    assertThat(records.isOfThread(records.thread(3).text())).isTrue();
    assertThat(records.isOfThread(warm.thread(3).text())).isFalse();
  }

  @Test
  void oneTextOfSoManyIsLarge() {
    var mixed = new PhaseRecords("need", 10, 10, new PhaseRecords.Texts(64, 5, 1_000), 0, 0);
    for (int number = 0; number < 10; number++) {
      JsonObject input = (JsonObject) member(mixed, number, "input");
      assertThat(((JsonString) Objects.requireNonNull(input.members().get("text"))).value())
          .hasSize(number == 4 || number == 9 ? 1_000 : 64);
    }
  }

  @Test
  void kAndDeadlineAreSaidOnlyWhereTheyAreAskedFor() {
    assertThat(StrictJson.parseObject(records.value(1)).members())
        .doesNotContainKeys("k", "deadline_ms");
    var asking = new PhaseRecords("need", 1, 1, PhaseRecords.Texts.of(64), 3, 5_000);
    assertThat(member(asking, 0, "k")).isEqualTo(JsonNumber.of(3));
    assertThat(member(asking, 0, "deadline_ms")).isEqualTo(JsonNumber.of(5_000));
  }

  private static Object member(PhaseRecords records, int number, String name) {
    return Objects.requireNonNull(
        StrictJson.parseObject(records.value(number)).members().get(name));
  }
}
