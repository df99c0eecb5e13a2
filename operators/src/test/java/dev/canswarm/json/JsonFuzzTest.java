package dev.canswarm.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonFuzzTest {
  private static final long SEED = 8259;
  private static final double PART = 0.5;

  @Test
  void readersAndWritersAgreeOnAnyBytes() {
    var random = new Random(SEED);
    var mutations = new Mutations(random);
    List<byte[]> corpus = corpus(random);
    var accepted = new AtomicLong();
    long count =
        FuzzBudget.run(
            PART,
            () -> mutations.of(corpus),
            input -> accepted.addAndGet(JsonAgreement.check(input) ? 1 : 0));
    // Were nearly all refused, or accepted, half of the checks would not have run.
    assertThat(accepted.get()).isBetween(count / 20, count - count / 20);
  }

  private static List<byte[]> corpus(Random random) {
    var corpus = new ArrayList<byte[]>();
    for (String name : List.of("canonical", "refused-json")) {
      for (JsonNode row : SpecVectors.read(name)) {
        corpus.add(SpecVectors.input(row));
      }
    }
    fixtures().forEach(file -> corpus.add(FuzzBudget.read(file)));
    var spelling = new Spelling(random);
    for (int i = 0; i < 200; i++) {
      JsonValue value = Texts.value(random, 4);
      corpus.add(i % 2 == 0 ? CanonicalJson.write(value) : Texts.utf8(spelling.of(value)));
    }
    corpus.removeIf(input -> input.length == 0 || input.length > 4096);
    return corpus;
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void whatWasOnceFoundOrFearedIsAgreedOn(Path file) {
    boolean accepted = JsonAgreement.check(FuzzBudget.read(file));
    assertThat(accepted).isEqualTo(file.getFileName().toString().startsWith("accepted-"));
  }

  static List<Path> fixtures() {
    return FuzzBudget.fixtures("json");
  }
}
