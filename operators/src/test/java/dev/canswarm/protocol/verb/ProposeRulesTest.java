package dev.canswarm.protocol.verb;

import static dev.canswarm.protocol.verb.VerbFixture.AGENT;
import static dev.canswarm.protocol.verb.VerbFixture.HASH;
import static dev.canswarm.protocol.verb.VerbFixture.NEED;
import static dev.canswarm.protocol.verb.VerbFixture.said;
import static dev.canswarm.protocol.verb.VerbFixture.view;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.control.ControlFixture;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.StrictJson;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refusals and operations of a PROPOSE; {@link VerbRulesTest} has the plain cases. */
class ProposeRulesTest {
  private static String task(String members) {
    return "{\"task_type\":\"a\",\"input\":1,\"produces\":[]," + members + "}";
  }

  private static Reason refusal(String lastTask) {
    String plan = "{\"plan\":[" + task("\"requires\":[]") + "," + lastTask + "]}";
    Envelope envelope =
        said(AGENT, Verb.PROPOSE, StrictJson.parseObject(plan.getBytes(UTF_8)), NEED);
    List<Reason> reasons = new ArrayList<>();
    assertThatThrownBy(() -> Verbs.payload(envelope, ControlFixture.policy(2)))
        .isInstanceOfSatisfying(RefusedException.class, e -> reasons.add(e.reason()));
    return reasons.get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"requires\":[1] | BAD_PLAN",
        "\"requires\":[2] | BAD_PLAN",
        "\"requires\":[0,0] | BAD_PLAN",
        "\"requires\":[-1] | BAD_SHAPE",
        "\"requires\":[],\"requires_all\":[] | BAD_SHAPE",
        "\"requires\":[],\"name\":\"requires\" | BAD_SHAPE",
        "\"requires\":[0],\"input\":2 | BAD_SHAPE"
      })
  void onlyReferencesThatAreWrongMakeABadPlan(String members, Reason reason) {
    String lastTask =
        members.contains("input")
            ? "{\"task_type\":1,\"produces\":[]," + members + "}"
            : task(members);
    assertThat(refusal(lastTask)).isEqualTo(reason);
  }

  @Test
  void theOperationsOfATaskStandTogetherWithOneForEachReferenceAndName() {
    Propose plan =
        new Propose(
            List.of(
                new PlanTask("a", JsonNumber.of(1), null, List.of(), List.of("x", "y")),
                new PlanTask("b", null, HASH, List.of(0), List.of()),
                new PlanTask("c", JsonNumber.of(3), null, List.of(0, 1), List.of("z"))));
    Envelope envelope = said(AGENT, Verb.PROPOSE, plan.toJson(), NEED);
    List<TaskId> ids = List.of(0, 1, 2).stream().map(i -> TaskId.of(envelope.id(), i)).toList();
    assertThat(Verbs.ops(envelope, plan, view(NEED)))
        .containsExactly(
            PlanOp.addTask(ids.get(0), "a"),
            PlanOp.produces(ids.get(0), "x"),
            PlanOp.produces(ids.get(0), "y"),
            PlanOp.addTask(ids.get(1), "b"),
            PlanOp.requires(ids.get(1), ids.get(0)),
            PlanOp.addTask(ids.get(2), "c"),
            PlanOp.requires(ids.get(2), ids.get(0)),
            PlanOp.requires(ids.get(2), ids.get(1)),
            PlanOp.produces(ids.get(2), "z"));
  }
}
