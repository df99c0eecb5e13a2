package dev.canswarm.envelope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.json.SpecVectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TaskIdTest {
  private static final String TEXT = "0123456789abcdef".repeat(4);

  @Test
  void takesSixtyFourLowerCaseHexDigitsFromOutside() {
    assertThat(TaskId.parse(TEXT)).contains(new TaskId(TEXT));
  }

  @Test
  void takesNothingElseFromOutside() {
    assertThat(TaskId.parse("")).isEmpty();
    assertThat(TaskId.parse(TEXT.substring(1))).isEmpty();
    assertThat(TaskId.parse(TEXT + "0")).isEmpty();
    assertThat(TaskId.parse(TEXT.replace('a', 'A'))).isEmpty();
  }

  @Test
  void isPrintedAsItsBareText() {
    assertThat(new TaskId(TEXT)).hasToString(TEXT);
    assertThat("%s".formatted(new TaskId(TEXT))).isEqualTo(TEXT);
  }

  @Property
  void isEqualAndOrderedAsItsText(@ForAll String one, @ForAll String other) {
    TaskId id = new TaskId(one);
    assertThat(id).isEqualTo(new TaskId(one)).hasSameHashCodeAs(new TaskId(one));
    assertThat(id.equals(new TaskId(other))).isEqualTo(one.equals(other));
    assertThat(id.compareTo(new TaskId(other))).isEqualTo(one.compareTo(other));
  }

  @Test
  void isThatOfTheSpecification() {
    JsonNode vectors = SpecVectors.read("envelopes");
    EnvelopeId proposal = new EnvelopeId(vectors.get("envelopes").get(1).get("id").asText());
    assertThat(TaskId.of(proposal, 0).text()).isEqualTo(vectors.get("task_id").asText());
    assertThat(TaskId.of(proposal, 1)).isNotEqualTo(TaskId.of(proposal, 0));
  }

  @Test
  void needsAProposalAndAPlaceInItsPlan() {
    assertThatThrownBy(() -> TaskId.of(new EnvelopeId("x"), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TaskId.of(new EnvelopeId(TEXT), -1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
