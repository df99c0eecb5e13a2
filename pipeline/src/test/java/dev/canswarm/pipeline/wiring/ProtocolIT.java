package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.embedded.RedisUser;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import dev.canswarm.protocol.payload.Release;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RestoreArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * The rules of the protocol on the real servers, with agents outside of any process that say what
 * no role would.
 */
class ProtocolIT {
  private static final Duration PATIENCE = Duration.ofSeconds(150);
  private static final Duration MEANWHILE = Duration.ofMillis(1_500);
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be or not to be\"}}";
  private static final String COUNTED = "{\"be\":2,\"not\":1,\"or\":1,\"to\":2}";
  private static final String LIE = "f".repeat(64);
  private static final Map<String, RoleName> OUTSIDERS =
      Map.of(
          "planner-x", RoleName.PLANNER,
          "decider-x", RoleName.DECIDER,
          "worker-x", RoleName.WORKER,
          "verifier-x", RoleName.VERIFIER,
          "coordinator-x", RoleName.COORDINATOR);
  private static final Map<String, Integer> SHORT =
      Map.of(
          "lease_ms", 2_000,
          "verify_ms", 2_000,
          "gate_ms", 300,
          "attempts_max", 2,
          "deadline_ms", 45_000);

  /** Longer than a process takes to start on a busy machine. */
  private static final int PLAN_MILLIS = 40_000;

  private static final int SHORT_PLAN_MILLIS = 8_000;

  private static @Nullable TestSwarm shared;
  private static @Nullable PostgresSlotStore slots;
  private final List<SwarmNode> nodes = new ArrayList<>();

  @BeforeAll
  static void startServers() throws Exception {
    shared = TestSwarm.start(policy(0, PLAN_MILLIS), OUTSIDERS);
    slots = new PostgresSlotStore(swarm().postgres(1));
  }

  @AfterAll
  static void stopServers() {
    Objects.requireNonNull(slots).closeLater().block(PATIENCE);
    swarm().close();
  }

  @AfterEach
  void stopNodes() {
    nodes.forEach(swarm()::stop);
    nodes.clear();
  }

  private static TestSwarm swarm() {
    return Objects.requireNonNull(shared);
  }

  private static byte[] policy(int kPlan, int planMillis) {
    TreeMap<String, JsonValue> members =
        new TreeMap<>(StrictJson.parseObject(PolicyFile.builtIn()).members());
    SHORT.forEach((rule, value) -> members.put(rule, JsonNumber.of(value)));
    members.put("k_plan", JsonNumber.of(kPlan));
    members.put("plan_ms", JsonNumber.of(planMillis));
    return CanonicalJson.write(JsonObject.of(members));
  }

  private void start(String node, Set<RoleName> roles) throws Exception {
    nodes.add(swarm().node(node, roles));
  }

  private static Set<RoleName> allBut(RoleName... roles) {
    EnumSet<RoleName> left = EnumSet.allOf(RoleName.class);
    left.removeAll(List.of(roles));
    return left;
  }

  private static Envelope say(
      String agent, Verb verb, Envelope parent, JsonObject payload, String policyHash) {
    Draft draft =
        Draft.builder(verb, parent.threadId())
            .need(parent.need())
            .lamport(parent.lamport() + 1)
            .parents(List.of(parent.id()))
            .policyHash(policyHash)
            .payload(payload)
            .build();
    Envelope envelope = swarm().sign(draft, swarm().agent(agent).key());
    swarm().publish(envelope);
    return envelope;
  }

  private static Envelope say(String agent, Verb verb, Envelope parent, JsonObject payload) {
    return say(agent, verb, parent, payload, swarm().policy.hash());
  }

  private static Finalize end(ThreadId thread) {
    Finalize end =
        Finalize.parse(swarm().awaitEnvelope("swarm.finalize", thread.text(), PATIENCE).payload());
    assertThat(swarm().envelopes("swarm.finalize", thread).stream().map(Envelope::id).distinct())
        .hasSize(1);
    return end;
  }

  private static Envelope await(String topic, String thread, Verb verb) {
    ConsumerRecord<byte[], byte[]> found =
        swarm()
            .await(
                topic,
                PATIENCE,
                record ->
                    thread.equals(TestSwarm.text(record.key()))
                        && swarm().codec.decode(record.value()).verb() == verb);
    assertThat(found).as("%s of %s", verb, thread).isNotNull();
    return swarm().codec.decodeAndVerify(Objects.requireNonNull(found).value());
  }

