package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.config.TrustFile;
import dev.canswarm.control.ControlKey;
import dev.canswarm.control.KeyStatus;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.data.KeyRotation;
import dev.canswarm.pipeline.cli.stack.TrustRoles;
import dev.canswarm.pipeline.cli.thread.StoreAccess;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.RetryableException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Keys, roles and policies at the latest head of the control chain, for commands that sign or check
 * a message. Immutable.
 */
public final class TrustView {
  private final TrustState head;
  private final KeyRotation keys;

  private TrustView(TrustState head, KeyRotation keys) {
    this.head = head;
    this.keys = keys;
  }

  /**
   * Reads the chain, if there is a database; without one, what the trust file says holds. Blocks.
   *
   * @throws Exception any that {@code Failures} can describe
   */
  public static TrustView read(
      DataAccess access,
      EnvelopeCodec codec,
      SignatureEngine engine,
      KeyAccess kept,
      CommandContext context)
      throws Exception {
    TrustState genesis =
        TrustRoles.genesis(
            access.settings().swarmId(),
            TrustFile.read(access.trustFile()),
            Instant.ofEpochMilli(context.time().epochMillis()),
            Policy.parse(access.policy()));
    KeyRotation keys = new KeyRotation(access.dataDir(), kept);
    if (access.settings().postgres().endpoint().isEmpty()) {
      return new TrustView(genesis, keys);
    }
    PostgresSlotStore store = StoreAccess.open(access);
    try {
      return new TrustView(
          new StoredChain(store, codec, engine, StoreAccess.wait(access)).head(genesis), keys);
    } catch (RetryableException away) {
      context.console().note("swarm: the control chain cannot be read: " + away.getMessage());
      return new TrustView(genesis, keys);
    } finally {
      store.closeLater().block(StoreAccess.CLOSE_MAX);
    }
  }

  /** The state at the latest head. */
  public TrustState head() {
    return head;
  }

  /** The keys in force with their roles. */
  public TrustRegistry inForce() {
    return head.registry();
  }

  /**
   * The keys that may have signed what is in the record: those in force, and those that were
   * retired since.
   */
  public TrustRegistry ever() {
    Map<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    for (ControlKey key : head.keys()) {
      if (key.status() != KeyStatus.COMPROMISED) {
        roles.put(key.key(), key.roles());
      }
    }
    return TrustRegistry.of(roles);
  }

  /** The policy that new messages name. */
  public Policy policy() {
    return head.policy();
  }

  /** The private key of the agent that is in force; empty if it is not here. */
  public Optional<SigningKey> key(String name) throws Exception {
    Optional<PublicKey> inForce = head.keyOf(name);
    return inForce.isPresent() ? keys.find(name, inForce.get()) : Optional.empty();
  }
}
