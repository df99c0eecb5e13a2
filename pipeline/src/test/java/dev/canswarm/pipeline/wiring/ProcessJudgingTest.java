package dev.canswarm.pipeline.wiring;

import static dev.canswarm.control.ControlFixture.entry;
import static dev.canswarm.control.ControlFixture.key;
import static dev.canswarm.control.ControlFixture.listed;
import static dev.canswarm.control.ControlFixture.publicKey;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.control.ControlFixture;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Head;
import dev.canswarm.protocol.Role;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.stage.Signers;
import dev.canswarm.stage.StageContext;
import dev.canswarm.task.BuiltInTasks;
import dev.canswarm.task.TaskRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class ProcessJudgingTest {
  private static final String UNKNOWN_TYPE =
      "{\"task_type\":\"of.others\",\"input\":{},\"idempotency_key\":\"k\"}";

  private final TrustState genesis =
      TrustState.genesis(
          ControlFixture.SWARM,
          List.of(
              listed("admin-1", RoleName.ADMIN),
              listed("planner-1", RoleName.PLANNER),
              listed("planner-2", RoleName.PLANNER),
              listed("decider-1", RoleName.DECIDER),
              listed("coordinator-1", RoleName.COORDINATOR),
              listed("worker-1", RoleName.WORKER),
              listed("verifier-1", RoleName.VERIFIER),
              listed("verifier-2", RoleName.VERIFIER),
              listed("verifier-3", RoleName.VERIFIER),
              listed("gateway-1", RoleName.GATEWAY),
              listed("operator-1", RoleName.OPERATOR)),
          1,
          ControlFixture.policy(2));
  private ControlHistory history = ControlHistory.of(genesis);

  /** Of the last process. */
  private Signers signers = signers(List.of());

  private static Signers signers(List<AgentKey> agents) {
    return new Signers(ControlFixture.CODEC, () -> 1L, agents.stream().map(AgentKey::key).toList());
  }

  private static AgentKey agent(String name) {
    return agent(name, name);
  }

  private static AgentKey agent(String name, String listedAs) {
    RoleName role = RoleName.ofLabel(listedAs.substring(0, listedAs.indexOf('-'))).orElseThrow();
    return new AgentKey(name, role, key(listedAs));
  }

  private ProcessJudging process(AgentKey... agents) {
    List<AgentKey> played = Arrays.asList(agents);
    signers = signers(played);
    return new ProcessJudging(
        new PipelineWiring.Process(
            "process",
            played,
            Optional.of(key("operator-1")),
            publicKey("node"),
            ControlFixture.CODEC,
            new PipelineWiring.Judging(
                genesis, module -> Optional.empty(), (name, wanted) -> Mono.empty()),
            TaskRegistry.of(BuiltInTasks.all())),
        signers,
        PipelineWiring.Changes.NONE);
  }

  private void change(ControlChange change) {
    Envelope entry = entry(history.head(), change);
    history =
        history.with(
            entry, Control.parse(entry.payload()), ControlFixture.apply(history.head(), entry));
  }

  private StageContext.Duties duties(ProcessJudging judging) {
    TrustState head = history.head();
    return judging.duties(head, head.policy(), history.headAt(head.number()), history);
  }

  private List<RoleName> roles(ProcessJudging judging) {
    List<RoleName> names = new ArrayList<>();
    for (Role role : duties(judging).roles().all()) {
      names.add(role.name());
    }
    return names;
  }

  @Test
  void theRolesOfTheAgentsArePlayedAndOnlyAGatewayReadsTheIntake() {
    ProcessJudging workers = process(agent("worker-1"), agent("verifier-1"));
    assertThat(roles(workers)).containsExactlyInAnyOrder(RoleName.WORKER, RoleName.VERIFIER);
    assertThat(duties(workers).isGateway()).isFalse();
    ProcessJudging gateway = process(agent("gateway-1"));
    assertThat(roles(gateway)).isEmpty();
    assertThat(duties(gateway).isGateway()).isTrue();
  }

  @Test
  void anAgentWhoseKeyWasRotatedPlaysOnceItsNewKeyIsHere() {
    // The process has another name for it than the trust file.
    ProcessJudging judging = process(agent("my-worker", "worker-1"), agent("planner-1"));
    change(new ControlChange.Rotate("worker-1", publicKey("worker-1"), publicKey("worker-1.2")));
    assertThat(roles(judging)).containsExactly(RoleName.PLANNER);
    assertThat(judging.holds(publicKey("worker-1.2"))).isFalse();

    signers.add(key("worker-1.2"));

    assertThat(roles(judging)).containsExactlyInAnyOrder(RoleName.PLANNER, RoleName.WORKER);
    assertThat(judging.holds(publicKey("worker-1.2"))).isTrue();
  }

  @Test
  void aCompromisedKeyPlaysAndCountsNoMoreAlsoInNeedsDecidedBefore() {
    ProcessJudging judging = process(agent("worker-1"), agent("planner-1"));
    change(new ControlChange.Compromised(publicKey("worker-1")));
    Head counted = history.headAt(1);

    StageContext.Duties before = judging.duties(genesis, genesis.policy(), counted, history);

    assertThat(before.roles().all()).extracting(Role::name).containsExactly(RoleName.PLANNER);
    assertThat(before.rules().trust().rolesOf(publicKey("worker-1"))).isEmpty();
    assertThat(before.rules().trust().hash()).isEqualTo(genesis.registry().hash());
  }

  @Test
  void agentsHaveTheirNamesInTheTrustFileAndTheOperatorIsOneOfThem() {
    ProcessJudging judging =
        process(agent("my-worker", "worker-1"), agent("worker-9"), agent("gateway-1"));
    assertThat(judging.agents(genesis))
        .containsExactly("gateway-1", "operator-1", "worker-1", "worker-9");
  }

  @Test
  void theGatewaySignsWithTheKeyThatItHasAtTheHead() {
    ProcessJudging judging = process(agent("gateway-1"));
    change(new ControlChange.Rotate("gateway-1", publicKey("gateway-1"), publicKey("gateway-1.2")));
    signers.add(key("gateway-1.2"));

    Envelope need = judging.gateway(history).sign(new ThreadId("t"), UNKNOWN_TYPE.getBytes(UTF_8));

    assertThat(need.sender()).isEqualTo(publicKey("gateway-1.2"));
  }

  @Test
  void anUnknownTaskTypeIsRefusedOnlyWhereEveryPlannerIs() {
    byte[] need = UNKNOWN_TYPE.getBytes(UTF_8);
    ProcessJudging one = process(agent("gateway-1"), agent("planner-1"));
    assertThat(one.gateway(history).sign(new ThreadId("t"), need).verb()).isEqualTo(Verb.NEED);

    ProcessJudging all = process(agent("gateway-1"), agent("planner-1"), agent("planner-2"));
    assertThatThrownBy(() -> all.gateway(history).sign(new ThreadId("t"), need))
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN_TASK_TYPE));

    ProcessJudging first = process(agent("gateway-1"), agent("planner-1"));
    change(new ControlChange.Retire(publicKey("planner-2")));
    assertThatThrownBy(() -> first.gateway(history).sign(new ThreadId("t"), need))
        .isInstanceOf(RefusedException.class);
  }
}
