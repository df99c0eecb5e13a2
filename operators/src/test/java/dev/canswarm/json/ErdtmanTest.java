package dev.canswarm.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The canonical form beside another implementation's, over many documents in any spelling. */
class ErdtmanTest {
  /** Millions with the profile "long". */
  private static final int DOCUMENTS = Integer.getInteger("test.json.documents", 20_000);

  private static final long SEED = 8785;

  @Test
  void documentsHaveTheCanonicalFormThatAnotherImplementationGivesThem() {
    var random = new Random(SEED);
    var spelling = new Spelling(random);
    for (int i = 0; i < DOCUMENTS; i++) {
      JsonValue value = new JsonArray(List.of(Texts.value(random, 4)));
      byte[] spelled = Texts.utf8(spelling.of(value));
      byte[] canonical = CanonicalJson.canonicalize(spelled, JsonLimits.DEFAULT);
      assertThat(canonical).as("document %d", i).isEqualTo(JsonAgreement.byErdtman(spelled));
      assertThat(CanonicalJson.isCanonical(canonical, JsonLimits.DEFAULT)).isTrue();
    }
  }

  @Test
  void numbersAreWrittenAsAnotherImplementationWritesThem() {
    var random = new Random(SEED);
    var text = new StringBuilder();
    for (int i = 0; i < DOCUMENTS; i++) {
      text.append(i % 100 == 0 ? "[" : ",").append(Double.toString(Texts.number(random)));
      if (i % 100 == 99) {
        byte[] spelled = Texts.utf8(text.append(']').toString());
        assertThat(CanonicalJson.canonicalize(spelled, JsonLimits.DEFAULT))
            .isEqualTo(JsonAgreement.byErdtman(spelled));
        text.setLength(0);
      }
    }
  }
}
