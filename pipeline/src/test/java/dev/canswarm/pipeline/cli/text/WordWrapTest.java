package dev.canswarm.pipeline.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class WordWrapTest {
  @Test
  void aRowThatFitsStaysAsItIs() {
    assertThat(WordWrap.row("  a   b ", 8)).containsExactly("  a   b ");
  }

  @Test
  void aRowGoesOnBelowItsLastColumn() {
    assertThat(WordWrap.row("name  kind  one two three four", 20))
        .containsExactly("name  kind  one two", "            three", "            four");
  }

  @Test
  void aColumnThatBeginsTooFarToTheRightIsNotGoneOnBelow() {
    assertThat(WordWrap.row("  a long name of something  one two", 30))
        .containsExactly("  a long name of something", "    one two");
  }

  @Test
  void aWordThatHasNoRoomBelowItsColumnGoesToTheLeft() {
    assertThat(WordWrap.row("roles   planner,decider,worker  default", 25))
        .containsExactly("roles", "  planner,decider,worker", "  default");
  }

  @Test
  void aWordThatIsLongerThanTheLineStaysWhole() {
    assertThat(WordWrap.row("actual ./swarm/0123456789abcdef,x", 12))
        .containsExactly("actual", "  ./swarm/0123456789abcdef,x");
  }

  @Test
  void charactersOutsideTheBasicPlaneTakeOneColumn() {
    assertThat(WordWrap.lines("😀😀 😀", 4, 0)).containsExactly("😀😀 😀");
  }

  @Property
  void wordsAndTheirOrderAreKeptAndLinesFitUnlessTheyAreOneWord(
      @ForAll @StringLength(max = 60) @Chars({'a', ',', '/', ' '}) String text,
      @ForAll @IntRange(min = 4, max = 30) int columns) {
    List<String> lines = WordWrap.lines(text, columns, 2);

    assertThat(String.join(" ", lines).strip().split(" +")).isEqualTo(text.strip().split(" +"));
    assertThat(lines)
        .allMatch(line -> line.length() <= columns || line.strip().split(" +").length == 1);
  }
}
