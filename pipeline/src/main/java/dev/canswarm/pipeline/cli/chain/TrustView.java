package dev.canswarm.pipeline.cli.chain;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.config.TrustFile;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.KeyStatus;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.data.KeyRotation;
import dev.canswarm.pipeline.cli.stack.TrustRoles;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import java.time.Duration;
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
  private final ControlHistory chain;
  private final KeyRotation keys;

  private TrustView(ControlHistory chain, KeyRotation keys) {
    this.chain = chain;
    this.keys = keys;
  }

  /**
   * What the trust file alone says, if there is no database to read.
   *
   * @param kept where private keys are
   * @throws Exception any that {@code Failures} can describe
   */
  public static TrustView ofTrustFile(DataAccess access, KeyAccess kept, TimeSource time)
      throws Exception {
    TrustState genesis =
        TrustRoles.genesis(
            access.settings().swarmId(),
            TrustFile.read(access.trustFile()),
            Instant.ofEpochMilli(time.epochMillis()),
            Policy.parse(access.policy()));
    return new TrustView(ControlHistory.of(genesis), new KeyRotation(access.dataDir(), kept));
  }

  /**
   * Reads the chain. Blocks.
   *
   * @param wait longest wait for the store
   * @param kept where private keys are
   * @throws Exception any that {@code Failures} can describe
   */
  public static TrustView read(
      DataAccess access,
      PostgresSlotStore store,
      Duration wait,
      SignatureEngine engine,
      KeyAccess kept,
      TimeSource time)
      throws Exception {
    TrustView first = ofTrustFile(access, kept, time);
    EnvelopeCodec codec =
        new EnvelopeCodec(access.settings().swarmId(), engine, EnvelopeLimits.DEFAULT);
    return new TrustView(
        new StoredChain(store, codec, engine, wait).history(first.head()), first.keys);
  }

  /** The chain as far as it is stored. */
  public ControlHistory chain() {
    return chain;
  }

  /** The state at the latest head. */
  public TrustState head() {
    return chain.head();
  }

  /** The keys in force with their roles. */
  public TrustRegistry inForce() {
    return head().registry();
  }

  /**
   * Returns the keys that may have signed stored messages: those in force and retired ones, but no
   * compromised ones.
   */
  public TrustRegistry ever() {
    Map<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    head().keys().stream()
        .filter(key -> key.status() != KeyStatus.COMPROMISED)
        .forEach(key -> roles.put(key.key(), key.roles()));
    return TrustRegistry.of(roles);
  }

  /** The policy that new messages name. */
  public Policy policy() {
    return head().policy();
  }

  /** The private key of the agent that is in force; empty if it is not here. */
  public Optional<SigningKey> key(String name) throws Exception {
    Optional<PublicKey> inForce = head().keyOf(name);
    return inForce.isPresent() ? keys.find(name, inForce.get()) : Optional.empty();
  }
}
