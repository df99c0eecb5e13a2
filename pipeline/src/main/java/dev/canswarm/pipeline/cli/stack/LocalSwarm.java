package dev.canswarm.pipeline.cli.stack;

import dev.canswarm.config.KafkaEndpoint;
import dev.canswarm.config.SwarmRole;
import dev.canswarm.config.SwarmSettings;
import dev.canswarm.crypto.EngineSelection;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ConfiguredEngine;
import dev.canswarm.pipeline.cli.command.ConfiguredKeys;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.command.StoppedException;
import dev.canswarm.pipeline.cli.data.AgentKeys;
import dev.canswarm.pipeline.cli.data.AgentNames;
import dev.canswarm.pipeline.cli.data.DataException;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.data.KeyRotation;
import dev.canswarm.pipeline.cli.data.NodeIdentity;
import dev.canswarm.pipeline.cli.data.StackFile;
import dev.canswarm.pipeline.embedded.EmbeddedStack;
import dev.canswarm.pipeline.embedded.EmbeddedStackException;
import dev.canswarm.pipeline.embedded.KafkaUser;
import dev.canswarm.pipeline.embedded.PostgresRole;
import dev.canswarm.pipeline.embedded.RedisUser;
import dev.canswarm.pipeline.embedded.ServerKind;
import dev.canswarm.pipeline.embedded.StackSettings;
import dev.canswarm.pipeline.embedded.StartListener;
import dev.canswarm.pipeline.http.Routes;
import dev.canswarm.pipeline.wiring.AgentKey;
import dev.canswarm.pipeline.wiring.NodeSpec;
import dev.canswarm.pipeline.wiring.SwarmNode;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import javax.management.JMException;

/**
 * A process of the swarm with its keys, node, and, if the settings name no others, embedded
 * servers. Starting and stopping block. Not thread-safe.
 */
public final class LocalSwarm implements AutoCloseable {
  /** Reserve for a dead letter's headers and Kafka's overhead. */
  private static final int MESSAGE_OVERHEAD_BYTES = 1 << 17;

  private static final String ARTIFACTS = "artifacts";

  private final NodeSpec spec;
  private final AgentKeys keys;
  private final Path auditDirectory;
  private final Found found;
  private final SwarmNode running;
  private final Closing node;
  private final Closing beneath;

  private LocalSwarm(
      NodeSpec spec,
      AgentKeys keys,
      Path auditDirectory,
      Found found,
      SwarmNode running,
      Closing node,
      Closing beneath) {
    this.spec = spec;
    this.keys = keys;
    this.auditDirectory = auditDirectory;
    this.found = found;
    this.running = running;
    this.node = node;
    this.beneath = beneath;
  }

  /**
   * Creates missing keys, starts servers unless some are named, then the node, and returns once the
   * node accepts messages. On a failure everything started is stopped.
   *
   * @throws StoppedException when the process was asked to stop meanwhile
   * @throws Exception of a type that names the cause: keys, trust file, servers
   */
  public static LocalSwarm start(SwarmPlan plan, CommandContext context) throws Exception {
    Closing beneath = new Closing();
    Closing node = new Closing();
    boolean started = false;
    context.stop().drainFor(plan.settings().shutdownTimeoutMillis());
    try {
      EngineSelection selection = ConfiguredEngine.of(plan.settings());
      context.console().note("swarm: Ed25519 by " + selection.describe());
      SignatureEngine engine = selection.engine();
      KeyAccess kept =
          beneath.add("the signers", ConfiguredKeys.of(plan.settings(), engine, context));
      AgentKeys keys = keys(plan, kept);
      Instant now = Instant.ofEpochSecond(0, context.time().epochNanos());
      StartRules.check(
          plan.settings(), plan.policy(), plan.modules(), TrustRoles.of(keys.trust(), now));
      NodeIdentity identity = beneath.add("the node's key", identity(plan));
      if (plan.joined().isEmpty()) {
        StackFile.writePolicy(plan.data().root(), plan.policy());
        plan.modules().write(plan.data().root());
      }
      context.stop().check();
      Found found = servers(plan, context, beneath);
      context.stop().check();
      NodeSpec spec = spec(plan, context, engine, kept, keys, identity, found.servers());
      SwarmNode running = startNode(spec, node);
      context.stop().check();
      started = true;
      return new LocalSwarm(spec, keys, identity.auditDirectory(), found, running, node, beneath);
    } finally {
      if (!started) {
        node.close();
        beneath.close();
      }
    }
  }

