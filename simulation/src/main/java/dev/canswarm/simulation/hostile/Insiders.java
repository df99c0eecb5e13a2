package dev.canswarm.simulation.hostile;

import dev.canswarm.config.KeySettings;
import dev.canswarm.config.TrustFile;
import dev.canswarm.config.TrustFileException;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.cli.data.AgentKeys;
import dev.canswarm.pipeline.cli.data.DataException;
import dev.canswarm.pipeline.cli.data.KeyAccess;
import dev.canswarm.policy.RoleName;
import java.nio.file.Path;
import java.util.EnumMap;
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
}
