package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.config.ConfigurationException;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.TrustFile;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.pipeline.cli.data.ModuleFiles;
import dev.canswarm.pipeline.cli.stack.TrustRoles;
import dev.canswarm.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The input of a replay.
 *
 * @param logs of one or several nodes of the swarm
 * @param policy the policy file's bytes
 * @param modules the modules that the policy names, as far as they are there
 * @param now time at which keys of the trust file must be valid, if a NEED names no trust file
 * @param engine verifies signatures
 */
public record ReplayInput(
    String swarmId,
    List<AuditSource> logs,
    byte[] policy,
    ModuleFiles modules,
    TrustFile trust,
    Instant now,
    SignatureEngine engine) {
  private static final String AUDIT = "audit";
  private static final String POLICY = "policy.json";

  public ReplayInput {
    logs = List.copyOf(logs);
  }

  /** Uses the fastest engine, for a policy that names no modules. */
  public ReplayInput(
      String swarmId, List<AuditSource> logs, byte[] policy, TrustFile trust, Instant now) {
    this(swarmId, logs, policy, ModuleFiles.none(), trust, now, Engines.fastest().engine());
  }

  /** Returns the same input with the modules that its policy names. */
  public ReplayInput withModules(ModuleFiles files) {
    return new ReplayInput(swarmId, logs, policy, files, trust, now, engine);
  }

  /** What is in force before the first entry of the control chain. */
  TrustState genesis() {
    return TrustRoles.genesis(swarmId, trust, now, Policy.parse(policy));
  }

  /** Returns the same input with another engine. */
  public ReplayInput withEngine(SignatureEngine other) {
    return new ReplayInput(swarmId, logs, policy, modules, trust, now, other);
  }

  /**
   * Returns the input from a data directory: {@code audit/}, {@code trust.yaml}, and {@code
   * policy.json} or else the built-in policy. Reads files.
   *
   * @throws ConfigurationException if the trust file or the policy cannot be used
   */
  public static ReplayInput of(Path dataDir, String swarmId, Instant now)
      throws ConfigurationException, IOException {
    Path kept = dataDir.resolve(POLICY);
    Optional<Path> file = Files.exists(kept) ? Optional.of(kept) : Optional.empty();
    byte[] policy = PolicyFile.load(file);
    return new ReplayInput(
            swarmId,
            AuditSource.in(dataDir.resolve(AUDIT)),
            policy,
            TrustFile.read(dataDir.resolve(TrustFile.NAME)),
            now)
        .withModules(ModuleFiles.beside(file, Policy.parse(policy)).withKept(dataDir));
  }
}
