package dev.canswarm.pipeline.cli.data;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** The source of the seeds of new keys. */
@FunctionalInterface
public interface SeedSource {
  /** Returns the 32-byte seed of an agent. */
  byte[] seedOf(String agent);

  /** Returns secret random seeds. */
  static SeedSource random(SecureRandom random) {
    return agent -> {
      byte[] seed = new byte[SignatureEngine.SEED_BYTES];
      random.nextBytes(seed);
      return seed;
    };
  }

  /** Returns reproducible seeds that anyone can compute: only for demonstrations and tests. */
  static SeedSource derived(long number) {
    return agent ->
        Sha256.hash(
            ("can-swarm/demo-seed/v1\0" + number + ":" + agent).getBytes(StandardCharsets.UTF_8));
  }
}
