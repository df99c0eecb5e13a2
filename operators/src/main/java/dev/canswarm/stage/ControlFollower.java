package dev.canswarm.stage;

import dev.canswarm.control.ControlChain;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.ControlKey;
import dev.canswarm.control.KeyStatus;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RuleModule;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditLog;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Payload;
import dev.canswarm.protocol.verb.Admission;
import dev.canswarm.rule.RuleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Follows the control chain in the store. {@link HeadRules} say what applies to a NEED as far as
 * the chain is known; a new head takes effect at once, without a restart. Thread-safe: every answer
 * is taken from one state of the rules.
 */
public final class ControlFollower implements ControlHeads, Decoding {
  /** Entries that are read from the store at a time. */
  static final int READ_ENTRIES_MAX = 16;

  private final HeadJudging judging;
  private final SlotStore store;
  private final AuditLog audit;
  private final EnvelopeCodec codec;
  private final SignatureEngine engine;
  private final Signers signers;
  private final AgentKeySource keys;

  /** Number of the latest rules: it changes with each, so that other threads notice new ones. */
  private final AtomicLong version = new AtomicLong();

  private volatile HeadRules rules;

  /**
   * The keys of a process.
   *
   * @param signers hold those that are loaded
   * @param source of those that are loaded later
   */
  public record Keys(Signers signers, AgentKeySource source) {}

  /** A follower that has read nothing yet; {@link #refresh} does. */
  public ControlFollower(
      TrustState genesis,
      HeadJudging judging,
      SlotStore store,
      AuditLog audit,
      EnvelopeCodec codec,
      Keys keys) {
    this.judging = judging;
    this.store = store;
    this.audit = audit;
    this.codec = codec;
    this.engine = codec.engine();
    this.signers = keys.signers();
    this.keys = keys.source();
    this.rules = new HeadRules(judging, ControlHistory.of(genesis));
  }

  /** The chain as far as it was followed. */
  public ControlHistory history() {
    return rules.history();
  }

  @Override
  public long version() {
    return version.get();
  }

  @Override
  public StageContext.Duties current() {
    return rules.current();
  }

  @Override
  public Gateway gateway() {
    return rules.gateway();
  }

  @Override
  public TrustRegistry listed() {
    return rules.history().everListed();
  }

  @Override
  public boolean hasEntries() {
    return rules.hasEntries();
  }

  @Override
  public StageContext.Duties of(NeedView need) {
    return rules.of(need);
  }

  @Override
  public StageContext.Duties under(String policyHash) {
    return rules.under(policyHash);
  }

  @Override
  public StageContext.Duties of(NeedView need, Envelope envelope, Payload payload) {
    return rules.of(need, envelope, payload);
  }

  @Override
  public boolean knows(Decide terms) {
    return rules.knows(terms);
  }

  @Override
  public void checkTerms(NeedView need, Envelope envelope) {
    rules.checkTerms(need, envelope);
  }

  @Override
  public boolean knowsPolicy(String hash) {
    return rules.history().policies().containsKey(hash);
  }

  @Override
  public Admission admission(String policyHash) {
    return rules.admission(policyHash);
  }

  @Override
  public boolean lacksPolicyOf(Envelope envelope) {
    ControlHistory history = rules.history();
    return !history.policies().containsKey(envelope.policyHash())
        && !history.everListed().rolesOf(envelope.sender()).isEmpty();
  }

  @Override
  public Mono<Void> catchUp(Set<String> policies) {
    return refresh().thenMany(Flux.fromIterable(policies)).concatMap(this::loadPolicy).then();
  }

  @Override
  public long number() {
    return rules.history().head().number();
  }

  @Override
  public Optional<Gateway> gatewayAfter(PublicKey sender) {
    Gateway gateway = rules.gateway();
    return gateway.signsAs(sender) ? Optional.empty() : Optional.of(gateway);
  }

  @Override
  public long pinnedBy(Payload payload) {
    return rules.pinnedBy(payload);
  }

  @Override
  public boolean namesUnknownHead(Payload payload) {
    return rules.namesUnknownHead(payload);
  }

