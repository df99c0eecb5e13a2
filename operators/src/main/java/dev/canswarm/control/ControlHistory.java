package dev.canswarm.control;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Head;
import dev.canswarm.protocol.Heads;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange.RetirePolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
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

  private final TrustState genesis;
  private final List<Entry> entries;
  private final Map<String, Long> numberOfId;
  private final Map<String, Long> numberOfDocument;
  private final Map<String, Policy> policies;
  private final TrustRegistry everListed;

  private ControlHistory(TrustState genesis, List<Entry> entries) {
    this.genesis = genesis;
    this.entries = entries;
    Map<String, Long> ids = new TreeMap<>();
    Map<String, Long> documents = new TreeMap<>();
    Map<String, Policy> known = new LinkedHashMap<>(genesis.policies());
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
        entries.isEmpty()
            ? genesis.registry()
            : TrustRegistry.of(rolesUpTo(genesis, entries, entries.size()));
  }

  /** A chain without entries. */
  public static ControlHistory of(TrustState genesis) {
    return new ControlHistory(genesis, List.of());
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
    return new ControlHistory(genesis, Collections.unmodifiableList(more));
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
  public Optional<Head> find(String controlId) {
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

  /** Every policy that was in force at some head, by hash, in the order of their activation. */
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

  private static Map<PublicKey, Set<RoleName>> rolesUpTo(
      TrustState genesis, List<Entry> entries, long last) {
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    for (long number = 0; number <= last; number++) {
      for (ControlKey key : stateAt(genesis, entries, number).keys()) {
        if (key.isInForce()) {
          roles
              .computeIfAbsent(key.key(), fresh -> EnumSet.noneOf(RoleName.class))
              .addAll(key.roles());
        }
      }
    }
    return roles;
  }

  /**
   * Every key that was in force at some head, with every role that it had then: whoever is not
   * listed here never had the right to say anything.
   */
  public TrustRegistry everListed() {
    return everListed;
  }
}
