package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.clock.TimeSource;
import dev.canswarm.config.TrustFile;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.StopSignal;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.pipeline.cli.data.KeyRotation;
import dev.canswarm.pipeline.cli.data.SeedSource;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
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

  final Path home;
  final Path data;
  private final KeyAccess access = KeyAccess.plain(Engines.portable());
  final KeyRotation keys;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /**
   * @param adminsRequired of the trust file, which lists two
   */
  TrustDirectory(Path home, int adminsRequired) throws Exception {
    this.home = home;
    this.data = Files.createDirectories(home.resolve("data"));
    this.keys = new KeyRotation(data, access);
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
    PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
    TrustCommand command =
        new TrustCommand(
            new CommandContext(
                new Console(out, errors, false),
                new StopSignal(),
                Map.of(
                    "SWARM_DATA", data.toString(),
                    "SWARM_POSTGRES_URL", "postgresql://p@127.0.0.1:1/p",
                    "XDG_STATE_HOME", home.resolve("state").toString()),
                home,
                TimeSource.system(),
                new SecureRandom()));
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
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
