package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.signer.ExternalSigners;
import dev.canswarm.pipeline.signer.TestSigner;
import dev.canswarm.pipeline.signer.TestSigner.Manner;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A worker whose key another process keeps, on the real servers. */
class ExternalSignerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be or not to be\"}}";
  private static final long SIGN_MILLIS_MAX = 10_000;
  private static final int NEEDS = 20;

  private static @Nullable TestSwarm shared;
  private @Nullable SwarmNode node;
  private @Nullable ExternalSigners signers;

  @BeforeAll
  static void startServers() throws Exception {
    shared = TestSwarm.start(PolicyFile.builtIn(), Map.of("worker-2", RoleName.WORKER));
  }

  @AfterAll
  static void stopServers() {
    swarm().close();
  }

  private static TestSwarm swarm() {
    return Objects.requireNonNull(shared);
  }

  @AfterEach
  void stopNode() {
    if (node != null) {
      swarm().stop(node);
      node = null;
    }
    if (signers != null) {
      signers.close();
    }
  }

  /** Starts a process with one of each role, whose workers' keys are kept by programs, or here. */
  private void start(Map<String, Manner> workers) throws Exception {
    Map<String, List<String>> commands =
        workers.entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, one -> TestSigner.command(one.getValue(), one.getKey())));
    ExternalSigners started =
        new ExternalSigners(
            commands, Engines.fastest().engine(), SIGN_MILLIS_MAX, System::nanoTime);
    signers = started;
    List<AgentKey> agents = new ArrayList<>();
    for (String name :
        List.of(
            "planner-1",
            "decider-1",
            "worker-1",
            "worker-2",
            "verifier-1",
            "verifier-2",
            "verifier-3",
            "verifier-4",
            "coordinator-1",
            "gateway-1")) {
      AgentKey agent = swarm().agent(name);
      agents.add(
          started.signsFor(name)
              ? new AgentKey(name, agent.role(), started.key(name, agent.key().publicKey()))
              : agent);
    }
    node = swarm().node("node-1", agents, PolicyFile.builtIn(), Map.of());
  }

  private List<String> feed(String prefix) {
    List<String> threads = new ArrayList<>();
    for (int i = 0; i < NEEDS; i++) {
      threads.add(prefix + i);
      swarm().intake(prefix + i, WORDS);
    }
    return threads;
  }

  private static void assertAccepted(List<String> threads) {
    for (String thread : threads) {
      Envelope end = swarm().awaitEnvelope(Verb.FINALIZE.topic(), thread, PATIENCE);
      assertThat(Finalize.parse(end.payload()).outcome()).isEqualTo(Outcome.ACCEPTED);
    }
  }

  /** The messages of these threads with that verb, each once, even if it was sent several times. */
  private static List<Envelope> said(Verb verb, List<String> threads) {
    return swarm().all(verb.topic()).stream()
        .map(record -> swarm().codec.decodeAndVerify(record.value()))
        .filter(one -> one.verb() == verb && threads.contains(one.threadId().text()))
        .collect(Collectors.toMap(Envelope::id, one -> one, (one, same) -> one))
        .values()
        .stream()
        .toList();
  }

  private static Set<PublicKey> senders(Verb verb, List<String> threads) {
    return said(verb, threads).stream().map(Envelope::sender).collect(Collectors.toSet());
  }

  private static PublicKey publicKey(String agent) {
    return swarm().agent(agent).key().publicKey();
  }

  @Test
  void aSignerThatDiesAgainAndAgainLosesAndDoublesNothing() throws Exception {
    start(Map.of("worker-1", Manner.MORTAL, "worker-2", Manner.MORTAL));
    List<String> threads = feed("mortal-");
    assertAccepted(threads);
    for (Verb verb : List.of(Verb.CLAIM, Verb.COMMIT, Verb.FINALIZE)) {
      assertThat(said(verb, threads))
          .as(verb.name())
          .hasSize(NEEDS)
          .extracting(Envelope::need)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void aSignerThatLiesIsNeverHeardAndTheNeedEnds() throws Exception {
    start(Map.of("worker-1", Manner.LYING));
    List<String> threads = feed("lying-");
    assertAccepted(threads);
    assertThat(senders(Verb.CLAIM, threads)).containsExactly(publicKey("worker-2"));
    assertThat(swarm().all(Topics.DEAD_LETTERS)).isEmpty();
  }
}
