package dev.canswarm.control;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Head;
import dev.canswarm.protocol.Heads;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange.RetirePolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The control chain as far as a process has followed it: its entries, and what is in force at each
 * head. Immutable; one more entry makes another history. It grows with the chain, whose entries
 * people make.
 */
public final class ControlHistory implements Heads {
  /** An entry, and the state after it. */
  public record Entry(Envelope envelope, Control control, TrustState state) {}

  /** Most trust documents, and most policies, that are kept beside those of the chain. */
  static final int ARCHIVED_MAX = 64;

  /** What was in force before the files with which this process was started, by hash. */
  private record Archived(Map<String, TrustState> states, Map<String, Policy> policies) {
    static final Archived NONE = new Archived(Map.of(), Map.of());

    Archived {
      states = Collections.unmodifiableMap(new LinkedHashMap<>(states));
      policies = Collections.unmodifiableMap(new LinkedHashMap<>(policies));
    }

    Archived and(Archived more) {
      return new Archived(and(states, more.states), and(policies, more.policies));
    }

    private static <T> Map<String, T> and(Map<String, T> known, Map<String, T> more) {
      Map<String, T> all = new LinkedHashMap<>(known);
      more.forEach(all::putIfAbsent);
      // What is left out is read from the archive again when it is needed.
      Iterator<String> oldest = List.copyOf(all.keySet()).iterator();
      while (all.size() > ARCHIVED_MAX) {
        all.remove(oldest.next());
      }
      return all;
    }
  }

  private final TrustState genesis;
  private final List<Entry> entries;
  private final Archived archived;
  private final Map<EnvelopeId, Long> numberOfId;
  private final Map<String, Long> numberOfDocument;
  private final Map<String, Policy> policies;
  private final TrustRegistry everListed;

  private ControlHistory(TrustState genesis, List<Entry> entries, Archived archived) {
    this.genesis = genesis;
    this.entries = entries;
    this.archived = archived;
    Map<EnvelopeId, Long> ids = new TreeMap<>();
    Map<String, Long> documents = new TreeMap<>();
    Map<String, Policy> known = new LinkedHashMap<>(archived.policies());
    known.putAll(genesis.policies());
    for (long number = 0; number <= entries.size(); number++) {
      TrustState state = stateAt(genesis, entries, number);
      ids.put(state.headId(), number);
      documents.putIfAbsent(state.registry().hash(), number);
      known.putAll(state.policies());
    }
    this.numberOfId = Collections.unmodifiableMap(ids);
    this.numberOfDocument = Collections.unmodifiableMap(documents);
    this.policies = Collections.unmodifiableMap(known);
    this.everListed =
        entries.isEmpty() && archived.states().isEmpty()
            ? genesis.registry()
            : TrustRegistry.of(rolesOf(genesis, entries, archived.states().values()));
  }

  /** A chain without entries. */
  public static ControlHistory of(TrustState genesis) {
    return new ControlHistory(genesis, List.of(), Archived.NONE);
  }

  /**
   * Returns the history with one more entry.
   *
   * @param state after it, from {@link ControlChain#apply}
   */
  public ControlHistory with(Envelope envelope, Control control, TrustState state) {
    if (state.number() != entries.size() + 1L) {
      throw new IllegalArgumentException(
          "expected entry " + (entries.size() + 1) + ", got " + state.number());
    }
    List<Entry> more = new ArrayList<>(entries);
    more.add(new Entry(envelope, control, state));
    return new ControlHistory(genesis, Collections.unmodifiableList(more), archived);
  }

  /**
   * The same history, with a trust file that was in force before the one with which this process
   * was started.
   *
   * @param state of number 0, of that file alone
   */
  public ControlHistory withArchived(TrustState state) {
    return with(new Archived(Collections.singletonMap(state.registry().hash(), state), Map.of()));
  }

  /** The same history, with a policy that was in force before those of the chain. */
  public ControlHistory withArchived(Policy policy) {
    return with(new Archived(Map.of(), Collections.singletonMap(policy.hash(), policy)));
  }

  /** The same history, with what another one has from the archive. */
  public ControlHistory withArchivedOf(ControlHistory other) {
    return other.hasArchived() ? with(other.archived) : this;
  }

  private ControlHistory with(Archived more) {
    return new ControlHistory(genesis, entries, archived.and(more));
  }

