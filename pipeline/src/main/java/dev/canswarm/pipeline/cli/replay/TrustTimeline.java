package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The registries of a trust file over time: keys become valid, expire and are revoked. */
final class TrustTimeline {
  private TrustTimeline() {}

  /** Returns the registry of now, then those of all other times, before and after each change. */
  static List<TrustRegistry> of(TrustFile trust, Instant now) {
    TreeSet<Instant> changes = new TreeSet<>();
    changes.add(Instant.MIN);
    for (TrustFile.Entry entry : trust.entries()) {
      entry.validFrom().map(Instant::parse).ifPresent(changes::add);
      entry.validUntil().map(Instant::parse).ifPresent(changes::add);
      entry.revokedFrom().map(Instant::parse).ifPresent(changes::add);
    }
    List<TrustRegistry> registries = new ArrayList<>();
    registries.add(at(trust, now));
    changes.forEach(change -> registries.add(at(trust, change)));
    return registries;
  }

  /** Returns the keys of nodes, including invalid ones, because their logs remain. */
  static List<PublicKey> nodes(TrustFile trust) {
    return trust.entries().stream()
        .filter(entry -> entry.roles().contains(RoleName.NODE.label()))
        .map(entry -> PublicKey.ofBase64(entry.publicKeyBase64()))
        .toList();
  }

  private static TrustRegistry at(TrustFile trust, Instant instant) {
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    for (TrustFile.Entry entry : trust.entries()) {
      if (counts(entry, instant)) {
        Set<RoleName> held =
            roles.computeIfAbsent(
                PublicKey.ofBase64(entry.publicKeyBase64()), key -> EnumSet.noneOf(RoleName.class));
        entry.roles().forEach(label -> RoleName.ofLabel(label).ifPresent(held::add));
      }
    }
    return TrustRegistry.of(roles);
  }

  private static boolean counts(TrustFile.Entry entry, Instant instant) {
    return reached(entry.validFrom(), instant, true)
        && !reached(entry.validUntil(), instant, false)
        && !reached(entry.revokedFrom(), instant, false);
  }

  private static boolean reached(Optional<String> text, Instant instant, boolean otherwise) {
    return text.map(when -> !instant.isBefore(Instant.parse(when))).orElse(otherwise);
  }
}
