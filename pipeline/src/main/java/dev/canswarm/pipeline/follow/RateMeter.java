package dev.canswarm.pipeline.follow;

import dev.canswarm.envelope.NeedId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts rows of the op-log for the rates of each second. Used by one thread at a time. */
final class RateMeter {
  /** Most NEEDs whose start time is remembered; the latency of an older one is not measured. */
  static final int NEEDS_MAX = 65_536;

  /** The kinds of rows that are counted. */
  static final Set<String> KINDS =
      Set.of(MessageText.NEED, MessageText.FINALIZE, MessageText.DEAD_LETTER);

  private final LinkedHashMap<NeedId, Long> storedMillis =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<NeedId, Long> eldest) {
          return size() > NEEDS_MAX;
        }
      };

  private final List<Long> times = new ArrayList<>();
  private int began;
  private int accepted;
  private int rejected;
  private int expired;
  private int refused;
  private long sinceMillis;

  /**
   * @param nowMillis by the same clock as later ones
   */
  RateMeter(long nowMillis) {
    sinceMillis = nowMillis;
  }

  void count(FollowedRow entry) {
    switch (entry.kind()) {
      case MessageText.NEED -> {
        began++;
        storedMillis.put(needOf(entry), entry.storedMillis());
      }
      case MessageText.FINALIZE -> {
        @Nullable Long begun = storedMillis.remove(needOf(entry));
        if (begun != null) {
          times.add(Math.max(0, entry.storedMillis() - begun));
        }
        ended(entry.text().outcome());
      }
      case MessageText.DEAD_LETTER -> refused++;
      default -> {
        // Other messages are not counted.
      }
    }
  }

  private static NeedId needOf(FollowedRow entry) {
    return Objects.requireNonNull(entry.needId());
  }

  private void ended(String outcome) {
    switch (outcome) {
      case "ACCEPTED" -> accepted++;
      case "EXPIRED" -> expired++;
      default -> rejected++;
    }
  }

  /** Returns the time since the count began, in milliseconds. */
  long ageMillis(long nowMillis) {
    return nowMillis - sinceMillis;
  }

  /** Returns the counts and starts again from zero. */
  Rates take(long nowMillis) {
    times.sort(null);
    Rates rates =
        new Rates(
            ageMillis(nowMillis),
            began,
            accepted,
            rejected,
            expired,
            refused,
            times.size(),
            quantile(50),
            quantile(95));
    times.clear();
    began = 0;
    accepted = 0;
    rejected = 0;
    expired = 0;
    refused = 0;
    sinceMillis = nowMillis;
    return rates;
  }

  private long quantile(int percent) {
    return times.isEmpty() ? 0 : times.get((times.size() - 1) * percent / 100);
  }
}