  /** Whether anything is known that was in force before this process's files. */
  public boolean hasArchived() {
    return !archived.states().isEmpty() || !archived.policies().isEmpty();
  }

  /**
   * What is in force for a NEED that is decided: the state of the head that its DECIDE pins, or of
   * an earlier trust file.
   *
   * @param trust the hash of the trust document
   */
  public Optional<TrustState> pinnedState(String trust) {
    return pinnedBy(trust)
        .map(this::at)
        .or(() -> Optional.ofNullable(archived.states().get(trust)));
  }

  /** The state before the first entry. */
  public TrustState genesis() {
    return genesis;
  }

  /** The state after the last entry. */
  public TrustState head() {
    return stateAt(genesis, entries, entries.size());
  }

  /** All entries, in their order. */
  public List<Entry> entries() {
    return entries;
  }

  /** The state at a head, from 0 to that of the last entry. */
  public TrustState at(long number) {
    return stateAt(genesis, entries, number);
  }

  private static TrustState stateAt(TrustState genesis, List<Entry> entries, long number) {
    return number == 0 ? genesis : entries.get(Math.toIntExact(number - 1)).state();
  }

  /**
   * The number of the head that a DECIDE pins.
   *
   * @param trust the hash of the trust document
   */
  public Optional<Long> pinnedBy(String trust) {
    return Optional.ofNullable(numberOfDocument.get(trust));
  }

  @Override
  public Optional<Head> find(EnvelopeId controlId) {
    @Nullable Long number = numberOfId.get(controlId);
    return number == null ? Optional.empty() : Optional.of(headAt(number));
  }

  /** The head with a number, as far as votes are counted under it. */
  public Head headAt(long number) {
    TrustState state = at(number);
    return number == 0 ? Head.GENESIS : new Head(state.headId(), number, state.compromised());
  }

  @Override
  public Optional<String> ofKey(PublicKey key) {
    return head()
        .find(key)
        .filter(known -> !known.isInForce())
        .map(
            known -> {
              String status = known.status().name().toLowerCase(Locale.ROOT);
              return known.since() == 0
                  ? status + " in the trust file"
                  : status + " since entry " + known.since();
            });
  }

  @Override
  public Optional<String> ofPolicy(String hash) {
    if (head().policies().containsKey(hash)) {
      return Optional.empty();
    }
    @Nullable Long number = null;
    for (Entry entry : entries) {
      if (entry.control().change() instanceof RetirePolicy retired
          && retired.policy().equals(hash)) {
        number = entry.state().number();
      }
    }
    return Optional.ofNullable(number).map(entry -> "policy retired since entry " + entry);
  }

  /**
   * Every policy that was in force at some head, by hash, in the order of their activation; before
   * them those from the archive.
   */
  public Map<String, Policy> policies() {
    return policies;
  }

  /**
   * Every key that was in force at some head up to one, with every role that it had then.
   *
   * @param number of the last head that counts
   */
  public TrustRegistry listedUpTo(long number) {
    return TrustRegistry.of(rolesUpTo(genesis, entries, number));
  }

  /** The roles at all heads, and those of the trust files before. */
  private static Map<PublicKey, Set<RoleName>> rolesOf(
      TrustState genesis, List<Entry> entries, Collection<TrustState> before) {
    Map<PublicKey, Set<RoleName>> roles = rolesUpTo(genesis, entries, entries.size());
    before.forEach(state -> add(roles, state));
    return roles;
  }

  private static Map<PublicKey, Set<RoleName>> rolesUpTo(
      TrustState genesis, List<Entry> entries, long last) {
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    for (long number = 0; number <= last; number++) {
      add(roles, stateAt(genesis, entries, number));
    }
    return roles;
  }

  private static void add(Map<PublicKey, Set<RoleName>> roles, TrustState state) {
    for (ControlKey key : state.keys()) {
      if (key.isInForce()) {
        roles
            .computeIfAbsent(key.key(), fresh -> EnumSet.noneOf(RoleName.class))
            .addAll(key.roles());
      }
    }
  }

  /**
   * Every key that was in force at some head, with every role that it had then: a key that is not
   * listed here was never authorised.
   */
  public TrustRegistry everListed() {
    return everListed;
  }
}
