package dev.canswarm.simulation.hostile;

import dev.canswarm.config.KeySettings;
import dev.canswarm.config.TrustFile;
import dev.canswarm.config.TrustFileException;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.pipeline.cli.data.AgentKeys;
import dev.canswarm.pipeline.cli.data.DataException;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.policy.RoleName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The keys of the stack under attack, with which a flood signs what does not fit. */
final class Insiders {
  private static final String PASSPHRASE = "SWARM_KEYS_PASSPHRASE";

  private Insiders() {}

  /**
   * Returns the variables with which {@code up} encrypts its key files by the passphrase that is
   * configured here; none if none is.
   */
  static Map<String, String> variables(KeySettings keys) {
    return keys.passphrase()
        .map(passphrase -> Map.of(PASSPHRASE, passphrase.reveal()))
        .orElse(Map.of());
  }

  /**
   * Returns one key for each role that the trust file of a data directory lists.
   *
   * @param access gets at key files, also at encrypted ones
   * @throws TrustFileException when the trust file is missing or cannot be used
   * @throws DataException when a key file cannot be read, or opened with the passphrase
   */
  static Map<RoleName, SigningKey> of(Path data, KeyAccess access)
      throws TrustFileException, DataException {
    AgentKeys keys = AgentKeys.read(data, data.resolve(TrustFile.NAME), access);
    Map<RoleName, SigningKey> insiders = new EnumMap<>(RoleName.class);
    for (TrustFile.Entry entry : keys.trust().entries()) {
      for (String label : entry.roles()) {
        RoleName role = RoleName.ofLabel(label).orElseThrow();
        if (!insiders.containsKey(role)) {
          insiders.put(role, keys.key(entry.name()));
        }
      }
    }
    return insiders;
  }

  /** Returns the keys of all workers that the trust file of a data directory lists. */
  static List<SigningKey> workers(Path data, KeyAccess access)
      throws TrustFileException, DataException {
    AgentKeys keys = AgentKeys.read(data, data.resolve(TrustFile.NAME), access);
    List<SigningKey> workers = new ArrayList<>();
    for (TrustFile.Entry entry : keys.trust().entries()) {
      if (entry.roles().contains(RoleName.WORKER.label())) {
        workers.add(keys.key(entry.name()));
      }
    }
    return workers;
  }

  /**
   * Returns one of the workers that did not do the work of a NEED.
   *
   * @param envelopes of that NEED
   * @throws IllegalArgumentException if there is none
   */
  static SigningKey rival(List<SigningKey> workers, List<Envelope> envelopes) {
    return workers.stream()
        .filter(
            worker ->
                envelopes.stream().noneMatch(said -> said.sender().equals(worker.publicKey())))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("expected a second worker, got one"));
  }
}
