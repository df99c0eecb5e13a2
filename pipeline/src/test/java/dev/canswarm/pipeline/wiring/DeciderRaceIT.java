package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Kind;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.kafka.KafkaBus;
import dev.canswarm.pipeline.kafka.KafkaTopics;
import dev.canswarm.pipeline.postgres.Migrations;
import dev.canswarm.pipeline.postgres.PostgresSettings;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.redis.RedisDecisionGate;
import dev.canswarm.pipeline.redis.RedisSettings;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.Role;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.Topics;
import dev.canswarm.port.memory.MemoryArtifactStore;
import dev.canswarm.protocol.Admission;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Decider;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Planner;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slots;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.VerbRegistry;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.stage.DeadLetters;
import dev.canswarm.stage.EffectRunner;
import dev.canswarm.stage.NeedProcessor;
import dev.canswarm.stage.RetryPolicy;
import dev.canswarm.stage.RowCodec;
import dev.canswarm.stage.Signers;
import dev.canswarm.stage.Source;
import dev.canswarm.stage.StageContext;
import dev.canswarm.stage.TaskPermits;
import dev.canswarm.task.BuiltInTasks;
import dev.canswarm.task.TaskRegistry;
import io.lettuce.core.RedisClient;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * P1 under a race: 64 deciders, each with a proposal, a key and connections of its own, and Redis
 * emptied in the middle.
 */
class DeciderRaceIT {
  private static final int DECIDERS = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String THREAD = "race";

  private final Scheduler scheduler = Schedulers.newParallel("race", 4, true);
  private final TimeSource time = TimeSource.system();

  @Test
  void sixtyFourDecidersEndWithOneDecisionEverywhere() throws Exception {
    try (TestSwarm swarm = TestSwarm.start()) {
      PostgresSettings postgres = postgres(swarm, 1);
      Migrations.migrate(postgres);
      KafkaBus bus = bus(swarm);
      TrustRegistry trust = trust();
      Rules rules = new Rules(swarm.policy, trust, tasks().types());
      PostgresSlotStore store = new PostgresSlotStore(postgres(swarm, 4));
      Envelope need = need(swarm);
      List<Envelope> proposals = propose(swarm, store, rules, need);

      List<RedisDecisionGate> gates = new ArrayList<>();
      List<PostgresSlotStore> stores = new ArrayList<>();
      for (int i = 0; i < DECIDERS; i++) {
        gates.add(new RedisDecisionGate(new RedisSettings(redisUri(swarm), 2_000, 64)));
        stores.add(new PostgresSlotStore(postgres));
      }
      Mono<Void> race =
          Flux.range(0, DECIDERS)
              .flatMap(
                  i ->
                      decide(
                              swarm,
                              processor(
                                  swarm, rules, bus, stores.get(i), gates.get(i), i, proposals),
                              proposals.get(i))
                          .doOnSuccess(done -> flushInTheMiddle(swarm, i)),
                  DECIDERS)
              .then();
      race.block(PATIENCE);

      SlotRow slot = store.find(need.id(), Slots.DECIDE).blockOptional().orElseThrow();
      Envelope decide = swarm.codec.decodeAndVerify(slot.bytes());
      Decide terms = Decide.parse(decide.payload());
      assertThat(gates.get(0).propose(asking(need, terms)).block(PATIENCE))
          .isInstanceOfSatisfying(
              GateAnswer.Admitted.class,
              held -> assertThat(held.stored().proposalId()).isEqualTo(terms.proposalId()));
      List<Envelope> sent = swarm.envelopes("swarm.decide", THREAD);
      assertThat(sent).isNotEmpty().allMatch(envelope -> envelope.equals(decide));

      Flux.fromIterable(gates).flatMap(RedisDecisionGate::closeLater).blockLast(PATIENCE);
      Flux.fromIterable(stores).flatMap(PostgresSlotStore::closeLater).blockLast(PATIENCE);
      store.closeLater().block(PATIENCE);
      bus.close();
    } finally {
      scheduler.dispose();
    }
  }

