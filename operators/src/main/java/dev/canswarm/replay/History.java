package dev.canswarm.replay;

import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.derive.Causes;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The envelopes of one NEED that can be read, by id, and what follows from what. Immutable. */
final class History {
  private final NeedId needId;
  private final ThreadId threadId;
  private final SortedMap<EnvelopeId, Known> known;

  /**
   * Some envelopes and everything that they follow from.
   *
   * @param missing ids that are named as parents and are not there
   */
  record Closure(SortedMap<EnvelopeId, Known> found, SortedSet<EnvelopeId> missing) {
    boolean isComplete() {
      return missing.isEmpty();
    }

    List<Known> of(Verb verb) {
      return found.values().stream().filter(entry -> entry.verb() == verb).toList();
    }
  }

  History(NeedId needId, ThreadId threadId, SortedMap<EnvelopeId, Known> known) {
    this.needId = needId;
    this.threadId = threadId;
    this.known = known;
  }

  NeedId needId() {
    return needId;
  }

  ThreadId threadId() {
    return threadId;
  }

  @Nullable Known byId(EnvelopeId id) {
    return known.get(id);
  }

  /** Returns all envelopes, by id. */
  Collection<Known> all() {
    return known.values();
  }

  List<Known> of(Verb verb) {
    return known.values().stream().filter(entry -> entry.verb() == verb).toList();
  }

  /** The first of a verb: one that holds its slot before one that was only seen, then by id. */
  Optional<Known> first(Verb verb) {
    return of(verb).stream()
        .min(
            Comparator.comparing((Known entry) -> entry.isTaken() ? 0 : 1)
                .thenComparing(Known::id));
  }

  /** Returns these envelopes and everything that they follow from. */
  Closure closure(Collection<EnvelopeId> ids) {
    TreeMap<EnvelopeId, Known> found = new TreeMap<>();
    TreeSet<EnvelopeId> missing = new TreeSet<>();
    ArrayDeque<EnvelopeId> open = new ArrayDeque<>(ids);
    while (!open.isEmpty()) {
      EnvelopeId id = open.remove();
      Known entry = known.get(id);
      if (entry == null) {
        missing.add(id);
      } else if (found.put(id, entry) == null) {
        open.addAll(entry.envelope().parents());
      }
    }
    return new Closure(found, missing);
  }

  /** Returns the view of a role if these envelopes were stored; every stored time is 0. */
  NeedView view(Closure closure) {
    return Causes.view(
        needId, threadId, closure.found().values().stream().map(Known::message).toList());
  }
}
