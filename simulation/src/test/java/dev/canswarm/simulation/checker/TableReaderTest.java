package dev.canswarm.simulation.checker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableReaderTest {
  private final StoredNeed stored = new StoredNeed();
  private final ViolationCollector violations = new ViolationCollector();
  private final TableRows tables;

  TableReaderTest() throws SQLException {
    tables = new TableRows();
    tables.archive.add(new Object[] {stored.trust, "trust", stored.trustJson.getBytes(UTF_8)});
    tables.archive.add(
        new Object[] {StoredNeed.POLICY, "policy", StoredNeed.POLICY_JSON.getBytes(UTF_8)});
  }

  @AfterEach
  void close() throws SQLException {
    tables.close();
  }

  private TableContents read() throws SQLException {
    CheckedSwarm swarm = new CheckedSwarm("", TableRows.URL, StoredNeed.SWARM, Set.of());
    return new TableReader(swarm, violations).read();
  }

  private void store(String need, Row row) {
    tables.oplog.add(
        new Object[] {row.scope(), row.slot(), row.id(), need, row.kind(), row.message().bytes()});
  }

  @Test
  void theRowsOfANeedAreCheckedTogetherByTheArchivedRules() throws Exception {
    stored.rows.values().forEach(row -> store(row.need(), row));
    TableContents contents = read();
    assertThat(violations.first()).isEmpty();
    assertThat(contents.outcomes()).isEqualTo(Map.of("ACCEPTED", 1L));
    assertThat(contents.envelopes()).isEqualTo(stored.rows.size());
    tables.archive.clear();
    read();
    assertThat(violations.first()).extracting(Violation::invariant).contains("P6");
  }

  @Test
  void rowsThatHoldNoEnvelopeOrOneThatTookNoEffectAreLeftOut() throws Exception {
    for (String kind : Set.of("VERDICT", "WAIT", "DEAD_LETTER")) {
      tables.oplog.add(
          new Object[] {
            "scope", kind, kind, stored.need.id(), kind, "no envelope".getBytes(UTF_8)
          });
    }
    stored.rows.values().forEach(row -> store(row.need(), row));
    assertThat(read().outcomes()).isEqualTo(Map.of("ACCEPTED", 1L));
    assertThat(violations.first()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 255, 256, 257, 513})
  void everyNeedIsCheckedHoweverManyThereAre(int needs) throws Exception {
    Row row = stored.rows.values().iterator().next();
    for (int i = 0; i < needs; i++) {
      store("need-" + i, row);
      store("need-" + i, row);
    }
    assertThat(read().needs()).isEqualTo(needs);
  }

  @Test
  void aTimerThatIsLeftIsP5AndNamesItsNeed() throws Exception {
    tables.openNeeds.add(new Object[] {"one"});
    tables.openNeeds.add(new Object[] {"other"});
    read();
    assertThat(violations.first())
        .containsExactly(
            new Violation("P5", "NEED one still has a timer"),
            new Violation("P5", "NEED other still has a timer"));
  }
}
