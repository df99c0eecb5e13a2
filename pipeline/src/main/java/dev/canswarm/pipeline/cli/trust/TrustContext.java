package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.config.TrustFile;
import dev.canswarm.control.ControlKey;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.pipeline.cli.chain.StoredChain;
import dev.canswarm.pipeline.cli.command.CliCommand;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ConfiguredEngine;
import dev.canswarm.pipeline.cli.command.ConfiguredKeys;
import dev.canswarm.pipeline.cli.command.DataAccess;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.data.KeyRotation;
import dev.canswarm.pipeline.cli.stack.TrustRoles;
import dev.canswarm.pipeline.cli.thread.StoreAccess;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A running swarm's control chain with the keys of its data directory. Blocks. */
final class TrustContext implements AutoCloseable {
  final CliCommand command;
  final DataAccess access;
  final SignatureEngine engine;
  final EnvelopeCodec codec;
  final KeyRotation keys;
  final TrustState genesis;
  private final KeyAccess kept;
  private final PostgresSlotStore store;

  private TrustContext(CliCommand command, DataAccess access) throws Exception {
    this.command = command;
    this.access = access;
    // Without a stack there is nothing to read, even with a trust file.
    access.postgres();
    this.engine = ConfiguredEngine.forFew(access.settings());
    this.codec = new EnvelopeCodec(access.settings().swarmId(), engine, EnvelopeLimits.DEFAULT);
    this.kept = ConfiguredKeys.of(access.settings(), engine, command.context());
    this.keys = new KeyRotation(access.dataDir(), kept);
    this.genesis =
        TrustRoles.genesis(
            access.settings().swarmId(),
            TrustFile.read(access.trustFile()),
            Instant.ofEpochMilli(command.context().time().epochMillis()),
            Policy.parse(access.policy()));
    this.store = StoreAccess.open(access);
  }

  static TrustContext open(CliCommand command) throws Exception {
    return open(command, DataAccess.of(command));
  }

  static TrustContext open(CliCommand command, DataAccess access) throws Exception {
    return new TrustContext(command, access);
  }

  StoredChain chain() {
    return new StoredChain(store, codec, engine, StoreAccess.wait(access));
  }

  EntrySender sender() throws CommandException {
    return new EntrySender(
        access.kafka(), store, StoreAccess.wait(access), command.context().stop());
  }

  ModuleArchive archive() {
    return new ModuleArchive(store, StoreAccess.wait(access));
  }

  Path dataDir() {
    return access.dataDir();
  }

  /**
   * Returns the private key of the administrator who signs: the named one, or the first one whose
   * key is here.
   *
   * @throws CommandException FAILED if there is none
   */
  SigningKey admin(TrustState head, @Nullable String name) throws Exception {
    List<ControlKey> admins =
        head.keys().stream()
            .filter(key -> key.isInForce() && key.roles().contains(RoleName.ADMIN))
            .filter(key -> name == null || key.name().equals(name))
            .toList();
    for (ControlKey admin : admins) {
      var found = keys.find(admin.name(), admin.key());
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new CommandException(
        ExitCode.FAILED,
        admins.isEmpty() && name != null
            ? name + " is not an administrator in force; see ./swarm trust list"
            : "no private key of an administrator in %s; there are: %s"
                .formatted(
                    dataDir().resolve("keys"),
                    admins.isEmpty()
                        ? "none"
                        : String.join(", ", admins.stream().map(ControlKey::name).toList())));
  }

  @Override
  public void close() {
    kept.close();
    store.closeLater().block(StoreAccess.CLOSE_MAX);
  }
}
