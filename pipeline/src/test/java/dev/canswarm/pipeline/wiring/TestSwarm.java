package dev.canswarm.pipeline.wiring;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.SettingsLoader;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.pipeline.embedded.DemoDirectories;
import dev.canswarm.pipeline.embedded.EmbeddedStack;
import dev.canswarm.pipeline.embedded.KafkaUser;
import dev.canswarm.pipeline.embedded.Ports;
import dev.canswarm.pipeline.embedded.PostgresRole;
import dev.canswarm.pipeline.embedded.RedisUser;
import dev.canswarm.pipeline.embedded.StackSettings;
import dev.canswarm.pipeline.embedded.StartListener;
import dev.canswarm.pipeline.postgres.Migrations;
import dev.canswarm.pipeline.postgres.PostgresPoolSettings;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.Topics;
import dev.canswarm.task.TaskHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A swarm on an embedded stack of its own: the topics have fixed names, so tests of the whole swarm
 * do not share a broker with other suites.
 */
public final class TestSwarm implements AutoCloseable {
  private static final int STATEMENT_MILLIS_MAX = 20_000;
  private static final Duration POLL = Duration.ofMillis(100);

  public final EmbeddedStack stack;
  public final EnvelopeCodec codec;
  public final Policy policy;
  public final TrustRegistry trust;
  public final KafkaProducer<byte[], byte[]> producer;
  public final Path dataDir;
  private final DemoDirectories.DemoDirectory directory;
  private final byte[] policyJson;
  private final TreeMap<String, AgentKey> agents = new TreeMap<>();
  private final TreeMap<String, AgentKey> outsiders = new TreeMap<>();
  private final List<SwarmNode> nodes = new ArrayList<>();
  private final List<SwarmNode> closed = new ArrayList<>();

