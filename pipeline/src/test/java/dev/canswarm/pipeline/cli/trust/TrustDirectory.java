package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.config.TrustFile;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.data.KeyRotation;
import dev.canswarm.pipeline.cli.data.SeedSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A data directory with a trust file and key files, beside a database that is named and away. */
final class TrustDirectory {
  private static final Map<String, String> ROLES =
      Map.of(
          "admin", "admin",
          "bob", "admin",
          "node-2", "node",
          "verifier-1", "verifier",
          "verifier-2", "verifier",
          "verifier-3", "verifier",
          "worker-1", "worker");

  final Path data;
  final KeyRotation keys;
  private final Invocation invocation;

  /**
   * @param adminsRequired of the trust file, which lists two
   */
  TrustDirectory(Path home, int adminsRequired) throws Exception {
    this.data = Files.createDirectories(home.resolve("data"));
    this.keys = new KeyRotation(data, KeyAccess.plain(Engines.portable()));
    this.invocation =
        new Invocation(
            home,
            Map.of(
                "SWARM_DATA",
                data.toString(),
                "SWARM_POSTGRES_URL",
                "postgresql://p@127.0.0.1:1/p"));
    List<TrustFile.Entry> entries = new ArrayList<>();
    for (Map.Entry<String, String> agent : ROLES.entrySet()) {
      PublicKey key =
          keys.prepare(agent.getKey(), known -> false, SeedSource.derived(1)).publicKey();
      entries.add(TrustFile.Entry.always(agent.getKey(), key.base64(), List.of(agent.getValue())));
    }
    new TrustFile(entries, adminsRequired).write(data.resolve(TrustFile.NAME));
  }

  /** A command of this directory, whose members a test sets. */
  TrustCommand command(String target) {
    TrustCommand command = new TrustCommand(invocation.context());
    command.target = target;
    return command;
  }

  /** The public key in the file {@code NAME.key}. */
  PublicKey newest(String name) throws Exception {
    return keys.newestKey(name).publicKey();
  }

  /** The key in force of an agent. */
  static PublicKey inForce(TrustState head, String name) {
    return head.keyOf(name).orElseThrow();
  }

  String out() {
    return invocation.out();
  }

  String err() {
    return invocation.err();
  }
}