  private static String deadLetterOf(Envelope envelope) {
    ConsumerRecord<byte[], byte[]> letter =
        swarm()
            .await(
                Topics.DEAD_LETTERS,
                PATIENCE,
                record -> Arrays.equals(record.value(), envelope.bytes()));
    assertThat(letter).as("dead letter of %s", envelope).isNotNull();
    return TestSwarm.text(
        Objects.requireNonNull(letter).headers().lastHeader("swarm-reason").value());
  }

  /** What a slot holds, once it holds something. */
  private static SlotRow slot(String scope, Slot slot) {
    return Objects.requireNonNull(slots)
        .find(scope, slot.key())
        .switchIfEmpty(Mono.error(() -> new IllegalStateException("nothing in " + slot)))
        .retryWhen(Retry.fixedDelay(600, Duration.ofMillis(50)))
        .blockOptional(PATIENCE)
        .orElseThrow();
  }

  private static TaskId taskOf(Envelope decide) {
    return TaskId.of(Decide.parse(decide.payload()).proposalId(), 0);
  }

  @Test
  void aWorkerThatWakesUpPastItsLeaseOrInventsATokenChangesNothing() throws Exception {
    start("node-1", allBut(RoleName.WORKER));
    swarm().intake("lease", WORDS);
    Envelope decide = swarm().awaitEnvelope("swarm.decide", "lease", PATIENCE);
    TaskId task = taskOf(decide);
    Lease huge = new Lease(task, 1, JsonNumber.SAFE_INTEGER_MAX);
    Envelope invented = say("worker-x", Verb.CLAIM, decide, huge.toJson());
    Envelope claim = say("worker-x", Verb.CLAIM, decide, new Lease(task, 1, 1).toJson());
    Envelope forged =
        say(
            "worker-x",
            Verb.COMMIT,
            claim,
            new Commit(task, 1, huge.token(), LIE, List.of()).toJson());

    Envelope release = await("swarm.lease", "lease", Verb.RELEASE);
    Release expired = Release.parse(release.payload());
    assertThat(expired.cause()).isEqualTo(Release.Cause.EXPIRED);
    assertThat(expired.token()).isEqualTo(2);
    assertThat(expired.exclude()).contains(swarm().agent("worker-x").key().publicKey());
    redis(RedisCommands::flushall);
    Envelope late =
        say("worker-x", Verb.COMMIT, claim, new Commit(task, 1, 1, LIE, List.of()).toJson());
    start("node-2", EnumSet.of(RoleName.WORKER));

    Finalize end = end(new ThreadId("lease"));
    assertThat(end.outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(end.results().get(0).artifact())
        .isEqualTo(Sha256.hex(COUNTED.getBytes(StandardCharsets.UTF_8)));
    assertThat(deadLetterOf(invented)).isEqualTo("BAD_SHAPE");
    assertThat(deadLetterOf(forged)).isEqualTo("BAD_SHAPE");
    assertThat(slot(claim.need().text(), Slot.end(task, 1)).id()).isEqualTo(release.id().text());
    assertThat(swarm().envelopes("swarm.commit", new ThreadId("lease"))).contains(late);
    assertThat(swarm().envelopes("swarm.attest", new ThreadId("lease")))
        .noneMatch(vote -> vote.parents().contains(late.id()));
  }

  @Test
  void whoSaysBothIsProvedToAndCountsForNothing() throws Exception {
    start("node-1", allBut());
    swarm().intake("votes", WORDS);
    Envelope commit = swarm().awaitEnvelope("swarm.commit", "votes", PATIENCE);
    Commit work = Commit.parse(commit.payload());
    Attest.Work about = new Attest.Work(work.taskId(), work.attempt(), work.artifact());
    Envelope yes =
        say("verifier-x", Verb.ATTEST, commit, new Attest(commit.id(), true, about, null).toJson());
    Envelope no =
        say(
            "verifier-x",
            Verb.ATTEST,
            commit,
            new Attest(commit.id(), false, about, null).toJson());
    assertThat(end(new ThreadId("votes")).outcome()).isEqualTo(Outcome.ACCEPTED);

    var key = swarm().agent("verifier-x").key().publicKey();
    List<String> kept =
        List.of(
            slot(commit.need().text(), Slot.attest(commit.id(), key)).id(),
            slot(commit.need().text(), Slot.equivocation(commit.id(), key)).id());
    assertThat(kept).containsExactlyInAnyOrder(yes.id().text(), no.id().text());
    // A vote of somebody else after the end is kept too, and the end stays what it was.
    Envelope ended = swarm().awaitEnvelope("swarm.finalize", "votes", PATIENCE);
    for (int i = 1; i <= 4; i++) {
      String verifier = "verifier-" + i;
      var voter = swarm().agent(verifier).key().publicKey();
      if (swarm().envelopes("swarm.attest", new ThreadId("votes")).stream()
          .noneMatch(vote -> vote.sender().equals(voter))) {
        Envelope late =
            say(
                verifier,
                Verb.ATTEST,
                commit,
                new Attest(commit.id(), false, about, null).toJson());
        assertThat(slot(commit.need().text(), Slot.attest(commit.id(), voter)).id())
            .isEqualTo(late.id().text());
        break;
      }
    }
    assertThat(swarm().envelopes("swarm.finalize", new ThreadId("votes"))).allMatch(ended::equals);
  }

  @Test
  void everyNeedEndsByTheTimerOfWhatItWaitsFor() throws Exception {
    byte[] hasty = policy(0, SHORT_PLAN_MILLIS);
    nodes.add(swarm().node("node-1", played(allBut(RoleName.VERIFIER)), hasty, Map.of()));
    swarm().intake("no-plan", "{\"task_type\":\"no.such\",\"input\":1}");
    swarm().intake("silence", WORDS);
    swarm().intake("deadline", WORDS.replace("}}", "},\"deadline_ms\":1500}"));

    assertThat(end(new ThreadId("deadline")).outcome()).isEqualTo(Outcome.EXPIRED);
    assertThat(end(new ThreadId("no-plan")).reason()).isEqualTo(Finalize.NO_PLAN);
    assertThat(end(new ThreadId("silence")).reason()).isEqualTo(Finalize.ATTEMPTS_USED_UP);
    assertThat(
            swarm().envelopes("swarm.lease", new ThreadId("silence")).stream()
                .filter(envelope -> envelope.verb() == Verb.RELEASE)
                .map(envelope -> Release.parse(envelope.payload()).cause()))
        .contains(Release.Cause.PANEL, Release.Cause.RETRY);
  }

  @Test
  void aPlanWaitsForItsVotesAndBadPlansAreRefusedWithAReason() throws Exception {
    byte[] votes = policy(2, PLAN_MILLIS);
    String hash = Policy.parse(votes).hash();
    nodes.add(
        swarm()
            .node("node-1", played(allBut(RoleName.VERIFIER, RoleName.PLANNER)), votes, Map.of()));
    swarm().intake("k-plan", WORDS);
    Envelope need = swarm().awaitEnvelope("swarm.need", "k-plan", PATIENCE);
    Envelope cycle = say("planner-x", Verb.PROPOSE, need, plan(1, "[0]"), hash);
    Envelope unknown = say("planner-x", Verb.PROPOSE, need, plan(1, "[7]"), hash);
    Envelope large = say("planner-x", Verb.PROPOSE, need, plan(65, "[]"), hash);
    for (Envelope bad : List.of(cycle, unknown, large)) {
      assertThat(deadLetterOf(bad)).isEqualTo("BAD_PLAN");
    }
    PlanTask other = new PlanTask("hash.sha256", JsonNumber.of(1), null, List.of(), List.of());
    Envelope wrong =
        say("planner-x", Verb.PROPOSE, need, new Propose(List.of(other)).toJson(), hash);
    nodes.add(swarm().node("node-2", played(Set.of(RoleName.PLANNER)), votes, Map.of()));
    Envelope right =
        swarm().envelopes("swarm.propose", new ThreadId("k-plan")).stream()
            .filter(one -> one.sender().equals(swarm().agent("planner-1").key().publicKey()))
            .findFirst()
            .orElseGet(() -> proposedBy("planner-1"));
    say("verifier-x", Verb.ATTEST, right, new Attest(right.id(), true, null, null).toJson(), hash);
    assertThat(
            swarm()
                .await(
                    "swarm.decide",
                    MEANWHILE,
                    record -> "k-plan".equals(TestSwarm.text(record.key()))))
        .isNull();

    swarm().stop(nodes.remove(1));
    nodes.add(swarm().node("node-2", played(Set.of(RoleName.VERIFIER)), votes, Map.of()));
    Envelope decide = swarm().awaitEnvelope("swarm.decide", "k-plan", PATIENCE);
    assertThat(Decide.parse(decide.payload()).proposalId())
        .isEqualTo(right.id())
        .isNotEqualTo(wrong.id());
    assertThat(decide.parents()).hasSizeGreaterThanOrEqualTo(3).contains(right.id());
    assertThat(end(new ThreadId("k-plan")).outcome()).isEqualTo(Outcome.ACCEPTED);
  }

  private static Envelope proposedBy(String planner) {
    var key = swarm().agent(planner).key().publicKey();
    ConsumerRecord<byte[], byte[]> found =
        swarm()
            .await(
                "swarm.propose",
                PATIENCE,
                record ->
                    "k-plan".equals(TestSwarm.text(record.key()))
                        && swarm().codec.decode(record.value()).sender().equals(key));
    return swarm().codec.decode(Objects.requireNonNull(found).value());
  }

  private static JsonObject plan(int tasks, String requires) {
    String task =
        "{\"task_type\":\"hash.sha256\",\"input\":1,\"requires\":%s,\"produces\":[]}"
            .formatted(requires);
    String plan = String.join(",", Collections.nCopies(tasks, task));
    return StrictJson.parseObject(("{\"plan\":[" + plan + "]}").getBytes(StandardCharsets.UTF_8));
  }

  private static List<AgentKey> played(Set<RoleName> roles) {
    return Stream.of(
            "planner-1",
            "decider-1",
            "worker-1",
            "verifier-1",
            "verifier-2",
            "verifier-3",
            "verifier-4",
            "coordinator-1",
            "gateway-1")
        .map(swarm()::agent)
        .filter(agent -> roles.contains(agent.role()))
        .toList();
  }

  /**
   * Two processes that decide and end NEEDs with keys of their own, and a Redis that misbehaves.
   */
  @Test
  void decisionsAndEndsStayUniqueUnderEveryFaultOfRedis() throws Exception {
    List<AgentKey> others =
        Stream.of("planner-x", "decider-x", "coordinator-x").map(swarm()::agent).toList();
    nodes.add(swarm().node("node-1", played(allBut()), policy(0, PLAN_MILLIS), Map.of()));
    nodes.add(swarm().node("node-2", others, policy(0, PLAN_MILLIS), Map.of()));
    List<String> threads = new ArrayList<>();
    Map<byte[], byte[]> stale = new HashMap<>();
    feed(threads, () -> redis(RedisCommands::flushall));
    redis(commands -> commands.keys("decide:*").forEach(k -> stale.put(k, commands.dump(k))));
    feed(threads, () -> redis(commands -> failOver(commands, stale)));
    feed(threads, swarm().stack.redis()::pause);
    swarm().stack.redis().resume();
    feed(threads, swarm().stack.redis()::stop);
    swarm().stack.redis().start();
    feed(threads, () -> redis(commands -> failOver(commands, stale)));

    threads.forEach(
        thread -> assertThat(end(new ThreadId(thread)).outcome()).isEqualTo(Outcome.ACCEPTED));
    for (String topic : List.of("swarm.decide", "swarm.finalize")) {
      Map<String, Envelope> first = new HashMap<>();
      swarm().all(topic).stream()
          .filter(record -> threads.contains(TestSwarm.text(record.key())))
          .map(record -> swarm().codec.decodeAndVerify(record.value()))
          .forEach(
              envelope ->
                  assertThat(envelope)
                      .isEqualTo(first.computeIfAbsent(envelope.need().text(), n -> envelope)));
      assertThat(first).hasSameSizeAs(threads);
    }
  }

  /** Something that may fail. */
  @FunctionalInterface
  private interface Fault {
    void happen() throws Exception;
  }

  private static final int NEEDS_PER_FAULT = 4;

  private static void feed(List<String> threads, Fault inTheMiddle) throws Exception {
    for (int i = 0; i < NEEDS_PER_FAULT; i++) {
      if (i == NEEDS_PER_FAULT / 2) {
        inTheMiddle.happen();
      }
      String thread = "decisions-" + threads.size();
      threads.add(thread);
      swarm().intake(thread, WORDS);
    }
    // The last one is decided while the fault lasts.
    swarm().awaitEnvelope("swarm.decide", threads.get(threads.size() - 1), PATIENCE);
  }

  /** The effect of a fail-over to a replica that was behind. */
  private static void failOver(RedisCommands<byte[], byte[]> redis, Map<byte[], byte[]> stale) {
    redis.flushall();
    stale.forEach((key, value) -> redis.restore(key, value, new RestoreArgs().replace()));
  }

  private static void redis(Consumer<RedisCommands<byte[], byte[]>> commands) {
    RedisClient client = RedisClient.create(swarm().stack.redisUrl(RedisUser.OPERATOR).reveal());
    try (StatefulRedisConnection<byte[], byte[]> connection =
        client.connect(ByteArrayCodec.INSTANCE)) {
      commands.accept(connection.sync());
    } finally {
      client.shutdown();
    }
  }
}
