package dev.canswarm.pipeline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoResultsTest {
  private final DemoResults results = new DemoResults();

  private boolean add(String need, String thread, String outcome, String hash, long nanos) {
    return results.add(new DemoResults.End(need, thread, outcome, hash, nanos));
  }

  @Test
  void aSecondEndOfTheSameNeedChangesNothing() {
    assertThat(add("n1", "a", "ACCEPTED", "h1", 5)).isTrue();
    assertThat(add("n1", "a", "REJECTED", "h2", 9)).isFalse();
    assertThat(results.ended()).isEqualTo(1);
    assertThat(results.accepted()).isEqualTo(1);
    assertThat(results.otherEnds()).isEmpty();
    assertThat(results.hashes(List.of("a"))).containsExactly("h1");
    assertThat(results.lastNanos()).isEqualTo(5);
  }

  @Test
  void endsOtherThanAcceptedAreToldByThread() {
    add("n1", "a", "ACCEPTED", "h1", 1);
    add("n2", "b", "REJECTED", "h2", 2);
    add("n3", "c", "EXPIRED", "h3", 3);
    assertThat(results.ended()).isEqualTo(3);
    assertThat(results.accepted()).isEqualTo(1);
    assertThat(results.otherEnds()).isEqualTo(Map.of("b", "REJECTED", "c", "EXPIRED"));
    assertThat(results.lastNanos()).isEqualTo(3);
  }

  @Test
  void hashesComeInTheOrderOfTheThreadsAndAreEmptyWithoutAResult() {
    add("n1", "a", "ACCEPTED", "h1", 1);
    add("n2", "b", "REJECTED", "h2", 2);
    assertThat(results.hashes(List.of("b", "none", "a"))).containsExactly("h2", "", "h1");
  }

  @Test
  void allAreEndedOnceEachThreadHasItsOutcome() {
    Map<String, String> wanted = Map.of("a", "ACCEPTED", "b", "REJECTED");
    assertThat(results.endedAs(wanted)).isFalse();
    add("n1", "a", "ACCEPTED", "h1", 1);
    assertThat(results.endedAs(wanted)).as("one has not ended").isFalse();
    add("n2", "b", "REJECTED", "h2", 2);
    assertThat(results.endedAs(wanted)).isTrue();
    assertThat(results.endedAs(Map.of("a", "REJECTED"))).isFalse();
    assertThat(results.endedAs(Map.of("b", "ACCEPTED"))).isFalse();
    assertThat(results.endedAs(Map.of())).isTrue();
  }
}