  @Override
  public boolean follows() {
    return true;
  }

  @Override
  public boolean isOutdated(Payload payload) {
    return rules.isOutdated(payload);
  }

  @Override
  public Place place(Envelope entry, Control control) {
    ControlHistory history = rules.history();
    long last = history.head().number();
    if (control.number() > last + 1) {
      return Place.LATER;
    }
    if (control.number() <= last) {
      return history.at(control.number()).headId().equals(entry.id()) ? Place.KNOWN : Place.TAKEN;
    }
    ControlChain.apply(history.head(), entry, control, engine);
    return Place.NEXT;
  }

  /**
   * Reads entries that were stored since, lets them take effect, and loads the keys of this
   * process's agents. An error {@link IllegalStateException} means that the store holds a chain
   * which does not follow from this process's trust file, {@link RuleException} that the archive
   * holds something else under the hash of a module.
   *
   * @return whether there was something new
   */
  @Override
  public Mono<Boolean> refresh() {
    return Mono.defer(
        () -> {
          long version = this.version.get();
          return read(rules.history()).map(done -> this.version.get() != version);
        });
  }

  private Mono<Boolean> read(ControlHistory history) {
    long next = history.head().number() + 1;
    List<SlotKey> wanted =
        LongStream.range(next, next + READ_ENTRIES_MAX).mapToObj(SlotKey::ofControl).toList();
    return store.find(wanted).flatMap(rows -> take(history, next, rows));
  }

  private Mono<Boolean> take(ControlHistory history, long next, List<SlotRow> rows) {
    ControlHistory longer = history;
    List<AuditEvent> events = new ArrayList<>();
    for (long number = next; number < next + READ_ENTRIES_MAX; number++) {
      Optional<SlotRow> row = row(rows, number);
      if (row.isEmpty()) {
        break;
      }
      Envelope entry = codec.decode(row.get().bytes());
      longer = with(longer, entry);
      events.add(
          AuditEvent.ofEnvelope(
              AuditEvent.Direction.DELIVERED,
              Verb.CONTROL.topic(),
              -1,
              -1,
              entry.bytes(),
              entry.lamport(),
              ""));
    }
    ControlHistory read = longer;
    boolean isNew = !events.isEmpty();
    // Retryable steps come first; the rest runs once.
    return loadModules(read)
        .then(Mono.defer(() -> isNew ? audit.append(events) : Mono.empty()))
        .then(
            Mono.defer(
                () ->
                    archive(
                        read.entries().subList(Math.toIntExact(next - 1), read.entries().size()))))
        .then(loadKeys(read.head()))
        .flatMap(
            loaded -> {
              if (isNew || loaded) {
                advance(read);
              }
              return rows.size() < READ_ENTRIES_MAX ? Mono.just(true) : read(read);
            });
  }

  /** Keeps the documents that a DECIDE under these entries pins, for replay. */
  private Mono<Void> archive(List<ControlHistory.Entry> entries) {
    return Flux.fromIterable(entries)
        .concatMap(
            entry -> {
              TrustRegistry trust = entry.state().registry();
              Mono<Void> kept =
                  store.archive(trust.hash(), "trust", CanonicalJson.write(trust.json()));
              return entry.control().change() instanceof ControlChange.Activate activated
                  ? kept.then(
                      store.archive(
                          entry.state().policy().hash(),
                          "policy",
                          CanonicalJson.write(activated.policy())))
                  : kept;
            })
        .then();
  }

  /**
   * Loads missing modules of activated policies from the archive. If the archive does not have one
   * yet, this is retried: without the module its policy cannot be applied.
   */
  private Mono<Void> loadModules(ControlHistory history) {
    List<RuleModule> missing = new ArrayList<>();
    for (Policy policy : history.policies().values()) {
      policy.rules().stream().filter(module -> !judging.has(module)).forEach(missing::add);
    }
    return Flux.fromIterable(missing)
        .concatMap(
            module ->
                store
                    .archived(module.sha256())
                    .switchIfEmpty(Mono.error(() -> notThere(module)))
                    .doOnNext(bytes -> judging.take(module, bytes)))
        .then();
  }

