package dev.canswarm.stage;

import dev.canswarm.port.Delivery;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Work that remains after turns are stored and sent: records whose acknowledgement waits for the
 * gate or a verification, and rechecks of NEEDs that follow once these have ended. Used by one
 * partition.
 *
 * <p>A debt is short-lived. When its time is over its records are acknowledged anyway, since one
 * waiting record stops its whole topic. From then on the NEED's durable timer is responsible: a
 * wider panel asks for a missing vote again when SILENCE runs out, and a missing end comes with the
 * deadline.
 */
final class Debts {
  /** The unacknowledged records and the pending recheck of one NEED. */
  private static final class Debt {
    final long sinceMillis;
    final List<Delivery> deliveries = new ArrayList<>();
    Input.@Nullable Recheck recheck;

    Debt(long sinceMillis) {
      this.sinceMillis = sinceMillis;
    }

    void pay(PartitionState partition) {
      deliveries.forEach(delivery -> delivery.acknowledgement().acknowledge());
      if (recheck != null) {
        partition.offer(recheck);
      }
    }
  }

  private final Map<String, Debt> byNeed = new LinkedHashMap<>();
  private volatile boolean isEmpty = true;

  /** Keeps records to acknowledge, and a recheck, until the NEED's effects have ended. */
  void owe(String key, List<Delivery> deliveries, Input.@Nullable Recheck recheck, long nowMillis) {
    if (deliveries.isEmpty() && recheck == null) {
      return;
    }
    Debt debt = byNeed.computeIfAbsent(key, fresh -> new Debt(nowMillis));
    debt.deliveries.addAll(deliveries);
    debt.recheck = recheck == null ? debt.recheck : recheck;
    isEmpty = false;
  }

  /** Acknowledges the NEED's records: its effects have ended, and their results are durable. */
  void pay(String key, PartitionState partition) {
    Debt debt = byNeed.remove(key);
    if (debt != null) {
      debt.pay(partition);
    }
    isEmpty = byNeed.isEmpty();
  }

  /** Acknowledges the records of every debt that is at least {@code millisMax} old. */
  void payOverdue(long nowMillis, long millisMax, PartitionState partition) {
    Iterator<Debt> debts = byNeed.values().iterator();
    while (debts.hasNext()) {
      Debt debt = debts.next();
      // If the clock was set back, a debt seems younger and waits for its effects.
      if (nowMillis - debt.sinceMillis >= millisMax) {
        debts.remove();
        debt.pay(partition);
      }
    }
    isEmpty = byNeed.isEmpty();
  }

  /** Whether there are no debts; from any thread. */
  boolean isEmpty() {
    return isEmpty;
  }
}
