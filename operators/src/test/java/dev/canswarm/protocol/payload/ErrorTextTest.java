package dev.canswarm.protocol.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.protocol.verb.Verbs;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorTextTest {
  private static final String HASH = "0".repeat(64);
  private static final Lease LEASE = new Lease(new TaskId(HASH), 1, 1);

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().all().ofMaxLength(3_000),
        Arbitraries.strings()
            .withChars("ab\n\r\t\u001b\u0085\u009b\u202e\u2066\u200f\u2028\ud83d\ude00")
            .ofMaxLength(3_000));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.MIXIN)
  void anyTextBecomesAnErrorThatIsReadAsItWasWritten(@ForAll("texts") String text) {
    Yield yield = new Yield(LEASE, ErrorText.of(text));
    JsonObject wire = StrictJson.parseObject(CanonicalJson.write(yield.toJson()));
    assertThat(Verbs.payload(Verb.YIELD, wire)).isEqualTo(yield);
  }

  @Property(tries = 200)
  void anErrorStaysAsItIs(@ForAll("texts") String text) {
    String once = ErrorText.of(text);
    assertThat(ErrorText.of(once)).isEqualTo(once);
  }

  @Test
  void linesBecomeBarsAndWhatControlsATerminalIsReplaced() {
    assertThat(ErrorText.of("  exit code 3\r\nred \u001b[31mx\tend\n"))
        .isEqualTo("exit code 3 | red \ufffd[31mx end");
  }

  @Test
  void aLongTextKeepsItsBeginningAndItsEnd() {
    String text = "begin " + "x".repeat(5_000) + " end";
    assertThat(ErrorText.of(text))
        .startsWith("begin ")
        .contains(" … ")
        .endsWith(" end")
        .hasSize(ErrorText.CHARS_MAX);
  }

  @Test
  void noTextIsSaidToBeNone() {
    assertThat(ErrorText.of(" \n ")).isEqualTo("no reason given");
  }

  private static void assertRefused(Verb verb, JsonObject payload, JsonValue error) {
    TreeMap<String, JsonValue> members = new TreeMap<>(payload.members());
    members.put("error", error);
    assertThatThrownBy(() -> Verbs.payload(verb, new JsonObject(members)))
        .isInstanceOfSatisfying(
            ShapeException.class, e -> assertThat(e.where()).isEqualTo("payload/error"));
  }

  private static void assertRefused(JsonValue error) {
    assertRefused(Verb.YIELD, LEASE.toJson(), error);
    assertRefused(
        Verb.ATTEST,
        new Attest(new EnvelopeId(HASH), false, new Attest.Work(new TaskId(HASH), 1, HASH), null)
            .toJson(),
        error);
    assertRefused(Verb.ATTEST, new Attest(new EnvelopeId(HASH), false, null, null).toJson(), error);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 0x9, 0xa, 0xd, 0x1b, 0x1f, 0x7f, 0x80, 0x85, 0x9b, 0x9f, 0x61c, 0x200e, 0x200f, 0x2028,
        0x2029, 0x202a, 0x202e, 0x2066, 0x2069
      })
  void anErrorWithACharacterThatControlsATerminalIsRefused(int point) {
    assertRefused(new JsonString("a" + Character.toString(point) + "b"));
  }

  @Test
  void anErrorOfAnotherLengthOrTypeIsRefused() {
    assertRefused(new JsonString(""));
    assertRefused(new JsonString("x".repeat(ErrorText.CHARS_MAX + 1)));
    assertRefused(JsonNumber.of(3));
  }

  @Test
  void aClaimHasNoError() {
    TreeMap<String, JsonValue> members = new TreeMap<>(LEASE.toJson().members());
    members.put("error", new JsonString("x"));
    assertThatThrownBy(() -> Verbs.payload(Verb.CLAIM, new JsonObject(members)))
        .isInstanceOf(ShapeException.class);
  }
}
