package dev.canswarm.pipeline.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.port.TurnWrite;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the statements consist of; PostgreSQL runs them in {@link PostgresTurnWriteIT}. */
class TurnSqlTest {
  private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");
  private static final Pattern PART = Pattern.compile("\\b(ins|lost|bad)(\\d+) as ");

  @ParameterizedTest
  @CsvSource({"0, 7", "1, 20", "2, 22", "8, 22"})
  void aStatementUsesTheParametersOfItsDepthWithoutAGap(int levels, int parameters) {
    assertThat(numbers(TurnSql.ofDepth(levels)))
        .isEqualTo(
            IntStream.rangeClosed(1, parameters)
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void everyLevelInsertsOnceAndAllButTheLastFindWhatIsBad() {
    for (int levels = 0; levels <= TurnWrite.DEPTH_MAX; levels++) {
      Set<String> expected = new TreeSet<>();
      for (int level = 0; level < levels; level++) {
        expected.add("ins" + level);
        expected.add("lost" + level);
        if (level < levels - 1) {
          expected.add("bad" + level);
        }
      }
      assertThat(parts(TurnSql.ofDepth(levels))).as("depth " + levels).isEqualTo(expected);
    }
  }

  @Test
  void aLevelReadsTheBadRowsOfAllLevelsBelowAndOfNoneAbove() {
    String sql = TurnSql.ofDepth(3);
    String second = sql.substring(sql.indexOf("ins1 as"), sql.indexOf("lost1 as"));
    String third = sql.substring(sql.indexOf("ins2 as"), sql.indexOf("lost2 as"));
    assertThat(second).contains("from bad0").doesNotContain("bad1");
    assertThat(third).contains("from bad0", "from bad1").doesNotContain("bad2");
  }

  @Test
  void theAnswerNamesTheRowsThatNoLevelInserted() {
    assertThat(TurnSql.ofDepth(0)).endsWith("array(select 0 where false)");
    assertThat(TurnSql.ofDepth(2))
        .endsWith("array(select i from lost0 union all select i from lost1)");
  }

  @Test
  void moreLevelsThanAllowedHaveNoStatement() {
    assertThatThrownBy(() -> TurnSql.ofDepth(TurnWrite.DEPTH_MAX + 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static Set<Integer> numbers(String sql) {
    Set<Integer> numbers = new TreeSet<>();
    Matcher matcher = PARAMETER.matcher(sql);
    while (matcher.find()) {
      numbers.add(Integer.parseInt(matcher.group(1)));
    }
    return numbers;
  }

  private static Set<String> parts(String sql) {
    Set<String> parts = new TreeSet<>();
    Matcher matcher = PART.matcher(sql);
    while (matcher.find()) {
      assertThat(parts.add(matcher.group(1) + matcher.group(2))).as(matcher.group()).isTrue();
    }
    return parts;
  }
}