  @Test
  void aDeciderThatWasPausedBeforeItsSlotWakesUpToTheDecisionOfAnother() throws Exception {
    try (TestSwarm swarm = TestSwarm.start()) {
      Migrations.migrate(postgres(swarm, 1));
      KafkaBus bus = bus(swarm);
      Rules rules = new Rules(swarm.policy, trust(), tasks().types());
      PostgresSlotStore store = new PostgresSlotStore(postgres(swarm, 4));
      Envelope need = need(swarm);
      List<Envelope> proposals = propose(swarm, store, rules, need);
      RedisDecisionGate early =
          new RedisDecisionGate(new RedisSettings(redisUri(swarm), 2_000, 64));
      RedisDecisionGate late = new RedisDecisionGate(new RedisSettings(redisUri(swarm), 2_000, 64));

      Sinks.Empty<Void> asleep = Sinks.empty();
      Sinks.Empty<Void> awake = Sinks.empty();
      SlotStore paused = pausedBeforeDeciding(store, asleep, awake);
      CompletableFuture<Void> sleeper =
          decide(swarm, processor(swarm, rules, bus, paused, early, 0, proposals), proposals.get(0))
              .toFuture();
      asleep.asMono().block(PATIENCE);
      assertThat(store.find(need.id(), Slots.DECIDE).blockOptional()).isEmpty();
      // Redis admitted it, and forgets: another decider, with a later epoch, is admitted too.
      flush(swarm);
      decide(swarm, processor(swarm, rules, bus, store, late, 1, proposals), proposals.get(1))
          .block(PATIENCE);
      awake.tryEmitEmpty();
      sleeper.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

      SlotRow slot = store.find(need.id(), Slots.DECIDE).blockOptional().orElseThrow();
      Envelope decide = swarm.codec.decodeAndVerify(slot.bytes());
      Decide terms = Decide.parse(decide.payload());
      assertThat(decide.sender()).isEqualTo(decider(1).publicKey());
      assertThat(terms.proposalId()).isEqualTo(proposals.get(1).id());
      assertThat(swarm.envelopes("swarm.decide", THREAD))
          .isNotEmpty()
          .allMatch(envelope -> envelope.equals(decide));
      assertThat(early.propose(asking(need, terms)).block(PATIENCE))
          .isInstanceOfSatisfying(
              GateAnswer.Admitted.class,
              held -> assertThat(held.stored().proposalId()).isEqualTo(terms.proposalId()));
      Flux.just(early, late).flatMap(RedisDecisionGate::closeLater).blockLast(PATIENCE);
      store.closeLater().block(PATIENCE);
      bus.close();
    } finally {
      scheduler.dispose();
    }
  }

  /** The same store, but a decision is filled in only when its decider is awake again. */
  private static SlotStore pausedBeforeDeciding(
      SlotStore store, Sinks.Empty<Void> asleep, Sinks.Empty<Void> awake) {
    return (SlotStore)
        Proxy.newProxyInstance(
            SlotStore.class.getClassLoader(),
            new Class<?>[] {SlotStore.class},
            (proxy, method, arguments) -> {
              Object answer = method.invoke(store, arguments);
              if (!method.getName().equals("fill")
                  || ((List<?>) arguments[0])
                      .stream().noneMatch(row -> ((SlotRow) row).slot().equals(Slots.DECIDE))) {
                return answer;
              }
              return Mono.defer(
                  () -> {
                    asleep.tryEmitEmpty();
                    return awake.asMono().then((Mono<?>) answer);
                  });
            });
  }

  private static void flush(TestSwarm swarm) {
    RedisClient client = RedisClient.create(redisUri(swarm));
    try (var connection = client.connect()) {
      connection.sync().flushall();
    } finally {
      client.shutdown();
    }
  }

  private static DecisionRecord asking(Envelope need, Decide terms) {
    return new DecisionRecord(
        need.id(), terms.proposalId(), Long.MAX_VALUE >> 12, 3, 0, "anybody", 1);
  }

  private static void flushInTheMiddle(TestSwarm swarm, int i) {
    if (i == DECIDERS / 2) {
      RedisClient client = RedisClient.create(redisUri(swarm));
      client
          .connectAsync(
              io.lettuce.core.codec.StringCodec.UTF8,
              io.lettuce.core.RedisURI.create(redisUri(swarm)))
          .thenCompose(connection -> connection.async().flushall())
          .whenComplete((done, error) -> client.shutdownAsync());
    }
  }

  private static Mono<Void> decide(TestSwarm swarm, NeedProcessor processor, Envelope proposal) {
    return processor.deliver(
        proposal,
        Admission.payload(proposal, swarm.policy),
        new Source("race", "swarm.propose", 0, 0));
  }

