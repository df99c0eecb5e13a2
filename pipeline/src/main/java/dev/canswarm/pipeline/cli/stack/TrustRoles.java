package dev.canswarm.pipeline.cli.stack;

import dev.canswarm.config.TrustFile;
import dev.canswarm.control.ControlKey;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
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

  /**
   * Returns the state before the first entry of the control chain. Keys that are revoked or outside
   * their validity now are in it, and not in force.
   */
  public static TrustState genesis(String swarmId, TrustFile trust, Instant now, Policy policy) {
    List<ControlKey> keys = new ArrayList<>();
    for (TrustFile.Entry entry : trust.entries()) {
      PublicKey key = PublicKey.ofBase64(entry.publicKeyBase64());
      Set<RoleName> held = EnumSet.noneOf(RoleName.class);
      entry.roles().forEach(label -> held.add(RoleName.ofLabel(label).orElseThrow()));
      keys.add(
          counts(entry, now)
              ? ControlKey.ofTrustFile(entry.name(), key, held)
              : ControlKey.ofTrustFileRetired(entry.name(), key, held));
    }
    return TrustState.genesis(swarmId, keys, trust.adminsRequired(), policy);
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