  private TestSwarm(
      DemoDirectories.DemoDirectory directory,
      EmbeddedStack stack,
      byte[] policyJson,
      Map<String, RoleName> outsiders) {
    this.directory = directory;
    this.stack = stack;
    this.dataDir = directory.data().root();
    this.policyJson = policyJson;
    this.policy = Policy.parse(policyJson);
    this.codec = new EnvelopeCodec("can-swarm", Engines.fastest().engine(), EnvelopeLimits.DEFAULT);
    agent("planner-1", RoleName.PLANNER);
    agent("decider-1", RoleName.DECIDER);
    agent("worker-1", RoleName.WORKER);
    for (int i = 1; i <= 4; i++) {
      agent("verifier-" + i, RoleName.VERIFIER);
    }
    agent("coordinator-1", RoleName.COORDINATOR);
    agent("gateway-1", RoleName.GATEWAY);
    agent("client", RoleName.CLIENT);
    agent("operator", RoleName.OPERATOR);
    agent("node-1", RoleName.NODE);
    agent("node-2", RoleName.NODE);
    outsiders.forEach(
        (name, role) -> this.outsiders.put(name, new AgentKey(name, role, key(name))));
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    this.outsiders
        .values()
        .forEach(agent -> roles.put(agent.key().publicKey(), EnumSet.of(agent.role())));
    agents.values().forEach(agent -> roles.put(agent.key().publicKey(), EnumSet.of(agent.role())));
    this.trust = TrustRegistry.of(roles);
    Map<String, Object> settings = new HashMap<>();
    kafka(settings);
    settings.put("acks", "all");
    this.producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void agent(String name, RoleName role) {
    agents.put(name, new AgentKey(name, role, key(name)));
  }

  /** A key by name; names that are not agents are keys that nobody listed. */
  public static SigningKey key(String name) {
    return Engines.fastest()
        .engine()
        .signingKey(Sha256.hash(("test key of " + name).getBytes(StandardCharsets.UTF_8)));
  }

  /** Starts the servers; no process of the swarm runs yet. */
  public static TestSwarm start() throws Exception {
    return start(PolicyFile.builtIn());
  }

  /** The same under another policy. */
  public static TestSwarm start(byte[] policyJson) throws Exception {
    return start(policyJson, Map.of());
  }

  /**
   * The same.
   *
   * @param outsiders agents that are trusted and that no process has because of their role
   */
  public static TestSwarm start(byte[] policyJson, Map<String, RoleName> outsiders)
      throws Exception {
    DemoDirectories.DemoDirectory directory = DemoDirectories.inTempDir().create();
    EmbeddedStack stack =
        EmbeddedStack.start(
            directory.data(), Ports.anyFree(), StackSettings.defaults(), StartListener.none());
    return new TestSwarm(directory, stack, policyJson, outsiders);
  }

  /** Starts a process with the agents of these roles. */
  public SwarmNode node(String node, Set<RoleName> roles, TaskHandler... tasks) throws Exception {
    return node(node, roles, Map.of(), tasks);
  }

  /** Starts a process with the agents of these roles. */
  public SwarmNode node(
      String node, Set<RoleName> roles, Map<String, String> settings, TaskHandler... tasks)
      throws Exception {
    List<AgentKey> played =
        agents.values().stream().filter(agent -> roles.contains(agent.role())).toList();
    return node(node, played, policyJson, settings, tasks);
  }

  /** Starts a process with these agents. */
  SwarmNode node(
      String node,
      List<AgentKey> played,
      byte[] policyJson,
      Map<String, String> settings,
      TaskHandler... tasks)
      throws Exception {
    SwarmNode started =
        SwarmNode.start(
            new NodeSpec(
                settings(settings),
                new NodeSpec.Servers(
                    stack.kafka(KafkaUser.PIPELINE),
                    stack.postgres(PostgresRole.PIPELINE),
                    Optional.of(stack.postgres(PostgresRole.OWNER)),
                    stack.redisUrl(RedisUser.GATE).reveal()),
                played,
                RotatedKeys.NONE,
                Optional.of(agent("operator").key()),
                Engines.fastest().engine(),
                new NodeSpec.Audit(agent(node).key(), dataDir.resolve("audit-" + node)),
                new NodeSpec.Shared(
                    TrustState.genesis(
                        settings(settings).swarmId(), trust, Policy.parse(policyJson)),
                    policyJson,
                    dataDir.resolve("artifacts")),
                List.of(tasks)));
    nodes.add(started);
    started.awaitReady();
    return started;
  }

  /** Adds the pipeline's login to Kafka, which may write any topic. */
  private void kafka(Map<String, Object> settings) {
    KafkaEndpoint kafka = stack.kafka(KafkaUser.PIPELINE);
    settings.putAll(kafka.properties());
    settings.put("bootstrap.servers", kafka.bootstrap());
  }

  /** The pipeline's login to Kafka, which may write any topic. */
  public Map<String, Object> kafkaClient() {
    Map<String, Object> settings = new HashMap<>();
    kafka(settings);
    return settings;
  }

  /** The key of an agent of this role, the first by name. */
  public Optional<SigningKey> keyOf(RoleName role) {
    return agents.values().stream()
        .filter(agent -> agent.role() == role)
        .map(AgentKey::key)
        .findFirst();
  }

  /** The pipeline's login to PostgreSQL. */
  public PostgresPoolSettings postgres(int connections) {
    return postgres(PostgresRole.PIPELINE, connections);
  }

  /** Migrates the database, as a process does at its start. */
  void migrate() {
    Migrations.migrate(postgres(PostgresRole.OWNER, 1), PostgresRole.PIPELINE.user());
  }

  private PostgresPoolSettings postgres(PostgresRole role, int connections) {
    return new PostgresPoolSettings(
        PostgresAddresses.of(stack.postgres(role)), connections, STATEMENT_MILLIS_MAX);
  }

  private SwarmSettings settings(Map<String, String> flags) throws Exception {
    LoadedSettings loaded = SettingsLoader.load(flags, Map.of(), Optional.empty(), dataDir);
    return loaded.settings();
  }

  public AgentKey agent(String name) {
    AgentKey agent = agents.getOrDefault(name, outsiders.get(name));
    if (agent == null) {
      throw new IllegalArgumentException("no agent " + name);
    }
    return agent;
  }

  /** Stops a process in order. */
  public void stop(SwarmNode node) {
    node.close();
    closed.add(node);
  }

  /** Sends a plain NEED payload. */
  public void intake(String thread, String json) {
    producer.send(
        new ProducerRecord<>(
            Topics.INTAKE,
            thread.getBytes(StandardCharsets.UTF_8),
            json.getBytes(StandardCharsets.UTF_8)));
    producer.flush();
  }

  /** Sends an envelope to its topic. */
  public void publish(Envelope envelope) {
    publish(envelope.verb().topic(), envelope.threadId().text(), envelope.bytes());
  }

  /** Sends bytes to a topic. */
  public void publish(String topic, String thread, byte[] value) {
    producer.send(new ProducerRecord<>(topic, thread.getBytes(StandardCharsets.UTF_8), value));
    producer.flush();
  }

  public Envelope sign(Draft draft, SigningKey key) {
    return codec.sign(draft, key, TimeSource.system().epochNanos());
  }

  /** Reads a topic from its start until a record is as asked, or the time is over. */
  public @Nullable ConsumerRecord<byte[], byte[]> await(
      String topic, Duration timeout, Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      assign(consumer, topic);
      long deadline = System.nanoTime() + timeout.toNanos();
      while (System.nanoTime() < deadline) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (wanted.test(record)) {
            return record;
          }
        }
      }
      return null;
    }
  }

  /** All records of a topic up to its end now. */
  public List<ConsumerRecord<byte[], byte[]>> all(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions = assign(consumer, topic);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> all = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(POLL).forEach(all::add);
      }
      return all;
    }
  }

  /** The envelopes of a thread on a topic. */
  public List<Envelope> envelopes(String topic, ThreadId thread) {
    return all(topic).stream()
        .map(record -> codec.decodeAndVerify(record.value()))
        .filter(envelope -> envelope.threadId().equals(thread))
        .toList();
  }

  /** The envelope of a thread on a topic, waited for. */
  public Envelope awaitEnvelope(String topic, String thread, Duration timeout) {
    ConsumerRecord<byte[], byte[]> record =
        await(topic, timeout, r -> thread.equals(text(r.key())));
    if (record == null) {
      throw new AssertionError("nothing of " + thread + " on " + topic + " within " + timeout);
    }
    return codec.decodeAndVerify(record.value());
  }

  public static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  private List<TopicPartition> assign(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return partitions;
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> settings = new HashMap<>();
    kafka(settings);
    settings.put("enable.auto.commit", false);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public void close() {
    producer.close();
    nodes.stream().filter(node -> !closed.contains(node)).forEach(SwarmNode::close);
    stack.close();
    directory.close();
  }
}
