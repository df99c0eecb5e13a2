package dev.canswarm.pipeline.cli.demo;

import dev.canswarm.config.SwarmSettings;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.cli.chain.StoredChain;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ConfiguredEngine;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.AgentNames;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.data.KeyRotation;
import dev.canswarm.pipeline.cli.data.SeedSource;
import dev.canswarm.pipeline.cli.kafka.UnverifiedEnvelope;
import dev.canswarm.pipeline.cli.stack.LocalSwarm;
import dev.canswarm.pipeline.cli.stack.TrustRoles;
import dev.canswarm.pipeline.cli.trust.EntrySender;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.policy.Policy;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The scenario in which a worker's key is stolen while the worker holds a lease: an administrator
 * rotates the key and declares the old one compromised. Call {@link #seen} on the thread that reads
 * Kafka, and the other methods on the demo's own thread.
 */
final class RotationStory implements AutoCloseable {
  /** How each NEED ends, in their order. */
  static final List<String> OUTCOMES = List.of("ACCEPTED", "ACCEPTED");

  /** The second NEED is sent once the first has ended. */
  static final int OPEN_MAX = 1;

  private static final long ENTRY_MILLIS_MAX = 30_000;

  /** Longer than both entries take, shorter than the policy's lease. */
  private static final long WORK_MILLIS_MAX = 25_000;

  private static final Duration READ_MAX = Duration.ofSeconds(30);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  private final CountDownLatch changed = new CountDownLatch(1);
  private final AtomicReference<@Nullable PublicKey> claimant = new AtomicReference<>();
  private @Nullable Swarm swarm;
  private boolean done;

  private record Swarm(
      LocalSwarm local,
      KeyRotation keys,
      SeedSource seeds,
      SignatureEngine engine,
      EnvelopeCodec codec,
      TrustState genesis,
      PostgresSlotStore store,
      CommandContext context) {}

  /** Returns the payloads of the NEEDs: one task, and afterwards five. */
  static List<byte[]> needs(String passage) {
    return List.of(DemoTasks.countNeed(passage), DemoTasks.totalNeed(passage));
  }

  /** Returns the task handlers, of which the first run lasts until the key was changed. */
  List<TaskHandler> tasks() {
    List<TaskHandler> tasks = new ArrayList<>(DemoTasks.total());
    tasks.set(0, new Slow(tasks.get(0), changed));
    return tasks;
  }

  private static final class Slow implements TaskHandler {
    private final TaskHandler task;
    private final CountDownLatch changed;
    private final AtomicBoolean first = new AtomicBoolean(true);

    Slow(TaskHandler task, CountDownLatch changed) {
      this.task = task;
      this.changed = changed;
    }

    @Override
    public String type() {
      return task.type();
    }

    @Override
    public byte[] run(TaskInput input) throws TaskException {
      try {
        if (first.getAndSet(false)) {
          changed.await(WORK_MILLIS_MAX, TimeUnit.MILLISECONDS);
        }
        return task.run(input);
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new TaskException("interrupted");
      }
    }
  }

  /** Connects to the swarm whose key is to be changed. */
  RotationStory begin(
      LocalSwarm local,
      Path data,
      SwarmSettings settings,
      byte[] policy,
      SeedSource seeds,
      CommandContext context)
      throws Exception {
    SignatureEngine engine = ConfiguredEngine.of(settings).engine();
    swarm =
        new Swarm(
            local,
            new KeyRotation(data, KeyAccess.plain(engine)),
            agent -> seeds.seedOf(agent + ", rotated"),
            engine,
            new EnvelopeCodec(settings.swarmId(), engine, EnvelopeLimits.DEFAULT),
            TrustRoles.genesis(
                settings.swarmId(),
                local.keys().trust(),
                Instant.ofEpochSecond(0, context.time().epochNanos()),
                Policy.parse(policy)),
            DemoReplay.store(local.servers().postgres()),
            context);
    return this;
  }

  /** Notes whose key is used for the first task. */
  void seen(UnverifiedEnvelope envelope) {
    if (envelope.verb() == Verb.CLAIM) {
      claimant.compareAndSet(null, PublicKey.ofBase64(envelope.sender()));
    }
  }

  /** Changes the key once it is in use; does nothing before and after. */
  void act() throws Exception {
    PublicKey stolen = claimant.get();
    Swarm at = swarm;
    if (done || stolen == null || at == null) {
      return;
    }
    done = true;
    Map<String, String> names = at.local().keys().nameByKey();
    String name = names.getOrDefault(stolen.base64(), "");
    TrustState head =
        new StoredChain(at.store(), at.codec(), at.engine(), READ_MAX).head(at.genesis());
    PublicKey key =
        at.keys().prepare(name, one -> head.find(one).isPresent(), at.seeds()).publicKey();
    TrustState rotated = entry(at, head, new ControlChange.Rotate(name, stolen, key));
    entry(at, rotated, new ControlChange.Compromised(stolen));
    changed.countDown();
  }

  private static TrustState entry(Swarm at, TrustState head, ControlChange change)
      throws Exception {
    SigningKey admin =
        at.keys().find(AgentNames.ADMIN, head.keyOf(AgentNames.ADMIN).orElseThrow()).orElseThrow();
    Control control = new Control(head.number() + 1, head.genesis(), change, List.of(), null);
    Envelope entry =
        at.codec().sign(EntrySender.draft(head, control), admin, at.context().time().epochNanos());
    EntrySender.Outcome outcome =
        new EntrySender(at.local().servers().kafka(), at.store(), READ_MAX, at.context().stop())
            .send(entry, control.number(), ENTRY_MILLIS_MAX);
    if (!outcome.isStored()) {
      throw new CommandException(ExitCode.FAILED, "the key is as it was: " + outcome.reason());
    }
    return new StoredChain(at.store(), at.codec(), at.engine(), READ_MAX).head(at.genesis());
  }

  @Override
  public void close() {
    changed.countDown();
    Swarm at = swarm;
    if (at != null) {
      at.store().closeLater().onErrorComplete().block(CLOSE_MAX);
    }
  }
}
