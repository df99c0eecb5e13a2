package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.ControlChange.Activate;
import dev.canswarm.protocol.payload.ControlChange.Add;
import dev.canswarm.protocol.payload.ControlChange.Compromised;
import dev.canswarm.protocol.payload.ControlChange.Retire;
import dev.canswarm.protocol.payload.ControlChange.RetirePolicy;
import dev.canswarm.protocol.payload.ControlChange.Roles;
import dev.canswarm.protocol.payload.ControlChange.Rotate;
import java.util.Set;

/** Says in a few words what an entry of the control chain changes. */
public final class ChangeText {
  private ChangeText() {}

  /** Returns the words for a change. */
  public static String of(ControlChange change) {
    if (change instanceof Add add) {
      return "adds %s as %s, key %s".formatted(add.name(), labels(add.roles()), add.key());
    } else if (change instanceof Roles roles) {
      return "gives key %s the roles %s".formatted(roles.key(), labels(roles.roles()));
    } else if (change instanceof Rotate rotate) {
      return "rotates %s from key %s to %s".formatted(rotate.name(), rotate.old(), rotate.key());
    } else if (change instanceof Retire retire) {
      return "retires key " + retire.key();
    } else if (change instanceof Compromised compromised) {
      return "key " + compromised.key() + " is compromised";
    } else if (change instanceof Activate activate) {
      return "activates policy " + Sha256.hex(CanonicalJson.write(activate.policy()));
    } else if (change instanceof RetirePolicy retired) {
      return "retires policy " + retired.policy();
    }
    throw new IllegalArgumentException("expected a known change, got " + change);
  }

  private static String labels(Set<RoleName> roles) {
    return String.join(",", roles.stream().map(RoleName::label).toList());
  }
}
