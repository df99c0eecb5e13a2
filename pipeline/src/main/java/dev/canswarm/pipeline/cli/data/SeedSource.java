package dev.canswarm.pipeline.cli.data;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** Where the seeds of new keys come from. */
@FunctionalInterface
public interface SeedSource {
  /** The 32 bytes for that agent. */
  byte[] seedOf(String agent);

  /** Seeds that nobody can guess. */
  static SeedSource random(SecureRandom random) {
    return agent -> {
      byte[] seed = new byte[SignatureEngine.SEED_BYTES];
      random.nextBytes(seed);
      return seed;
    };
  }

  /** Seeds that repeat, and that everybody can compute: for demonstrations and tests alone. */
  static SeedSource derived(long number) {
    return agent ->
        Sha256.hash(
            ("can-swarm/demo-seed/v1\0" + number + ":" + agent).getBytes(StandardCharsets.UTF_8));
  }
}
