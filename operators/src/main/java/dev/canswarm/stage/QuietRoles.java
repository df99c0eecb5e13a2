package dev.canswarm.stage;

import dev.canswarm.policy.Chain;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.Roles;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.Stored.Message;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The roles that owed nothing for a NEED when they last reacted, each with the time at which a
 * deadline may change that, in milliseconds since 1970. They need not react again until a message
 * that they say or hear wakes them. Used by one lane.
 */
final class QuietRoles {
  private final Map<RoleName, Long> untilMillis = new EnumMap<>(RoleName.class);

  /** The roles that these times are of. */
  private @Nullable Roles reacting;

  /** Sets the roles that react from now on; others than before may owe what those did not. */
  void reactsBy(Roles roles) {
    if (reacting != roles) {
      reacting = roles;
      wakeAll();
    }
  }

  /** Whether a role owes nothing, since nothing has changed that could make a difference to it. */
  boolean isQuiet(RoleName role, long nowMillis) {
    return nowMillis < untilMillis(role);
  }

  /** Returns until when a role is quiet, in milliseconds since 1970; 0 if it is not. */
  long untilMillis(RoleName role) {
    return untilMillis.getOrDefault(role, 0L);
  }

  /** Notes that a role owes nothing before a time, in milliseconds since 1970. */
  void quiet(RoleName role, long until) {
    untilMillis.put(role, until);
  }

  /** Lets a role react again. */
  void wake(RoleName role) {
    untilMillis.remove(role);
  }

  /** Lets all roles react again. */
  void wakeAll() {
    untilMillis.clear();
  }

  /** Lets the roles react that say or hear the verb of a message, and all for a verdict. */
  void wakeHearers(Stored item) {
    if (item instanceof Message message) {
      wakeSayers(item);
      Chain.of(message.envelope().verb()).heardBy().forEach(untilMillis::remove);
    } else {
      wakeAll();
    }
  }

  /** Lets the roles react that say the verb of a message, and all for a verdict. */
  void wakeSayers(Stored item) {
    if (item instanceof Message message) {
      Chain.of(message.envelope().verb()).saidBy().forEach(untilMillis::remove);
    } else {
      wakeAll();
    }
  }
}
