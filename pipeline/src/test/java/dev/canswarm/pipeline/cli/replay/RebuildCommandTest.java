package dev.canswarm.pipeline.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.command.StoppedException;
import dev.canswarm.pipeline.postgres.DerivedState.Page;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows are compared page by page, and the first difference is shown. */
class RebuildCommandTest {
  private final Invocation invocation;
  private final RebuildCommand command;

  RebuildCommandTest(@TempDir Path home) {
    this.invocation = new Invocation(home, Map.of());
    this.command = new RebuildCommand(invocation.context());
  }

  private static SortedMap<String, SortedSet<String>> rows(List<String> edges, String... tasks) {
    SortedMap<String, SortedSet<String>> rows = new TreeMap<>();
    rows.put("edges", new TreeSet<>(edges));
    rows.put("tasks", new TreeSet<>(List.of(tasks)));
    return rows;
  }

  private int compare(Page... pages) throws StoppedException {
    command.compare(List.of(pages));
    return command.finish();
  }

  private static String hash(String... lines) {
    return Sha256.hex((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void equalRowsAreCountedOverAllPagesAndHashedLineByLine() throws Exception {
    var first = rows(List.of("e1"), "t1", "t2");
    var second = rows(List.of(), "t3");
    assertThat(compare(new Page(2, 5, first, first), new Page(1, 4, second, second)))
        .isEqualTo(ExitCode.OK);
    assertThat(invocation.out().lines())
        .containsExactly(
            "edges: 1 row, the same bytes",
            "  rebuilt from ops  sha256 " + hash("e1"),
            "  in PostgreSQL     sha256 " + hash("e1"),
            "tasks: 3 rows, the same bytes",
            "  rebuilt from ops  sha256 " + hash("t1", "t2", "t3"),
            "  in PostgreSQL     sha256 " + hash("t1", "t2", "t3"));
  }

  @Test
  void aDifferenceInALaterPageFailsAndOnlyTheFirstIsShown() throws Exception {
    invocation.context().console().useJson();
    var same = rows(List.of("e1"), "t1");
    int exit =
        compare(
            new Page(1, 1, same, same),
            new Page(1, 1, rows(List.of(), "t2", "t3"), rows(List.of(), "t2", "t4")),
            new Page(1, 1, rows(List.of("e2"), "t5"), rows(List.of("e3"), "t5")));
    assertThat(exit).isEqualTo(ExitCode.FAILED);
    JsonNode difference = invocation.objects().get(0);
    assertThat(difference.get("view").asText()).isEqualTo("tasks");
    assertThat(difference.get("expected").asText()).isEqualTo("t3");
    assertThat(difference.get("actual").asText()).isEqualTo("t4");
    JsonNode summary = invocation.summary();
    assertThat(invocation.objects()).hasSize(2);
    assertThat(summary.get("exit").asInt()).isEqualTo(ExitCode.FAILED);
    assertThat(summary.get("scopes").asInt()).isEqualTo(3);
    assertThat(summary.get("tasks").asInt()).isEqualTo(4);
    for (String view : List.of("edges", "tasks")) {
      assertThat(summary.get(view + "_rebuilt_sha256"))
          .isNotEqualTo(summary.get(view + "_stored_sha256"));
    }
  }

  @Test
  void aRowThatIsMissingAndOneTooManyAreNamed() throws Exception {
    compare(new Page(1, 1, rows(List.of(), "t1", "t2"), rows(List.of(), "t2")));
    assertThat(invocation.out())
        .contains(
            "tasks: 2 rows, DIFFERENT",
            "the first difference, in tasks:",
            "  expected t1",
            "  actual   no such row");
  }

  @Test
  void aRowTooManyIsShownToo() throws Exception {
    assertThat(compare(new Page(1, 1, rows(List.of()), rows(List.of("e1"))))).isEqualTo(1);
    assertThat(invocation.out()).contains("  expected no such row", "  actual   e1");
  }

  @Test
  void aViewThatAPageLeavesOutHasNoRowsThere() throws Exception {
    SortedMap<String, SortedSet<String>> none = new TreeMap<>();
    assertThat(compare(new Page(0, 0, none, none))).isEqualTo(ExitCode.OK);
    assertThat(invocation.out()).contains("edges: 0 rows, the same bytes");
  }

  @Test
  void aStopEndsItBetweenPages() {
    invocation.context().stop().request();
    var same = rows(List.of(), "t1");
    assertThatThrownBy(() -> compare(new Page(1, 1, same, same)))
        .isInstanceOf(StoppedException.class);
    assertThat(invocation.out()).isEmpty();
  }
}
