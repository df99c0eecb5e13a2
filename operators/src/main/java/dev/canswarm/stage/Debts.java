package dev.canswarm.stage;

import dev.canswarm.port.Delivery;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is still owed for turns that are stored and sent: records whose acknowledgement waits for a
 * gate or a verification, and looks at NEEDs that follow once these have ended. Used by one lane.
 *
 * <p>A debt is short. After its time its records are acknowledged all the same, since one record
 * that waits stops its whole topic; from then on the NEED's durable timer answers for it: a vote
 * that is missing is asked for again by a wider panel when SILENCE runs out, an end that is missing
 * comes with the deadline.
 */
final class Debts {
  /** What is owed for one NEED. */
  private static final class Debt {
    final long sinceMillis;
    final List<Delivery> deliveries = new ArrayList<>();
    Input.@Nullable Recheck recheck;

    Debt(long sinceMillis) {
      this.sinceMillis = sinceMillis;
    }

    void pay(Lane lane) {
      deliveries.forEach(delivery -> delivery.acknowledgement().acknowledge());
      if (recheck != null) {
        lane.offer(recheck);
      }
    }
  }

  private final Map<String, Debt> byNeed = new LinkedHashMap<>();
  private volatile boolean isEmpty = true;

  /** Owes an acknowledgement, and a recheck afterwards, until the NEED's effects have ended. */
  void owe(String key, List<Delivery> deliveries, Input.@Nullable Recheck recheck, long nowMillis) {
    if (deliveries.isEmpty() && recheck == null) {
      return;
    }
    Debt debt = byNeed.computeIfAbsent(key, fresh -> new Debt(nowMillis));
    debt.deliveries.addAll(deliveries);
    debt.recheck = recheck == null ? debt.recheck : recheck;
    isEmpty = false;
  }

  /** The NEED's effects have ended, and what followed is durable. */
  void pay(String key, Lane lane) {
    Debt debt = byNeed.remove(key);
    if (debt != null) {
      debt.pay(lane);
    }
    isEmpty = byNeed.isEmpty();
  }

  /** Pays what is owed for longer than it may be. */
  void payOverdue(long nowMillis, long millisMax, Lane lane) {
    Iterator<Debt> debts = byNeed.values().iterator();
    while (debts.hasNext()) {
      Debt debt = debts.next();
      // A clock that was set back makes a debt seem young: then it waits for its effects.
      if (nowMillis - debt.sinceMillis >= millisMax) {
        debts.remove();
        debt.pay(lane);
      }
    }
    isEmpty = byNeed.isEmpty();
  }

  /** Whether nothing is owed; from any thread. */
  boolean isEmpty() {
    return isEmpty;
  }
}
