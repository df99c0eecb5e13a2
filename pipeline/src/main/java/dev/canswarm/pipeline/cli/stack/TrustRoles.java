package dev.canswarm.pipeline.cli.stack;

import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Builds the roles' trust registry from the trust file. */
public final class TrustRoles {
  private TrustRoles() {}

  /**
   * Returns the keys that are valid now, with their roles. Keys that are revoked or outside their
   * validity are left out: new decisions do not rely on them.
   */
  public static TrustRegistry of(TrustFile trust, Instant now) {
    Map<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    for (TrustFile.Entry entry : trust.entries()) {
      if (counts(entry, now)) {
        Set<RoleName> held =
            roles.computeIfAbsent(
                PublicKey.ofBase64(entry.publicKeyBase64()), key -> EnumSet.noneOf(RoleName.class));
        entry.roles().forEach(label -> held.add(RoleName.ofLabel(label).orElseThrow()));
      }
    }
    return TrustRegistry.of(roles);
  }

  private static boolean counts(TrustFile.Entry entry, Instant now) {
    return reached(entry.validFrom(), now, true)
        && !reached(entry.validUntil(), now, false)
        && !reached(entry.revokedFrom(), now, false);
  }

  private static boolean reached(Optional<String> instant, Instant now, boolean otherwise) {
    return instant.map(text -> !now.isBefore(Instant.parse(text))).orElse(otherwise);
  }
}