  private static AgentKeys keys(SwarmPlan plan, KeyAccess kept) throws Exception {
    return plan.joined().isPresent()
        ? AgentKeys.read(plan.joined().get(), plan.trustFile(), kept)
        : AgentKeys.ensure(
            plan.data().root(), plan.trustFile(), plan.settings().agents(), plan.seeds(), kept);
  }

  private static NodeIdentity identity(SwarmPlan plan) throws DataException {
    Path own = plan.data().root();
    return plan.joined().isPresent()
        ? NodeIdentity.joiner(plan.joined().get(), own)
        : NodeIdentity.owner(own);
  }

  /**
   * The servers of this process.
   *
   * @param openKafka where programs without a login of ours reach Kafka
   * @param kafkaSaslPort the embedded broker's port for clients that log in
   */
  private record Found(NodeSpec.Servers servers, String openKafka, OptionalInt kafkaSaslPort) {}

  private static Found servers(SwarmPlan plan, CommandContext context, Closing beneath)
      throws EmbeddedStackException {
    SwarmSettings settings = plan.settings();
    if (!settings.embeddedAny()) {
      String named = settings.kafka().bootstrap().orElseThrow();
      NodeSpec.Servers servers =
          new NodeSpec.Servers(
              new KafkaEndpoint(named, settings.kafka().client()),
              settings.postgres().endpoint().orElseThrow(),
              settings.postgres().owner(),
              settings.redis().url().orElseThrow().reveal());
      return new Found(servers, plan.openKafka().orElse(named), OptionalInt.empty());
    }
    int messageBytesMax =
        Math.max(
            StackSettings.DEFAULT_MESSAGE_BYTES_MAX,
            settings.kafka().recordBytesMax() + MESSAGE_OVERHEAD_BYTES);
    EmbeddedStack embedded =
        beneath.add(
            "the servers",
            EmbeddedStack.start(
                plan.data(),
                plan.ports(),
                StackSettings.defaults().withMessageBytesMax(messageBytesMax),
                listener(context)));
    NodeSpec.Servers servers =
        new NodeSpec.Servers(
            settings
                .kafka()
                .bootstrap()
                .map(named -> new KafkaEndpoint(named, settings.kafka().client()))
                .orElseGet(() -> embedded.kafka(KafkaUser.PIPELINE)),
            settings
                .postgres()
                .endpoint()
                .orElseGet(() -> embedded.postgres(PostgresRole.PIPELINE)),
            settings.postgres().embedded()
                ? Optional.of(embedded.postgres(PostgresRole.OWNER))
                : settings.postgres().owner(),
            settings.redis().url().orElseGet(() -> embedded.redisUrl(RedisUser.GATE)).reveal());
    Optional<String> foreign = settings.kafka().bootstrap();
    return new Found(
        servers,
        foreign.orElse(embedded.endpoints().kafkaBootstrap()),
        foreign.isPresent() ? OptionalInt.empty() : OptionalInt.of(embedded.kafkaSaslPort()));
  }

  private static StartListener listener(CommandContext context) {
    return new StartListener() {
      @Override
      public void preparing(ServerKind server, String what) {
        context.console().note("swarm: " + server.label() + ": " + what);
      }

      @Override
      public void lost(ServerKind server, String detail) {
        context.console().note("swarm: " + server.label() + " died and is restarted: " + detail);
      }

      @Override
      public void fatal(ServerKind server, String detail) {
        context.console().note("swarm: " + server.label() + " is lost: " + detail);
        context
            .console()
            .lastNote("swarm: ended because " + server.label() + " was lost: " + detail);
      }
    };
  }

