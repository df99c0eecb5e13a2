package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.config.ConfigurationException;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
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
 * @param now time at which keys of the trust file must be valid, if a NEED names no trust file
 * @param engine verifies signatures
 */
public record ReplayInput(
    String swarmId,
    List<AuditSource> logs,
    byte[] policy,
    TrustFile trust,
    Instant now,
    SignatureEngine engine) {
  private static final String AUDIT = "audit";
  private static final String POLICY = "policy.json";

  public ReplayInput {
    logs = List.copyOf(logs);
  }

  /** Uses the fastest engine. */
  public ReplayInput(
      String swarmId, List<AuditSource> logs, byte[] policy, TrustFile trust, Instant now) {
    this(swarmId, logs, policy, trust, now, Engines.fastest().engine());
  }

  /** Returns the same input with another engine. */
  public ReplayInput withEngine(SignatureEngine other) {
    return new ReplayInput(swarmId, logs, policy, trust, now, other);
  }

  /**
   * Returns the input from a data directory: {@code audit/}, {@code trust.yaml}, and {@code
   * policy.json} or else the built-in policy. Reads files.
   *
   * @throws ConfigurationException where the trust file or the policy cannot be used
   */
  public static ReplayInput of(Path dataDir, String swarmId, Instant now)
      throws ConfigurationException, IOException {
    Path policy = dataDir.resolve(POLICY);
    return new ReplayInput(
        swarmId,
        AuditSource.in(dataDir.resolve(AUDIT)),
        PolicyFile.load(Files.exists(policy) ? Optional.of(policy) : Optional.empty()),
        TrustFile.read(dataDir.resolve(TrustFile.NAME)),
        now);
  }
}
