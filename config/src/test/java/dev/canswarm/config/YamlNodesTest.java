package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.nodes.Node;

/** YAML as a tree with line numbers, within bounds. */
class YamlNodesTest {
  private static Node root(String text) throws InvalidYamlException {
    return YamlNodes.compose(text).orElseThrow();
  }

  private static void assertRefused(String text, int line, String said) {
    assertThatThrownBy(() -> YamlNodes.compose(text))
        .isInstanceOfSatisfying(
            InvalidYamlException.class, fault -> assertThat(fault.line()).isEqualTo(line))
        .hasMessageContaining(said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# only a remark", "\n\n"})
  void aTextWithoutANodeIsEmpty(String text) throws InvalidYamlException {
    assertThat(YamlNodes.compose(text)).isEmpty();
  }

  @Test
  void membersKeepTheirOrderAndKnowTheirLines() throws InvalidYamlException {
    List<YamlNodes.Member> members = YamlNodes.members(root("b: 1\n# remark\na:\n  - x\n"), "it");
    assertThat(members).extracting(YamlNodes.Member::name).containsExactly("b", "a");
    assertThat(members).extracting(YamlNodes.Member::line).containsExactly(1, 3);
    assertThat(YamlNodes.line(members.get(1).value())).isEqualTo(4);
  }

  @Test
  void aMemberThatIsThereTwiceIsRefusedAtItsSecondLine() throws InvalidYamlException {
    Node twice = root("a: 1\nb: 2\na: 3\n");
    assertThatThrownBy(() -> YamlNodes.members(twice, "it"))
        .hasMessage("line 3: expected a once, got a duplicate of line 1");
  }

  @ParameterizedTest
  @CsvSource({
    "7, 7",
    "0x10, 0x10",
    "1.50, 1.50",
    "yes, yes",
    "'true', true",
    "'\"a b\"', 'a b'",
    "'null', ''",
    "'~', '~'",
  })
  void aScalarIsTheTextAsItIsWritten(String yaml, String text) throws InvalidYamlException {
    assertThat(YamlNodes.scalar(root(yaml), "a value")).isEqualTo(text);
  }

  @Test
  void aTagOfItsOwnIsRefused() throws InvalidYamlException {
    Node tagged = root("!!java.net.URL http://example.org");
    assertThatThrownBy(() -> YamlNodes.scalar(tagged, "a value"))
        .isInstanceOf(InvalidYamlException.class)
        .hasMessageContaining("a value without a tag");
  }

  @Test
  void whatIsOfAnotherKindIsNamed() throws InvalidYamlException {
    assertThatThrownBy(() -> YamlNodes.members(root("[a]"), "it"))
        .hasMessage("line 1: expected it as a mapping, got a list");
    assertThatThrownBy(() -> YamlNodes.items(root("a: b"), "them"))
        .hasMessage("line 1: expected them as a list, got a mapping");
    assertThatThrownBy(() -> YamlNodes.scalar(root("[a]"), "a value"))
        .hasMessage("line 1: expected a value, got a list");
    assertThat(YamlNodes.kind(root("null"))).isEqualTo("nothing");
    assertThat(YamlNodes.kind(root("x"))).isEqualTo("a single value");
  }

  @Test
  void aFaultNamesItsLineAndQuotesNothing() {
    assertThatThrownBy(() -> YamlNodes.compose("a: 1\npassword: \"hunter2\n"))
        .isInstanceOf(InvalidYamlException.class)
        .hasMessageNotContaining("hunter2")
        .hasMessageStartingWith("line 3: expected YAML");
  }

  @Test
  void moreThanOneDocumentIsAFault() {
    assertRefused("a: 1\n---\nb: 2\n", 2, "expected YAML");
  }

  @Test
  void aliasesOfCollectionsAreRefusedSinceAFewOfThemAreHuge() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 20; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThatThrownBy(() -> YamlNodes.compose(bomb.toString()))
        .isInstanceOf(InvalidYamlException.class);
  }

  @Test
  void nestingHasABound() throws InvalidYamlException {
    int max = YamlNodes.NESTING_MAX;
    assertThat(YamlNodes.compose("[".repeat(max) + "]".repeat(max))).isPresent();
    assertRefused(
        "[".repeat(max + 1) + "]".repeat(max + 1), 1, "at most " + max + " levels of nesting");
    assertRefused("[".repeat(100_000), 1, "levels of nesting");
  }

  @Test
  void theSizeHasABound() throws InvalidYamlException {
    String longest = "x".repeat(YamlNodes.TEXT_CHARS_MAX);
    assertThat(YamlNodes.compose("#" + longest.substring(1))).isEmpty();
    assertRefused(longest + "x", 0, "at most " + YamlNodes.TEXT_CHARS_MAX + " characters");
  }

  @Test
  void aListOfScalarsIsReadAndAnythingElseIsEmpty() {
    assertThat(YamlNodes.scalars("[a, 'b c', 7]")).contains(List.of("a", "b c", "7"));
    assertThat(YamlNodes.scalars("[]")).contains(List.of());
    assertThat(YamlNodes.scalars("a b")).isEmpty();
    assertThat(YamlNodes.scalars("[a, [b]]")).isEmpty();
    assertThat(YamlNodes.scalars("")).isEmpty();
    assertThat(YamlNodes.scalars("[")).isEmpty();
  }
}
