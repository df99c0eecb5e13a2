package dev.canswarm.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class MemberOrderTest {
  private static final int PLENTY_BYTES = 1 << 16;

  /** An object as it is written, member by member, in canonical spelling. */
  private static final class Written {
    private final StringBuilder text = new StringBuilder();
    private final MemberOrder order;
    private final List<int[]> places = new ArrayList<>();

    Written(MemberOrder order) {
      this.order = order;
    }

    /** The text and whether it could be put in order. */
    String arranged(List<String> names) {
      text.append('{');
      for (String name : names) {
        text.append(text.length() > 1 ? "," : "");
        int start = bytes().length + 1;
        text.append(spelled(name));
        int end = bytes().length - 1;
        text.append(value(name));
        places.add(new int[] {start, end, bytes().length});
      }
      byte[] out = text.append('}').toString().getBytes(UTF_8);
      int mark = order.mark();
      for (int[] place : places) {
        order.add(out, place[0], place[1]);
        order.end(place[2]);
      }
      boolean done = order.arrange(out, mark);
      assertThat(order.mark()).as("members of an object that is closed are gone").isEqualTo(mark);
      return done ? new String(out, UTF_8) : "refused";
    }

    static String member(String name) {
      return spelled(name) + value(name);
    }

    private static String spelled(String name) {
      return new String(CanonicalJson.write(new JsonString(name)), UTF_8);
    }

    private static String value(String name) {
      return ":" + name.length();
    }

    private byte[] bytes() {
      return text.toString().getBytes(UTF_8);
    }
  }

  private static String arranged(List<String> names) {
    return new Written(new MemberOrder(PLENTY_BYTES)).arranged(names);
  }

  @Provide
  Arbitrary<List<String>> names() {
    return Arbitraries.of(
            "a",
            "b",
            "z",
            "aaaaaaaa",
            "bbbbbbbbb",
            "\\",
            "\"",
            "\n",
            "\u0001",
            "\u00e9",
            "\ue000",
            "\uffee",
            "\ud83d\ude00")
        .list()
        .ofMaxSize(4)
        .map(parts -> String.join("", parts))
        .list()
        .uniqueElements()
        .ofMaxSize(40);
  }

  @Property(tries = 300)
  void membersComeInTheOrderOfTheirNamesInUtf16(
      @ForAll @From("names") List<String> names, @ForAll Random random) {
    List<String> shuffled = new ArrayList<>(names);
    Collections.shuffle(shuffled, random);

    assertThat(arranged(shuffled))
        .isEqualTo(
            new TreeSet<>(names)
                .stream().map(Written::member).collect(Collectors.joining(",", "{", "}")));
  }

  @Test
  void valuesMoveWithTheirNames() {
    assertThat(arranged(List.of("ccc", "a", "bb"))).isEqualTo("{\"a\":1,\"bb\":2,\"ccc\":3}");
  }

  @Test
  void aDuplicateNameIsRefusedAtEveryPosition() {
    assertThat(arranged(List.of("a", "a"))).isEqualTo("refused");
    assertThat(arranged(List.of("a", "b", "a"))).isEqualTo("refused");
    List<String> many = new ArrayList<>(IntStream.range(0, 30).mapToObj(i -> "n" + i).toList());
    many.add("n7");
    assertThat(arranged(many)).isEqualTo("refused");
  }

  @Test
  void anObjectWithinAnotherLeavesTheOtherOnesMembersAlone() {
    byte[] text = "{\"b\":{\"d\":1,\"c\":2},\"a\":3}".getBytes(UTF_8);
    byte[] out = text.clone();
    MemberOrder order = new MemberOrder(PLENTY_BYTES);
    int outer = order.mark();
    order.add(out, 2, 3);
    int inner = order.mark();
    order.add(out, 7, 8);
    order.end(11);
    order.add(out, 13, 14);
    order.end(17);
    assertThat(order.arrange(out, inner)).isTrue();
    // What follows is written only now, so it may have been written over before.
    System.arraycopy(text, 17, out, 17, text.length - 17);
    order.end(18);
    order.add(out, 20, 21);
    order.end(24);
    assertThat(order.arrange(out, outer)).isTrue();

    assertThat(new String(out, UTF_8)).isEqualTo("{\"a\":3,\"b\":{\"c\":2,\"d\":1}}");
  }

  @Test
  void whatWouldBeMovedTooOftenIsRefusedAndWhatIsInOrderIsNot() {
    List<String> rising = IntStream.range(10, 40).mapToObj(i -> "n" + i).toList();
    List<String> falling = new ArrayList<>(rising);
    Collections.reverse(falling);

    assertThat(new Written(new MemberOrder(1)).arranged(falling)).isEqualTo("refused");
    assertThat(new Written(new MemberOrder(1)).arranged(rising)).isEqualTo(arranged(rising));
  }
}
