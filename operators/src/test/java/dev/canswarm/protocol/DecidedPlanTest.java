package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class DecidedPlanTest {
  private static final EnvelopeId PROPOSAL = new EnvelopeId("a".repeat(64));

  @Property(tries = 50)
  void tasksHaveTheIdsOfTheirPlacesAndRequireEarlierOnes(@ForAll Random random) {
    List<PlanTask> plan = plan(random);

    List<DecidedPlan.Task> tasks = DecidedPlan.tasks(PROPOSAL, new Propose(plan));

    assertThat(tasks).hasSameSizeAs(plan);
    assertThat(tasks).extracting(DecidedPlan.Task::id).doesNotHaveDuplicates();
    for (int i = 0; i < tasks.size(); i++) {
      DecidedPlan.Task task = tasks.get(i);
      assertThat(task.index()).isEqualTo(i);
      assertThat(task.id()).isEqualTo(TaskId.of(PROPOSAL, i));
      assertThat(task.spec()).isEqualTo(plan.get(i));
      assertThat(task.requires())
          .isEqualTo(plan.get(i).requires().stream().map(at -> tasks.get(at).id()).toList());
    }
  }

  @Example
  void theSameTaskOfAnotherProposalHasAnotherId() {
    Propose propose = new Propose(List.of(task(List.of())));

    assertThat(DecidedPlan.tasks(PROPOSAL, propose).get(0).id())
        .isNotEqualTo(DecidedPlan.tasks(new EnvelopeId("b".repeat(64)), propose).get(0).id());
  }

  @Example
  void aPlanFindsItsTasksByIdAndNoOthers() {
    DecidedPlan plan =
        Objects.requireNonNull(new PureSwarm(1, 1, 2, false).view().plan(), "a decided plan");
    DecidedPlan.Task task = plan.tasks().get(0);

    assertThat(plan.task(task.id())).contains(task);
    assertThat(plan.task(new TaskId(PROPOSAL.text()))).isEmpty();
    assertThat(plan.terms().proposalId()).isEqualTo(plan.proposal().id());
  }

  private static List<PlanTask> plan(Random random) {
    List<PlanTask> plan = new ArrayList<>();
    int count = 1 + random.nextInt(8);
    for (int i = 0; i < count; i++) {
      TreeSet<Integer> requires = new TreeSet<>();
      for (int earlier = 0; earlier < i; earlier++) {
        if (random.nextBoolean()) {
          requires.add(earlier);
        }
      }
      plan.add(task(List.copyOf(requires)));
    }
    return plan;
  }

  private static PlanTask task(List<Integer> requires) {
    return new PlanTask(
        "a.type", JsonNumber.of(1), null, requires.stream().sorted().toList(), List.of());
  }
}
