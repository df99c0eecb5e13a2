package dev.canswarm.pipeline.cli.stack;

import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.policy.Role;
import dev.canswarm.policy.TrustRegistry;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The trust file as the roles know it. */
public final class TrustRoles {
  private TrustRoles() {}

  /**
   * The keys that count now, with their roles. A key outside its validity, or revoked, is left out:
   * what is decided from now on does not rely on it.
   */
  public static TrustRegistry of(TrustFile trust, Instant now) {
    Map<PublicKey, Set<Role>> roles = new TreeMap<>();
    for (TrustFile.Entry entry : trust.entries()) {
      if (counts(entry, now)) {
        Set<Role> held =
            roles.computeIfAbsent(
                PublicKey.ofBase64(entry.publicKeyBase64()), key -> EnumSet.noneOf(Role.class));
        entry.roles().forEach(label -> held.add(Role.ofLabel(label).orElseThrow()));
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