  private NeedProcessor processor(
      TestSwarm swarm,
      Rules rules,
      KafkaBus bus,
      SlotStore store,
      RedisDecisionGate gate,
      int i,
      List<Envelope> proposals) {
    Agent agent = new Agent("decider-" + i, Role.DECIDER, decider(i).publicKey());
    String mine = proposals.get(i).id();
    Decider decider =
        new Decider(
            rules,
            List.of(agent),
            valid -> valid.stream().filter(proposal -> proposal.id().equals(mine)).findFirst());
    StageContext context =
        new StageContext(
            rules,
            new PolicyCheck(swarm.policy, rules.trust()),
            VerbRegistry.of(List.of(decider)),
            new Signers(swarm.codec, time, List.of(decider(i))),
            new RowCodec(swarm.codec),
            bus,
            store,
            gate,
            event -> Mono.empty(),
            time,
            new RetryPolicy(10, 100, scheduler, error -> {}),
            100);
    EffectRunner effects =
        new EffectRunner(
            gate,
            store,
            new MemoryArtifactStore(1024),
            tasks(),
            swarm.policy,
            time,
            scheduler,
            scheduler);
    return new NeedProcessor(
        context,
        effects,
        new TaskPermits(1),
        new DeadLetters(bus, store, event -> Mono.empty(), "race"));
  }

  private static TaskRegistry tasks() {
    return TaskRegistry.of(BuiltInTasks.all());
  }

  private static SigningKey decider(int i) {
    return TestSwarm.key("race decider " + i);
  }

  private static SigningKey planner(int i) {
    return TestSwarm.key("race planner " + i);
  }

  private static TrustRegistry trust() {
    TreeMap<PublicKey, Set<Role>> roles = new TreeMap<>();
    for (int i = 0; i < DECIDERS; i++) {
      roles.put(decider(i).publicKey(), EnumSet.of(Role.DECIDER));
      roles.put(planner(i).publicKey(), EnumSet.of(Role.PLANNER));
    }
    roles.put(TestSwarm.key("client").publicKey(), EnumSet.of(Role.CLIENT));
    return TrustRegistry.of(roles);
  }

  private static Envelope need(TestSwarm swarm) {
    JsonObject payload =
        JsonObject.builder()
            .put("task_type", "hash.sha256")
            .put("input", JsonObject.builder().put("text", "x").build())
            .build();
    return swarm.sign(
        new Draft(Kind.NEED, THREAD, null, 1, List.of(), "race", swarm.policy.hash(), payload),
        TestSwarm.key("client"));
  }

  /** Stores the NEED and 64 proposals; answers the proposals. */
  private static List<Envelope> propose(
      TestSwarm swarm, SlotStore store, Rules rules, Envelope need) {
    RowCodec rows = new RowCodec(swarm.codec);
    String slot = Slots.need(need.id());
    store
        .fill(
            List.of(rows.candidate(slot, need, List.of())),
            List.of(
                new dev.canswarm.port.OpenNeed(
                    need.id(), THREAD, slot, 0, System.currentTimeMillis() + 600_000, 0)))
        .block(PATIENCE);
    Stored.Message stored =
        new Stored.Message(slot, need, Admission.payload(need, swarm.policy), 0);
    assertThat(NeedView.of(need.id(), THREAD, List.of(stored)).need()).isNotNull();
    List<Envelope> proposals = new ArrayList<>();
    for (int i = 0; i < DECIDERS; i++) {
      Envelope proposal = swarm.sign(Planner.draft(stored, rules), planner(i));
      proposals.add(proposal);
      store
          .fill(
              List.of(rows.candidate(Slots.propose(proposal.sender()), proposal, List.of())),
              List.of())
          .block(PATIENCE);
    }
    return proposals;
  }

  private static String redisUri(TestSwarm swarm) {
    return "redis://"
        + swarm.stack.endpoints().redisHost()
        + ":"
        + swarm.stack.endpoints().redisPort();
  }

  private static PostgresSettings postgres(TestSwarm swarm, int connections) {
    return new PostgresSettings(
        swarm.stack.endpoints().postgresHost(),
        swarm.stack.endpoints().postgresPort(),
        "postgres",
        "postgres",
        "",
        connections,
        64,
        20_000);
  }

  private KafkaBus bus(TestSwarm swarm) {
    KafkaBus.Settings settings =
        new KafkaBus.Settings(
            swarm.stack.endpoints().kafkaBootstrap(),
            "race",
            Optional.empty(),
            Topics.ofVerbs(),
            2,
            1,
            1,
            600_000,
            64,
            64,
            200,
            64,
            10_000,
            1 << 20,
            (1 << 20) + 65_536,
            Map.of());
    Scheduler blocking = Schedulers.newBoundedElastic(2, 64, "race-blocking", 10, true);
    return KafkaTopics.ensure(settings, blocking)
        .map(cluster -> new KafkaBus(settings, cluster, blocking))
        .blockOptional(PATIENCE)
        .orElseThrow();
  }
}
