package dev.canswarm.pipeline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.cli.kafka.UnverifiedEnvelope;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tasks are named by what they produce, wherever their ids appear. */
class TaskNamesTest {
  private static final EnvelopeId PROPOSAL = new EnvelopeId("a".repeat(64));
  private static final String COMMIT = "c".repeat(64);
  private static final TaskId FIRST = TaskId.of(PROPOSAL, 0);
  private static final TaskId LAST = TaskId.of(PROPOSAL, 2);

  private final TaskNames names = new TaskNames();

  private static UnverifiedEnvelope seen(Verb verb, String id, JsonObject payload) {
    return new UnverifiedEnvelope(verb, id, "t", "n", 1, "sender", List.of(), payload);
  }

  private static JsonObject object(String name, String value) {
    return JsonObject.builder().put(name, value).build();
  }

  private static PlanTask task(List<Integer> requires, String... produces) {
    return new PlanTask("type", JsonNumber.of(1), null, requires, List.of(produces));
  }

  /** The second task produces nothing that has a name. */
  private void plan() {
    Propose plan =
        new Propose(List.of(task(List.of(), "words"), task(List.of()), task(List.of(0, 1), "sum")));
    names.note(seen(Verb.PROPOSE, PROPOSAL.text(), plan.toJson()));
  }

  @Test
  void beforeAPlanNothingHasAName() {
    assertThat(names.of(seen(Verb.CLAIM, "x", object("task_id", FIRST.text())))).isEmpty();
    assertThat(names.requiredBy("words")).isEmpty();
    assertThat(names.all()).isEmpty();
  }

  @Test
  void aTaskIsNamedByWhatItProduces() {
    plan();
    assertThat(names.of(seen(Verb.CLAIM, "x", object("task_id", FIRST.text())))).contains("words");
    assertThat(names.of(seen(Verb.CLAIM, "x", object("task_id", LAST.text())))).contains("sum");
    assertThat(names.of(seen(Verb.CLAIM, "x", object("task_id", TaskId.of(PROPOSAL, 1).text()))))
        .isEmpty();
  }

  @Test
  void aVoteIsNamedByItsCommitsTask() {
    plan();
    names.note(seen(Verb.COMMIT, COMMIT, object("task_id", LAST.text())));
    assertThat(names.of(seen(Verb.ATTEST, "x", object("target", COMMIT)))).contains("sum");
    assertThat(names.of(seen(Verb.ATTEST, "x", object("target", PROPOSAL.text())))).isEmpty();
  }

  @Test
  void aTaskKnowsWhatItRequiresByName() {
    plan();
    assertThat(names.requiredBy("words")).isEmpty();
    assertThat(names.requiredBy("sum")).containsExactly("words", "?");
    assertThat(names.all().keySet()).containsExactly("words", "sum");
  }

  @Test
  void aTextGetsTheNameInPlaceOfTheShortId() {
    plan();
    UnverifiedEnvelope claim = seen(Verb.CLAIM, "x", object("task_id", FIRST.text()));
    assertThat(names.named("task " + FIRST.text().substring(0, 8) + ", attempt 1", claim))
        .isEqualTo("task words, attempt 1");
    UnverifiedEnvelope unknown = seen(Verb.CLAIM, "x", object("task_id", COMMIT));
    assertThat(names.named("task " + COMMIT.substring(0, 8), unknown)).startsWith("task cccc");
  }
}