  private static RetryableException notThere(RuleModule module) {
    return new RetryableException(
        "load module " + module.name() + " of an activated policy",
        new IllegalStateException(
            "expected " + module.sha256() + " beside the policy or in the archive, got neither"));
  }

  private static Optional<SlotRow> row(List<SlotRow> rows, long number) {
    SlotKey key = SlotKey.ofControl(number);
    return rows.stream().filter(row -> SlotKey.of(row).equals(key)).findFirst();
  }

  private ControlHistory with(ControlHistory history, Envelope entry) {
    try {
      codec.verify(entry);
      Control control = Control.parse(entry.payload());
      return history.with(
          entry, control, ControlChain.apply(history.head(), entry, control, engine));
    } catch (RefusedException e) {
      boolean isPolicy = e.reason() == Reason.POLICY_MISMATCH;
      throw new IllegalStateException(
          "the store's entry %d of the control chain does not follow from %s here (%s: %s); use the %s with which the swarm began"
              .formatted(
                  history.head().number() + 1,
                  isPolicy ? "the policy file" : "trust.yaml",
                  e.reason(),
                  e.detail(),
                  isPolicy ? "policy file (policy.file)" : "trust.yaml"),
          e);
    }
  }

  /** Lets a longer history take effect; one that is shorter than the known one changes nothing. */
  private synchronized void advance(ControlHistory history) {
    if (history.head().number() >= rules.history().head().number()) {
      rules = new HeadRules(judging, history.withArchivedOf(rules.history()));
      version.incrementAndGet();
    }
  }

  @Override
  public Mono<Void> load(Decide terms) {
    return Mono.defer(() -> Mono.zip(archivedTrust(terms.trust()), archivedPolicy(terms.policy())))
        .doOnNext(found -> learn(found.getT1(), found.getT2()))
        .then();
  }

  @Override
  public Mono<Void> loadPolicy(String hash) {
    return Mono.defer(() -> archivedPolicy(hash))
        .doOnNext(found -> learn(Optional.empty(), found))
        .then();
  }

  /** A document that names an entry is that of a head, which the chain would have. */
  private Mono<Optional<TrustState>> archivedTrust(String hash) {
    return ArchiveReader.trust(store, rules.history(), hash)
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty());
  }

  private Mono<Optional<Policy>> archivedPolicy(String hash) {
    return ArchiveReader.policy(store, rules.history(), hash)
        .flatMap(policy -> withModules(policy))
        .map(Optional::of)
        .defaultIfEmpty(Optional.empty());
  }

  /** Returns the policy once its modules are here; empty if one is nowhere or cannot be a rule. */
  private Mono<Policy> withModules(Policy policy) {
    return Flux.fromIterable(policy.rules())
        .filter(module -> !judging.isUsable(module))
        .concatMap(
            module ->
                store
                    .archived(module.sha256())
                    .map(bytes -> judging.takeIfUsable(module, bytes))
                    .defaultIfEmpty(false))
        .all(isTaken -> isTaken)
        .flatMap(all -> all ? Mono.just(policy) : Mono.empty());
  }

  private synchronized void learn(Optional<TrustState> state, Optional<Policy> policy) {
    ControlHistory history = rules.history();
    ControlHistory more = state.map(history::withArchived).orElse(history);
    more = policy.map(more::withArchived).orElse(more);
    if (more != history) {
      rules = new HeadRules(judging, more);
      version.incrementAndGet();
    }
  }

  /** Loads the keys of this process's agents that are not loaded; returns whether there are any. */
  private Mono<Boolean> loadKeys(TrustState state) {
    List<ControlKey> missing = new ArrayList<>();
    for (String name : judging.agents(state)) {
      for (ControlKey key : state.keys()) {
        if (key.name().equals(name)
            && key.status() != KeyStatus.COMPROMISED
            && !judging.holds(key.key())) {
          missing.add(key);
        }
      }
    }
    return Flux.fromIterable(missing)
        .concatMap(key -> keys.load(key.name(), key.key()))
        .doOnNext(signers::add)
        .count()
        .map(count -> count > 0);
  }
}
