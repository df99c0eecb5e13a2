package dev.canswarm.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.protocol.PurePlay.AgentMix;
import dev.canswarm.protocol.PurePlay.Habit;
import dev.canswarm.protocol.Stored.Judged;
import dev.canswarm.protocol.Stored.Message;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Release;
import dev.canswarm.protocol.verb.Verbs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Plans as graphs: what is released when, what is refused, and which of several is decided. */
class PlanGraphTest {
  private static final int TASKS_MAX = PurePlay.PLAN_TASKS_MAX;

  private static List<Habit> honest(int count) {
    return Collections.nCopies(count, Habit.HONEST);
  }

  @Property(tries = 40)
  void aTaskIsReleasedOnceAllThatItRequiresIsVerifiedWithTheirArtifacts(
      @ForAll @IntRange(min = 1, max = TASKS_MAX) int tasks, @ForAll Random random) {
    AgentMix mix = new AgentMix(1, 0, 1, honest(1), honest(2), honest(2), false);
    PurePlay play = new PurePlay(mix, Graphs.need(tasks, random), random);
    Finalize end = play.end();
    DecidedPlan plan = Objects.requireNonNull(play.view().plan());

    Set<TaskId> verified = new HashSet<>();
    Map<TaskId, String> artifacts = new HashMap<>();
    Set<TaskId> released = new HashSet<>();
    for (Stored item : play.history) {
      if (item instanceof Judged judged) {
        verified.add(judged.verdict().taskId());
      } else if (item instanceof Message message && message.payload() instanceof Commit commit) {
        artifacts.put(commit.taskId(), commit.artifact());
      } else if (item instanceof Message message && message.payload() instanceof Release release) {
        DecidedPlan.Task task = plan.task(release.taskId()).orElseThrow();
        assertThat(release.cause()).isEqualTo(Release.Cause.READY);
        assertThat(task.requires()).isNotEmpty();
        assertThat(verified).containsAll(task.requires());
        assertThat(release.inputs())
            .isEqualTo(task.requires().stream().map(artifacts::get).toList());
        assertThat(released.add(task.id())).isTrue();
      } else if (item instanceof Message message && message.payload() instanceof Finalize) {
        assertThat(verified).hasSize(tasks);
      }
    }
    assertThat(end.outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(end.results()).extracting(Finalize.Result::taskId).hasSize(tasks);
    assertThat(released)
        .hasSize((int) plan.tasks().stream().filter(t -> !t.requires().isEmpty()).count());
  }

  /** Many plans, few of them right, and votes of which some are lies. */
  @Property(tries = 40)
  void aPlanIsDecidedOnlyWithEnoughVotesAndOnlyTheOneThatFollows(
      @ForAll @IntRange(min = 0, max = 3) int lyingPlanners,
      @ForAll @IntRange(min = 1, max = 3) int honestPlanners,
      @ForAll @IntRange(min = 0, max = 4) int kPlan,
      @ForAll @IntRange(min = 0, max = 4) int honestVerifiers,
      @ForAll @IntRange(min = 0, max = 2) int lyingVerifiers,
      @ForAll Random random) {
    List<Habit> planners = new ArrayList<>(honest(honestPlanners));
    planners.addAll(Collections.nCopies(lyingPlanners, Habit.LIAR));
    List<Habit> verifiers = new ArrayList<>(honest(honestVerifiers));
    verifiers.addAll(Collections.nCopies(lyingVerifiers, Habit.TWO_FACED));
    AgentMix mix = new AgentMix(1, kPlan, 1, planners, honest(1), verifiers, false);
    PurePlay play = new PurePlay(mix, Graphs.need(1, random), random);
    Finalize end = play.end();

    Message decide = play.view().decision();
    if (decide == null) {
      assertThat(end.reason()).isEqualTo(Finalize.NO_PLAN);
      assertThat(honestVerifiers).isLessThan(kPlan);
      return;
    }
    List<Attest> votes = new ArrayList<>();
    Set<Object> voters = new HashSet<>();
    for (EnvelopeId parent : decide.envelope().parents()) {
      Message message = Objects.requireNonNull(play.view().byId(parent));
      if (message.payload() instanceof Attest vote) {
        votes.add(vote);
        voters.add(message.envelope().sender());
      }
    }
    EnvelopeId chosen = decide.as(Decide.class).proposalId();
    assertThat(play.isRight(Objects.requireNonNull(play.view().byId(chosen)))).isTrue();
    assertThat(votes).allMatch(vote -> vote.accept() && vote.target().equals(chosen));
    assertThat(votes).hasSizeGreaterThanOrEqualTo(kPlan);
    assertThat(voters).hasSameSizeAs(votes);
  }

  private static JsonObject plan(List<? extends List<Integer>> requires) {
    String tasks =
        requires.stream()
            .map(
                list ->
                    "{\"task_type\":\"a.type\",\"input\":1,\"requires\":"
                        + list
                        + ",\"produces\":[]}")
            .collect(Collectors.joining(","));
    return StrictJson.parseObject(("{\"plan\":[" + tasks + "]}").getBytes(StandardCharsets.UTF_8));
  }

  private static void assertBadPlan(PurePlay play, JsonObject payload, String detail) {
    Message need = Objects.requireNonNull(play.view().need());
    Envelope propose =
        play.sign(
            play.planners.get(0),
            Draft.builder(Verb.PROPOSE, need.envelope().threadId())
                .need(new NeedId(need.id()))
                .lamport(2)
                .parents(List.of(need.id()))
                .policyHash(play.rules.policy().hash())
                .payload(payload)
                .build());
    assertThatThrownBy(() -> Verbs.payload(propose, play.rules.policy()))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BAD_PLAN))
        .hasMessageContaining(detail);
  }

  private static PurePlay nothingYet(Random random) {
    AgentMix mix = new AgentMix(1, 0, 1, honest(1), honest(1), honest(1), false);
    return new PurePlay(mix, Graphs.need(1, random), random);
  }

  /** One edge back is a cycle, one beyond the end refers to nothing: either spoils any plan. */
  @Property(tries = 100)
  void aProposalWithACycleOrAnUnknownReferenceIsRefusedAsABadPlan(
      @ForAll @IntRange(min = 1, max = TASKS_MAX) int tasks,
      @ForAll @IntRange(min = 0, max = 20) int beyond,
      @ForAll Random random) {
    List<List<Integer>> requires = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      requires.add(IntStream.range(0, i).filter(j -> random.nextBoolean()).boxed().toList());
    }
    int spoilt = random.nextInt(tasks);
    List<Integer> worse = new ArrayList<>(requires.get(spoilt));
    worse.add(spoilt + beyond);
    requires.set(spoilt, worse);
    assertBadPlan(nothingYet(random), plan(requires), "requires");
  }

  @Property(tries = 20)
  void anOversizedProposalIsRefusedAsABadPlan(
      @ForAll @IntRange(min = TASKS_MAX + 1, max = 4 * TASKS_MAX) int tasks,
      @ForAll Random random) {
    List<List<Integer>> requires = Collections.nCopies(tasks, List.of());
    assertBadPlan(nothingYet(random), plan(requires), "at most " + TASKS_MAX);
  }
}