  private static NodeSpec spec(
      SwarmPlan plan,
      CommandContext context,
      SignatureEngine engine,
      KeyAccess kept,
      AgentKeys keys,
      NodeIdentity identity,
      NodeSpec.Servers servers)
      throws DataException {
    List<AgentKey> agents = new ArrayList<>();
    for (SwarmRole role : plan.settings().roles()) {
      for (int number = 1; number <= plan.settings().agents().of(role); number++) {
        String name = AgentNames.of(role, number);
        agents.add(new AgentKey(name, RoleName.valueOf(role.name()), keys.key(name)));
      }
    }
    Instant now = Instant.ofEpochSecond(0, context.time().epochNanos());
    return new NodeSpec(
        plan.settings(),
        servers,
        agents,
        new KeyRotation(plan.joined().orElse(plan.data().root()), kept)::find,
        keys.has(AgentNames.OPERATOR)
            ? Optional.of(keys.key(AgentNames.OPERATOR))
            : Optional.empty(),
        engine,
        new NodeSpec.Audit(keys.key(identity.name()), identity.auditDirectory()),
        new NodeSpec.Shared(
            TrustRoles.genesis(
                plan.settings().swarmId(), keys.trust(), now, Policy.parse(plan.policy())),
            plan.policy(),
            plan.joined().orElse(plan.data().root()).resolve(ARTIFACTS),
            plan.modules()),
        plan.tasks());
  }

  private static SwarmNode startNode(NodeSpec spec, Closing node) throws CommandException {
    try {
      SwarmNode started = node.add("the pipeline", SwarmNode.start(spec));
      started.awaitReady();
      return started;
    } catch (RuntimeException e) {
      throw new CommandException(
          ExitCode.ENVIRONMENT, "the pipeline did not start: " + reason(e), e);
    }
  }

  /** Reactor's timeout message gives nanoseconds and no context. */
  private static String reason(RuntimeException failure) {
    return failure.getCause() instanceof TimeoutException
        ? "a server did not answer in time; the log says which"
        : String.valueOf(failure.getMessage());
  }

  /** Returns the error that ended the pipeline, if any. */
  public Optional<Throwable> failure() {
    return running.failure();
  }

  /** Shows the node's meters by JMX until the result is closed. */
  public AutoCloseable showMeters() throws JMException {
    return running.showMeters();
  }

  /**
   * Returns the share of received envelopes that the cache held, 0 to 1; empty if there were none.
   * Can be asked after the node has stopped.
   */
  public OptionalDouble envelopeCacheHitRate() {
    return running.envelopeCacheHitRate();
  }

  /** Returns the HTTP routes of the node, which work until it is stopped. */
  public Routes apiRoutes() {
    return running.apiRoutes();
  }

  /** Returns the addresses of the servers. */
  public NodeSpec.Servers servers() {
    return spec.servers();
  }

  /** Returns where programs without a login of ours reach Kafka. */
  public String openKafka() {
    return found.openKafka();
  }

  /**
   * Returns the port of the embedded broker for clients that log in; empty if this process started
   * no broker.
   */
  public OptionalInt kafkaSaslPort() {
    return found.kafkaSaslPort();
  }

  /** Returns the input from which its node was wired. */
  public NodeSpec spec() {
    return spec;
  }

  /** Returns the agents' keys. */
  public AgentKeys keys() {
    return keys;
  }

  /** Returns the directory of this process's audit log. */
  public Path auditDirectory() {
    return auditDirectory;
  }

  /** Drains and stops the node; the servers stay up. Idempotent. */
  public void stopNode() {
    node.close();
  }

  /** Drains and stops the node, then its servers. Idempotent. */
  @Override
  public void close() {
    node.close();
    beneath.close();
  }
}
