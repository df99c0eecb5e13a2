package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.clock.TimeSource;
import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.embedded.KafkaUser;
import dev.canswarm.pipeline.embedded.RedisUser;
import dev.canswarm.pipeline.kafka.BusSettings;
import dev.canswarm.pipeline.kafka.KafkaBus;
import dev.canswarm.pipeline.kafka.KafkaTopics;
import dev.canswarm.pipeline.postgres.PostgresPoolSettings;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.redis.RedisClientSettings;
import dev.canswarm.pipeline.redis.RedisDecisionGate;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.AuditLog;
import dev.canswarm.port.Bus;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.ForwardingBus;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.NoFailureStore;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.Topics;
import dev.canswarm.port.TurnWrite;
import dev.canswarm.port.memory.MemoryArtifactStore;
import dev.canswarm.port.memory.MemoryAuditLog;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Roles;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.derive.DerivedCheck;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.role.Decider;
import dev.canswarm.protocol.role.Planner;
import dev.canswarm.protocol.verb.Admission;
import dev.canswarm.protocol.verb.Verbs;
import dev.canswarm.stage.DeadLetters;
import dev.canswarm.stage.EffectExecutor;
import dev.canswarm.stage.Gateway;
import dev.canswarm.stage.LaneBounds;
import dev.canswarm.stage.RecordDecoder;
import dev.canswarm.stage.RetryPolicy;
import dev.canswarm.stage.RowCodec;
import dev.canswarm.stage.Signers;
import dev.canswarm.stage.StageContext;
import dev.canswarm.stage.StageMeter;
import dev.canswarm.stage.SwarmChain;
import dev.canswarm.stage.TaskPermits;
import dev.canswarm.task.BuiltInTasks;
import dev.canswarm.task.TaskRegistry;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
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
  private static final ThreadId THREAD = new ThreadId("race");

  private final Scheduler scheduler = Schedulers.newParallel("race", 4, true);
  private final TimeSource time = TimeSource.system();

  @Test
  void sixtyFourDecidersEndWithOneDecisionEverywhere() throws Exception {
    try (TestSwarm swarm = TestSwarm.start()) {
      PostgresPoolSettings postgres = swarm.postgres(1);
      swarm.migrate();
      KafkaBus bus = bus(swarm);
      TrustRegistry trust = trust();
      Rules rules = new Rules(swarm.policy, trust, tasks().types());
      PostgresSlotStore store = new PostgresSlotStore(swarm.postgres(4));
      Envelope need = need(swarm);
      List<Envelope> proposals = propose(swarm, store, rules, need);

      List<RedisDecisionGate> gates = new ArrayList<>();
      List<PostgresSlotStore> stores = new ArrayList<>();
      for (int i = 0; i < DECIDERS; i++) {
        gates.add(new RedisDecisionGate(new RedisClientSettings(redisUri(swarm), 2_000, 64)));
        stores.add(new PostgresSlotStore(postgres));
      }
      Mono<Void> race =
          Flux.range(0, DECIDERS)
              .flatMap(
                  i ->
                      decide(swarm, rules, bus, stores.get(i), gates.get(i), i, proposals)
                          .doOnSuccess(done -> flushInTheMiddle(swarm, i)),
                  DECIDERS)
              .then();
      race.block(PATIENCE);

      SlotRow slot = store.find(need.id().text(), Slot.DECIDE.key()).blockOptional().orElseThrow();
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
      swarm.migrate();
      KafkaBus bus = bus(swarm);
      Rules rules = new Rules(swarm.policy, trust(), tasks().types());
      PostgresSlotStore store = new PostgresSlotStore(swarm.postgres(4));
      Envelope need = need(swarm);
      List<Envelope> proposals = propose(swarm, store, rules, need);
      RedisDecisionGate early =
          new RedisDecisionGate(new RedisClientSettings(redisUri(swarm), 2_000, 64));
      RedisDecisionGate late =
          new RedisDecisionGate(new RedisClientSettings(redisUri(swarm), 2_000, 64));

      Sinks.Empty<Void> asleep = Sinks.empty();
      Sinks.Empty<Void> awake = Sinks.empty();
      SlotStore paused = pausedBeforeDeciding(store, asleep, awake);
      CompletableFuture<Void> sleeper =
          decide(swarm, rules, bus, paused, early, 0, proposals).toFuture();
      asleep.asMono().block(PATIENCE);
      assertThat(store.find(need.id().text(), Slot.DECIDE.key()).blockOptional()).isEmpty();
      // Redis admitted it, and forgets: another decider, with a later epoch, is admitted too.
      flush(swarm);
      decide(swarm, rules, bus, store, late, 1, proposals).block(PATIENCE);
      awake.tryEmitEmpty();
      sleeper.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

      SlotRow slot = store.find(need.id().text(), Slot.DECIDE.key()).blockOptional().orElseThrow();
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
              if (!method.getName().equals("store")
                  || ((TurnWrite) arguments[0])
                      .candidates().stream()
                          .noneMatch(one -> one.row().slot().equals(Slot.DECIDE.key()))) {
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
    RedisClient client = RedisClient.create(swarm.stack.redisUrl(RedisUser.OPERATOR).reveal());
    try (var connection = client.connect()) {
      connection.sync().flushall();
    } finally {
      client.shutdown();
    }
  }

  private static DecisionRecord asking(Envelope need, Decide terms) {
    return new DecisionRecord(
        new NeedId(need.id()), terms.proposalId(), Long.MAX_VALUE >> 12, 3, 0, "anybody", 1);
  }

  private static void flushInTheMiddle(TestSwarm swarm, int i) {
    if (i == DECIDERS / 2) {
      RedisClient client = RedisClient.create(swarm.stack.redisUrl(RedisUser.OPERATOR).reveal());
      client
          .connectAsync(StringCodec.UTF8, RedisURI.create(redisUri(swarm)))
          .thenCompose(connection -> connection.async().flushall())
          .whenComplete((done, error) -> client.shutdownAsync());
    }
  }

  /** Delivers a decider its own proposal; completes when that is acknowledged. */
  private Mono<Void> decide(
      TestSwarm swarm,
      Rules rules,
      KafkaBus bus,
      SlotStore store,
      RedisDecisionGate gate,
      int i,
      List<Envelope> proposals) {
    Agent agent = new Agent("decider-" + i, RoleName.DECIDER, decider(i).publicKey());
    EnvelopeId mine = proposals.get(i).id();
    Decider decider =
        new Decider(
            rules,
            List.of(agent),
            valid -> valid.stream().filter(proposal -> proposal.id().equals(mine)).findFirst());
    PolicyCheck check = new PolicyCheck(swarm.policy, rules.trust());
    Signers signers = new Signers(swarm.codec, time, List.of(decider(i)));
    Sinks.Empty<Void> acknowledged = Sinks.empty();
    Bus delivering = new Delivering(bus, proposals.get(i), acknowledged::tryEmitEmpty);
    Admission admission = new Admission(check, rules, false);
    AuditLog audit = new MemoryAuditLog(new LamportClock(0), time);
    StageContext context =
        new StageContext(
            new StageContext.Duties(
                rules, check, DerivedCheck.by(rules), Roles.of(List.of(decider)), false),
            new StageContext.Ports(delivering, store, gate, audit),
            new StageContext.Rows(new RowCodec(swarm.codec), signers, new DeadLetters("race")),
            new StageContext.Runtime(
                time,
                new RetryPolicy(10, 100, scheduler, (failure, about) -> {}),
                StageMeter.NONE,
                scheduler,
                scheduler));
    EffectExecutor effects =
        new EffectExecutor(
            gate,
            store,
            new MemoryArtifactStore(1024),
            tasks(),
            () -> swarm.policy,
            time,
            scheduler,
            scheduler,
            new NoFailureStore());
    SwarmChain chain =
        new SwarmChain(
            context,
            new RecordDecoder(swarm.codec, admission, new Gateway(agent, signers, admission)),
            effects,
            new TaskPermits(1),
            new SwarmChain.Bounds(
                new LaneBounds(bus.partitionOf(THREAD) + 1, 1, 16, 1 << 20), 1, 16, 60_000, 1));
    return Mono.firstWithSignal(chain.run(), acknowledged.asMono());
  }

  /** The bus of one decider, which is given one record. */
  private static final class Delivering extends ForwardingBus {
    private final Envelope proposal;
    private final Runnable acknowledged;

    Delivering(Bus bus, Envelope proposal, Runnable acknowledged) {
      super(bus);
      this.proposal = proposal;
      this.acknowledged = acknowledged;
    }

    @Override
    public Flux<List<Delivery>> batches() {
      Delivery delivery =
          Delivery.of(
              new RecordPosition("race", proposal.verb().topic(), bus.partitionOf(THREAD), 0),
              THREAD.text().getBytes(StandardCharsets.UTF_8),
              proposal.bytes(),
              acknowledged::run);
      return Flux.<List<Delivery>>just(List.of(delivery)).concatWith(Flux.never());
    }

    @Override
    public void hold(Set<String> topics) {}

    @Override
    public Set<Integer> assignedPartitions() {
      return Set.of();
    }

    @Override
    public long assignment(int partition) {
      return 1;
    }

    @Override
    public long lag(String topic, int partition) {
      return 0;
    }
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
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    for (int i = 0; i < DECIDERS; i++) {
      roles.put(decider(i).publicKey(), EnumSet.of(RoleName.DECIDER));
      roles.put(planner(i).publicKey(), EnumSet.of(RoleName.PLANNER));
    }
    roles.put(TestSwarm.key("client").publicKey(), EnumSet.of(RoleName.CLIENT));
    return TrustRegistry.of(roles);
  }

  private static Envelope need(TestSwarm swarm) {
    JsonObject payload =
        JsonObject.builder()
            .put("task_type", "hash.sha256")
            .put("input", JsonObject.builder().put("text", "x").build())
            .build();
    return swarm.sign(
        Draft.need(THREAD, "race", swarm.policy.hash(), payload), TestSwarm.key("client"));
  }

  /** Stores the NEED and 64 proposals; answers the proposals. */
  private static List<Envelope> propose(
      TestSwarm swarm, SlotStore store, Rules rules, Envelope need) {
    RowCodec rows = new RowCodec(swarm.codec);
    Slot slot = Slot.need(new NeedId(need.id()));
    StoredRows.fill(
            store,
            List.of(rows.candidate(slot, need, List.of())),
            List.of(
                new OpenNeed(
                    new NeedId(need.id()),
                    THREAD,
                    slot.key(),
                    0,
                    System.currentTimeMillis() + 600_000,
                    0)))
        .block(PATIENCE);
    Stored.Message stored = new Stored.Message(slot, need, Verbs.payload(need, swarm.policy), 0);
    assertThat(NeedView.of(new NeedId(need.id()), THREAD, List.of(stored)).need())
        .isEqualTo(stored);
    List<Envelope> proposals = new ArrayList<>();
    for (int i = 0; i < DECIDERS; i++) {
      Envelope proposal = swarm.sign(Planner.draft(stored, rules), planner(i));
      proposals.add(proposal);
      StoredRows.fill(
              store, List.of(rows.candidate(Slot.propose(proposal.sender()), proposal, List.of())))
          .block(PATIENCE);
    }
    return proposals;
  }

  private static String redisUri(TestSwarm swarm) {
    return swarm.stack.redisUrl(RedisUser.GATE).reveal();
  }

  private KafkaBus bus(TestSwarm swarm) {
    KafkaEndpoint kafka = swarm.stack.kafka(KafkaUser.PIPELINE);
    BusSettings settings =
        BusSettings.builder(kafka.bootstrap(), "race")
            .extra(kafka.properties())
            .topics(Topics.ofVerbs(), 2)
            .inFlight(64)
            .poll(64, 200)
            .sends(64)
            .build();
    Scheduler blocking = Schedulers.newBoundedElastic(2, 64, "race-blocking", 10, true);
    return KafkaTopics.ensure(settings, blocking)
        .map(cluster -> new KafkaBus(settings, cluster, blocking))
        .blockOptional(PATIENCE)
        .orElseThrow();
  }
}
