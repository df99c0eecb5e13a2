package dev.canswarm.simulation.checker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with one envelope is found, with what it is. */
class EnvelopeCheckTest {
  private final StoredNeed stored = new StoredNeed();
  private final ViolationCollector violations = new ViolationCollector();

  private List<String> found(Row row, Map<String, Message> known) {
    new EnvelopeCheck(StoredNeed.SWARM, stored.rules(violations), violations).check(row, known);
    assertThat(violations.first()).allMatch(one -> one.invariant().equals("P6"));
    return violations.first().stream().map(Violation::what).toList();
  }

  private Row changed(String text, String other) {
    String json = new String(stored.decide.bytes(), UTF_8);
    assertThat(json).contains(text);
    return stored.row(
        stored.need.id().text(),
        "DECIDE",
        stored.decide,
        json.replace(text, other).getBytes(UTF_8));
  }

  @Test
  void everyEnvelopeOfAnAcceptedNeedPasses() {
    for (Row row : stored.rows.values()) {
      assertThat(found(row, stored.known())).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'\"swarm_id\":\"can-swarm\"', '\"swarm_id\":\"other\"', another swarm",
    "'\"epoch\":1', '\"epoch\":2', another payload_hash",
    "'\"timestamp_ns\":\"2\"', '\"timestamp_ns\":\"3\"', signature that does not verify",
    "'\"thread_id\":\"t\"', '\"thread_id\":\"u\"', another id",
    "'{\"id\"', '{ \"id\"', is not canonical",
    "'\"v\":1', '\"v\":1,\"w\":1', members that its verb requires",
    "'\"v\":1', '\"v\":2', members that its verb requires",
    "'\"lamport\":3', '\"lamport\":4', 'has lamport 4, expected 3'",
  })
  void whatWasChangedIsFound(String text, String other, String what) {
    assertThat(found(changed(text, other), stored.known()))
        .anySatisfy(one -> assertThat(one).contains(what));
  }

  @Test
  void invalidEnvelopesAreFound() {
    Row row = stored.row(stored.need.id().text(), "DECIDE", stored.decide, "junk".getBytes(UTF_8));
    assertThat(found(row, stored.known()))
        .singleElement()
        .asString()
        .contains("members that its verb requires");
  }

  @Test
  void aRowOfAnotherIdIsFound() {
    Row row =
        new Row(
            stored.need.id().text(),
            "DECIDE",
            "0".repeat(64),
            stored.need.id().text(),
            "DECIDE",
            Message.of(stored.decide.bytes()));
    assertThat(found(row, stored.known()))
        .anySatisfy(one -> assertThat(one).contains("another id, NEED or verb than its row"));
  }

  @Test
  void aSenderWithoutTheRoleIsFound() {
    Envelope pretender =
        stored.said("worker", Verb.DECIDE, stored.decide.payload(), stored.propose);
    assertThat(
            found(
                stored.row(stored.need.id().text(), "DECIDE", pretender, pretender.bytes()),
                stored.known()))
        .singleElement()
        .asString()
        .contains("who lacks the role");
  }

  @Test
  void anUnstoredParentIsFound() {
    Map<String, Message> known = stored.known();
    known.remove(stored.propose.id().text());
    Row row = stored.row(stored.need.id().text(), "DECIDE", stored.decide, stored.decide.bytes());
    assertThat(found(row, known))
        .anySatisfy(
            one -> assertThat(one).contains("which is not stored", stored.propose.id().text()));
  }

  @Test
  void anEnvelopeWithoutParentsIsFound() {
    Envelope orphan = stored.said("decider", Verb.DECIDE, stored.decide.payload());
    assertThat(
            found(
                stored.row(stored.need.id().text(), "DECIDE", orphan, orphan.bytes()),
                stored.known()))
        .anySatisfy(one -> assertThat(one).contains("none without"));
  }

  @Test
  void anUnarchivedPolicyIsFound() {
    ArchivedRules noPolicy = new ArchivedRules();
    noPolicy.add(stored.trust, "trust", stored.trustJson.getBytes(UTF_8), violations);
    new EnvelopeCheck(StoredNeed.SWARM, noPolicy, violations)
        .check(
            stored.row(stored.need.id().text(), "DECIDE", stored.decide, stored.decide.bytes()),
            stored.known());
    assertThat(violations.first())
        .singleElement()
        .satisfies(one -> assertThat(one.what()).contains("a policy that is not archived"));
  }
}
