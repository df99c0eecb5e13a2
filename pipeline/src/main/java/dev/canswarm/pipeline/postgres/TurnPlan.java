package dev.canswarm.pipeline.postgres;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.OpenNeed;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.TurnWrite;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The part of a write that goes to the server, in order. It leaves out the second candidate for a
 * slot, candidates that are deeper than {@link TurnWrite#DEPTH_MAX}, and those that depend on
 * either.
 */
final class TurnPlan {
  /** A candidate that is not sent. */
  private static final int UNSENT = -1;

  /** A candidate that is sent; the rows of its basis are sent too, on lower levels. */
  record Sent(int index, SlotKey key, Candidate candidate, int level) {
    private static final Comparator<Sent> ORDER =
        Comparator.comparingInt(Sent::level).thenComparing(Sent::key);

    SlotRow row() {
      return candidate.row();
    }
  }

  /** The candidate at {@code place} depends on the one at {@code base}; both count from 1. */
  record Dependency(int place, int base) {}

  private final TurnWrite write;
  private final int[] levels;
  private final int[] firstOfSlot;
  private final List<Sent> sent = new ArrayList<>();

  TurnPlan(TurnWrite write) {
    this.write = write;
    int count = write.candidates().size();
    levels = new int[count];
    firstOfSlot = new int[count];
    Map<SlotKey, Integer> firstByKey = new HashMap<>();
    for (int i = 0; i < count; i++) {
      Candidate candidate = write.candidates().get(i);
      SlotKey key = SlotKey.of(candidate.row());
      @Nullable Integer first = firstByKey.putIfAbsent(key, i);
      firstOfSlot[i] = first == null ? i : first;
      levels[i] = first == null ? levelAbove(candidate.basis()) : UNSENT;
      if (levels[i] != UNSENT) {
        sent.add(new Sent(i, key, candidate, levels[i]));
      }
    }
    sent.sort(Sent.ORDER);
  }

  private int levelAbove(List<Integer> basis) {
    int level = 0;
    for (int base : basis) {
      int standing = standing(base);
      if (levels[standing] == UNSENT) {
        return UNSENT;
      }
      level = Math.max(level, levels[standing] + 1);
    }
    return level < TurnWrite.DEPTH_MAX ? level : UNSENT;
  }

  /** Returns the index of the first candidate with the same slot and bytes, or the same index. */
  private int standing(int index) {
    int first = firstOfSlot[index];
    return row(first).sameAnswer(row(index)) ? first : index;
  }

  private SlotRow row(int index) {
    return write.candidates().get(index).row();
  }

  /** Returns the candidates that are sent, sorted by level and then by key. */
  List<Sent> sent() {
    return sent;
  }

  /** Returns the index of the first candidate for the same slot, which may be the same index. */
  int firstOfSlot(int index) {
    return firstOfSlot[index];
  }

  /** Returns the number of levels that the statement needs. */
  int depth() {
    return sent.isEmpty() ? 0 : sent.get(sent.size() - 1).level() + 1;
  }

  /** Returns the dependencies among the candidates that are sent. */
  List<Dependency> dependencies() {
    int[] places = new int[levels.length];
    for (int i = 0; i < sent.size(); i++) {
      places[sent.get(i).index()] = i + 1;
    }
    List<Dependency> dependencies = new ArrayList<>();
    for (Sent one : sent) {
      for (int base : write.candidates().get(one.index()).basis()) {
        dependencies.add(new Dependency(places[one.index()], places[standing(base)]));
      }
    }
    return dependencies;
  }

  /** Returns the timers sorted by NEED, without those that end in the same write. */
  Collection<OpenNeed> timers() {
    SortedMap<NeedId, OpenNeed> merged = new TreeMap<>();
    write.timers().forEach(timer -> merged.merge(timer.needId(), timer, TurnPlan::rearmed));
    write.closings().forEach(merged::remove);
    // A timer that does not know its NEED is abandoned at once, with any row that is stored for it.
    write.abandonments().forEach(id -> merged.computeIfPresent(id, (need, timer) -> known(timer)));
    return merged.values();
  }

  private static OpenNeed rearmed(OpenNeed first, OpenNeed later) {
    return later.needSlot() == null ? first : later;
  }

  private static @Nullable OpenNeed known(OpenNeed timer) {
    return timer.needSlot() == null ? null : timer;
  }

  SortedSet<NeedId> closings() {
    return new TreeSet<>(write.closings());
  }

  /** Returns the abandoned NEEDs, without those that this write closes or arms with their slot. */
  SortedSet<NeedId> abandonments() {
    SortedSet<NeedId> ids = new TreeSet<>(write.abandonments());
    write.closings().forEach(ids::remove);
    timers().forEach(timer -> ids.remove(timer.needId()));
    return ids;
  }
}
