package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.control.ControlFixture;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.RuleModule;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.Candidate;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.memory.MemoryAuditLog;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Head;
import dev.canswarm.protocol.Heads;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Roles;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.derive.DerivedCheck;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.verb.Admission;
import dev.canswarm.protocol.verb.Verbs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** How a process follows the control chain in its store, and what it then judges NEEDs by. */
class ControlFollowerTest {
  private static final TrustState GENESIS = ControlFixture.genesis(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String ID = "d".repeat(64);

  private final MemorySlotStore store = new MemorySlotStore(() -> 0);
  private final MemoryAuditLog audit = new MemoryAuditLog(new LamportClock(0), () -> 0);
  private final Judging judging = new Judging();
  private final Map<PublicKey, SigningKey> stored = new TreeMap<>();
  private final Signers signers = new Signers(ControlFixture.CODEC, () -> 0, List.of());
  private final ControlFollower follower = follower(GENESIS);

  private TrustState last = GENESIS;

  private ControlFollower follower(TrustState genesis) {
    return new ControlFollower(
        genesis,
        judging,
        store,
        audit,
        ControlFixture.CODEC,
        new ControlFollower.Keys(signers, (name, key) -> Mono.justOrEmpty(stored.get(key))));
  }

  /** Makes duties that say what they were made of, and counts them. */
  private final class Judging implements HeadJudging {
    private final List<String> made = new ArrayList<>();
    private final Map<StageContext.Duties, Long> pinnedNumbers = new IdentityHashMap<>();
    private final Map<String, byte[]> modules = new TreeMap<>();
    private final Set<String> agents = new TreeSet<>(Set.of("worker-1"));
    private int admissions;

    @Override
    public StageContext.Duties duties(TrustState pinned, Policy policy, Head counted, Heads heads) {
      made.add(pinned.number() + "/" + policy.k() + "/" + counted.number());
      TrustRegistry trust = pinned.registry().without(counted.compromised());
      Rules rules = new Rules(policy, trust, new TreeSet<>());
      StageContext.Duties duties =
          new StageContext.Duties(
              rules,
              new PolicyCheck(policy, trust),
              DerivedCheck.by(rules),
              Roles.of(List.of()),
              false);
      pinnedNumbers.put(duties, pinned.number());
      return duties;
    }

    @Override
    public Admission admission(ControlHistory history, Policy policy) {
      admissions++;
      TrustRegistry trust = history.everListed();
      return new Admission(
          new PolicyCheck(policy, trust), new Rules(policy, trust, new TreeSet<>()), false);
    }

    @Override
    public Gateway gateway(ControlHistory history) {
      return new Gateway(
          new Agent("gateway", RoleName.GATEWAY, ControlFixture.publicKey("gateway")),
          new Signers(ControlFixture.CODEC, () -> 0, List.of()),
          admission(history, history.head().policy()));
    }

    @Override
    public Set<String> agents(TrustState state) {
      return agents;
    }

    @Override
    public boolean has(RuleModule module) {
      return modules.containsKey(module.sha256());
    }

    @Override
    public void take(RuleModule module, byte[] bytes) {
      modules.put(module.sha256(), bytes);
    }

    @Override
    public boolean isUsable(RuleModule module) {
      return has(module);
    }

    @Override
    public boolean takeIfUsable(RuleModule module, byte[] bytes) {
      take(module, bytes);
      return true;
    }

    @Override
    public boolean holds(PublicKey key) {
      return signers.holds(key);
    }
  }

  private static SlotRow row(Envelope entry) {
    return new RowCodec(ControlFixture.CODEC)
        .candidate(Slot.control(Control.parse(entry.payload()).number()), entry, List.of());
  }

  /** Puts the next entry into the store. */
  private Envelope append(ControlChange change) {
    Envelope entry = ControlFixture.entry(last, change);
    last = ControlFixture.apply(last, entry);
    StoredRows.fill(store, List.of(row(entry))).block();
    return entry;
  }

  private void refreshes(boolean isNew) {
    StepVerifier.create(follower.refresh()).expectNext(isNew).expectComplete().verify(TIMEOUT);
  }

  private static ControlChange retire(String name) {
    return new ControlChange.Retire(ControlFixture.publicKey(name));
  }

  private static ControlChange activate(int k) {
    return new ControlChange.Activate(ControlFixture.policyJson(k));
  }

  private static Decide decide(String trust, String policy) {
    return new Decide(new EnvelopeId(ID), 1, 0, 2, policy, trust, ID);
  }

  private static Decide decide(TrustState under) {
    return decide(under.registry().hash(), under.policy().hash());
  }

  private static NeedView need(String policyHash) {
    JsonObject payload =
        StrictJson.parseObject(StageBench.utf8("{\"task_type\":\"a\",\"input\":1}"));
    Envelope need =
        ControlFixture.CODEC.sign(
            Draft.need(new ThreadId("t"), "nonce", policyHash, payload),
            ControlFixture.key("client"),
            1);
    return NeedView.of(
        new NeedId(need.id()),
        new ThreadId("t"),
        List.of(
            new Stored.Message(
                Slot.need(new NeedId(need.id())), need, Verbs.payload(Verb.NEED, payload), 0)));
  }

  private static NeedView decided(Decide terms) {
    NeedView need = need(terms.policy());
    return need.with(
        new Stored.Message(
            Slot.DECIDE, said(need, Verb.DECIDE, terms.policy(), terms.toJson()), terms, 0));
  }

  private static Envelope said(NeedView need, Verb verb, String policyHash, JsonObject payload) {
    return ControlFixture.CODEC.sign(
        Draft.builder(verb, new ThreadId("t"))
            .need(need.needId())
            .lamport(2)
            .parents(List.of(new EnvelopeId(ID)))
            .policyHash(policyHash)
            .payload(payload)
            .build(),
        ControlFixture.key("decider"),
        1);
  }

  /** The roles and checks by which a DECIDE of an undecided NEED is admitted. */
  private StageContext.Duties admitting(NeedView need, Decide terms) {
    return follower.of(need, said(need, Verb.DECIDE, terms.policy(), terms.toJson()), terms);
  }

  private long pinnedNumber(StageContext.Duties duties) {
    Long number = judging.pinnedNumbers.get(duties);
    if (number == null) {
      throw new IllegalStateException("expected duties that were made here");
    }
    return number;
  }

  @Test
  void withoutEntriesOneSetOfDutiesAppliesToAll() {
    refreshes(false);
    assertThat(follower.hasEntries()).isFalse();
    assertThat(follower.version()).isZero();
    assertThat(follower.of(need(ID))).isSameAs(follower.current());
    assertThat(admitting(need(ID), decide(ID, ID))).isSameAs(follower.current());
    assertThat(judging.made).containsExactly("0/2/0");
  }

  @Test
  void anEntryThatWasStoredTakesEffectOnce() {
    append(retire("verifier-3"));
    refreshes(true);
    assertThat(follower.history().head().number()).isEqualTo(1);
    assertThat(follower.hasEntries()).isTrue();
    assertThat(follower.version()).isEqualTo(1);
    assertThat(follower.current().rules().trust().verifiers())
        .doesNotContain(ControlFixture.publicKey("verifier-3"));
    refreshes(false);
    assertThat(follower.version()).isEqualTo(1);
  }

  @Test
  void moreEntriesThanOneReadTakesAreAllRead() {
    int entries = 2 * ControlFollower.READ_ENTRIES_MAX + 3;
    for (int i = 0; i < entries; i++) {
      append(activate(i + 3));
    }
    refreshes(true);
    assertThat(follower.history().head().number()).isEqualTo(entries);
    assertThat(audit.entries()).hasSize(entries);
  }

  @Test
  void asManyEntriesAsOneReadTakesAreAllRead() {
    for (int i = 0; i < ControlFollower.READ_ENTRIES_MAX; i++) {
      append(activate(i + 3));
    }
    refreshes(true);
    assertThat(follower.history().head().number()).isEqualTo(ControlFollower.READ_ENTRIES_MAX);
  }

  @Test
  void anEntryBehindAGapIsNotRead() {
    Envelope first = ControlFixture.entry(GENESIS, retire("verifier-3"));
    TrustState after = ControlFixture.apply(GENESIS, first);
    Envelope second = ControlFixture.entry(after, retire("verifier-2"));
    StoredRows.fill(store, List.of(row(second))).block();
    refreshes(false);
    StoredRows.fill(store, List.of(row(first))).block();
    refreshes(true);
    assertThat(follower.history().head().headId()).isEqualTo(second.id());
  }

  @Test
  void everyEntryIsAuditedAsItCameFromTheStore() {
    Envelope first = append(retire("verifier-3"));
    Envelope second = append(retire("verifier-2"));
    refreshes(true);
    assertThat(audit.entries())
        .extracting(entry -> entry.event().direction())
        .containsOnly(Direction.DELIVERED);
    assertThat(audit.entries())
        .extracting(entry -> entry.event().content())
        .containsExactly(first.bytes(), second.bytes());
  }

  @Test
  void theDocumentsThatADecideMayPinAreArchivedForReplay() {
    append(activate(3));
    refreshes(true);
    StepVerifier.create(store.archived(last.registry().hash()))
        .assertNext(
            bytes -> assertThat(bytes).isEqualTo(CanonicalJson.write(last.registry().json())))
        .expectComplete()
        .verify(TIMEOUT);
    StepVerifier.create(store.archived(last.policy().hash()))
        .assertNext(
            bytes -> assertThat(bytes).isEqualTo(CanonicalJson.write(ControlFixture.policyJson(3))))
        .expectComplete()
        .verify(TIMEOUT);
  }

  @Test
  void aChainThatDoesNotFollowFromTheTrustFileIsAnErrorAndChangesNothing() {
    TrustState other =
        TrustState.genesis(
            ControlFixture.SWARM,
            List.of(ControlFixture.listed("admin-1", RoleName.ADMIN)),
            1,
            ControlFixture.policy(2));
    StoredRows.fill(store, List.of(row(ControlFixture.entry(other, activate(3))))).block();
    StepVerifier.create(follower.refresh())
        .expectErrorSatisfies(
            e ->
                assertThat(e)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("entry 1 of the control chain")
                    .hasMessageContaining("WRONG_GENESIS")
                    .hasMessageContaining("trust.yaml"))
        .verify(TIMEOUT);
    assertThat(follower.history().head().number()).isZero();
    assertThat(audit.entries()).isEmpty();
  }

  @Test
  void aChainThatBeganWithAnotherPolicyNamesThePolicyFile() {
    TrustState other =
        TrustState.genesis(
            ControlFixture.SWARM,
            GENESIS.keys(),
            GENESIS.adminsRequired(),
            ControlFixture.policy(3));
    StoredRows.fill(store, List.of(row(ControlFixture.entry(other, retire("verifier-3"))))).block();
    StepVerifier.create(follower.refresh())
        .expectErrorSatisfies(
            e ->
                assertThat(e)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("entry 1 of the control chain")
                    .hasMessageContaining("POLICY_MISMATCH")
                    .hasMessageEndingWith(
                        "use the policy file (policy.file) with which the swarm began"))
        .verify(TIMEOUT);
  }

  @Test
  void aNeedWithoutADecisionFollowsTheLastHeadUnderItsOwnPolicy() {
    append(activate(3));
    refreshes(true);
    StageContext.Duties older = follower.of(need(GENESIS.policy().hash()));
    assertThat(older.rules().policy().k()).isEqualTo(2);
    assertThat(pinnedNumber(older)).isEqualTo(1);
    assertThat(follower.of(need(last.policy().hash()))).isSameAs(follower.current());
    assertThat(follower.of(need(ID))).as("a policy of nobody").isSameAs(follower.current());
    assertThat(follower.of(NeedView.empty(new NeedId(ID), new ThreadId("t"))))
        .isSameAs(follower.current());
  }

  @Test
  void aDecidedNeedFollowsTheHeadThatItsDecidePins() {
    append(retire("verifier-3"));
    TrustState first = last;
    append(activate(3));
    refreshes(true);
    StageContext.Duties pinned = follower.of(decided(decide(first)));
    assertThat(pinnedNumber(pinned)).isEqualTo(1);
    assertThat(pinned.rules().policy().k()).isEqualTo(2);
    assertThat(pinnedNumber(follower.of(decided(decide(GENESIS))))).isZero();
    assertThat(follower.of(decided(decide(last)))).isSameAs(follower.current());
  }

  /** Puts a trust document and a policy into the archive, under these hashes. */
  private Decide archived(TrustState other, String trustHash, String policyHash, int k) {
    store
        .archive(trustHash, "trust", CanonicalJson.write(other.registry().json()))
        .then(
            store.archive(policyHash, "policy", CanonicalJson.write(ControlFixture.policyJson(k))))
        .block();
    return decide(trustHash, policyHash);
  }

  private static TrustState earlierFiles() {
    return TrustState.genesis(
        ControlFixture.SWARM,
        List.of(
            ControlFixture.listed("admin-1", RoleName.ADMIN),
            ControlFixture.listed("verifier-9", RoleName.VERIFIER)),
        2,
        ControlFixture.policy(3));
  }

  private void loads(Decide terms) {
    StepVerifier.create(follower.load(terms)).expectComplete().verify(TIMEOUT);
  }

  private Reason refusalOf(Decide terms) {
    NeedView need = decided(terms);
    Envelope envelope = said(need, Verb.CLAIM, terms.policy(), JsonObject.builder().build());
    try {
      follower.checkTerms(need, envelope);
      throw new IllegalStateException("expected a refusal, got none");
    } catch (RefusedException e) {
      return e.reason();
    }
  }

  @Test
  void theRulesThatADecidePinsAreLoadedFromTheArchiveWhereNoHeadHasThem() {
    TrustState other = earlierFiles();
    Decide terms = archived(other, other.registry().hash(), other.policy().hash(), 3);
    assertThat(follower.knows(terms)).isFalse();
    loads(terms);
    assertThat(follower.knows(terms)).isTrue();
    assertThat(follower.version()).isEqualTo(1);
    Rules rules = follower.of(decided(terms)).rules();
    assertThat(rules.trust().hash()).isEqualTo(other.registry().hash());
    assertThat(rules.policy().k()).isEqualTo(3);
    assertThat(follower.listed().verifiers()).contains(ControlFixture.publicKey("verifier-9"));
    assertThat(follower.hasEntries()).as("not all NEEDs are judged alike any more").isTrue();
    assertThat(follower.of(need(GENESIS.policy().hash()))).isSameAs(follower.current());

    append(retire("verifier-3"));
    refreshes(true);
    assertThat(follower.knows(terms)).as("also after an entry").isTrue();
  }

  @Test
  void aDecideThatIsNotStoredPinsNoEarlierTrustFile() {
    TrustState other = earlierFiles();
    Decide terms = archived(other, other.registry().hash(), other.policy().hash(), 3);
    loads(terms);
    assertThat(admitting(need(GENESIS.policy().hash()), terms).rules().trust().hash())
        .isEqualTo(GENESIS.registry().hash());
  }

  @Test
  void whatIsNotInTheArchiveOrHasAnotherHashThereIsNotTaken() {
    Decide nowhere = decide(ID, ID);
    loads(nowhere);
    assertThat(follower.knows(nowhere)).isFalse();
    assertThat(refusalOf(nowhere)).isEqualTo(Reason.WRONG_HEAD);
    Decide exchanged = archived(earlierFiles(), "e".repeat(64), "f".repeat(64), 3);
    loads(exchanged);
    assertThat(follower.knows(exchanged)).isFalse();
    Decide otherPolicy = decide(GENESIS.registry().hash(), ID);
    assertThat(refusalOf(otherPolicy)).isEqualTo(Reason.POLICY_MISMATCH);
    assertThat(follower.version()).isZero();
  }

  private void catchesUp(String policyHash) {
    StepVerifier.create(follower.catchUp(Set.of(policyHash))).expectComplete().verify(TIMEOUT);
  }

  @Test
  void theOlderPolicyOfAnUndecidedNeedIsLoadedFromTheArchive() {
    Policy older = ControlFixture.policy(3);
    archived(earlierFiles(), ID, older.hash(), 3);
    assertThat(follower.knowsPolicy(older.hash())).isFalse();
    assertThat(follower.of(need(older.hash()))).isSameAs(follower.current());
    StepVerifier.create(follower.loadPolicy(older.hash())).expectComplete().verify(TIMEOUT);

    assertThat(follower.knowsPolicy(older.hash())).isTrue();
    assertThat(follower.version()).isEqualTo(1);
    assertThat(follower.of(need(older.hash())).rules().policy().hash()).isEqualTo(older.hash());
    assertThat(follower.of(need(GENESIS.policy().hash()))).isSameAs(follower.current());
  }

  @Test
  void onlyTheUnknownPolicyOfAListedSenderIsLookedFor() {
    assertThat(follower.lacksPolicyOf(needOf("worker-1", ID))).isTrue();
    assertThat(follower.lacksPolicyOf(needOf("worker-1", GENESIS.policy().hash()))).isFalse();
    assertThat(follower.lacksPolicyOf(needOf("stranger", ID))).isFalse();
  }

  private static Envelope needOf(String sender, String policyHash) {
    return ControlFixture.CODEC.sign(
        Draft.need(new ThreadId("t"), "nonce", policyHash, JsonObject.builder().build()),
        ControlFixture.key(sender),
        1);
  }

  @Test
  void catchingUpTakesInNewEntriesAndThePoliciesThatAreInTheArchive() {
    append(retire("verifier-3"));
    Policy older = ControlFixture.policy(3);
    archived(earlierFiles(), ID, older.hash(), 3);
    catchesUp(ID);
    assertThat(follower.number()).isEqualTo(1);
    assertThat(follower.version()).isEqualTo(1);
    catchesUp(older.hash());
    assertThat(follower.version()).isEqualTo(2);
    assertThat(follower.knowsPolicy(older.hash())).isTrue();
    catchesUp(older.hash());
    assertThat(follower.version()).as("nothing new").isEqualTo(2);
  }

  /** It would be that of a head, and all heads of this chain are known. */
  @Test
  void aDocumentThatNamesAnEntryIsNotTakenFromTheArchive() {
    TrustState ahead =
        ControlFixture.apply(GENESIS, ControlFixture.entry(GENESIS, retire("verifier-3")));
    Decide terms = archived(ahead, ahead.registry().hash(), ID, 3);
    loads(terms);
    assertThat(follower.knows(terms)).isFalse();
  }

  @Test
  void aDecideIsAdmittedByTheHeadThatItPinsItself() {
    append(retire("verifier-3"));
    refreshes(true);
    NeedView undecided = need(GENESIS.policy().hash());
    assertThat(pinnedNumber(admitting(undecided, decide(GENESIS)))).isZero();
    Finalize end = end("");
    Envelope said = said(undecided, Verb.FINALIZE, GENESIS.policy().hash(), end.toJson());
    assertThat(follower.of(undecided, said, end)).isSameAs(follower.of(undecided));
  }

  @Test
  void theDutiesOfAnOlderHeadAreMadeOnce() {
    append(retire("verifier-3"));
    refreshes(true);
    StageContext.Duties first = follower.of(decided(decide(GENESIS)));
    assertThat(follower.of(decided(decide(GENESIS)))).isSameAs(first);
    assertThat(judging.made).containsExactly("0/2/0", "1/2/1", "0/2/1");
  }

  @Test
  void noMoreDutiesThanAreAllowedAreKept() {
    List<NeedView> needs = new ArrayList<>();
    for (int i = 0; i < HeadRules.DUTIES_MAX + 1; i++) {
      needs.add(need(last.policy().hash()));
      append(activate(3, i));
    }
    refreshes(true);
    judging.made.clear();
    needs.forEach(follower::of);
    assertThat(judging.made).hasSize(HeadRules.DUTIES_MAX + 1);
    follower.of(needs.get(HeadRules.DUTIES_MAX));
    assertThat(judging.made).as("the last is kept").hasSize(HeadRules.DUTIES_MAX + 1);
    follower.of(needs.get(0));
    assertThat(judging.made).as("the first is made anew").hasSize(HeadRules.DUTIES_MAX + 2);
  }

  /** Activates one of many policies. */
  private static ControlChange activate(int k, int nth) {
    TreeMap<String, JsonValue> members = new TreeMap<>(ControlFixture.policyJson(k).members());
    members.put("plan_ms", JsonNumber.of(30_001 + nth));
    return new ControlChange.Activate(JsonObject.of(members));
  }

  @Test
  void aKeyThatWasCompromisedHasNoRightsUnderOlderHeadsEither() {
    PublicKey worker = ControlFixture.publicKey("worker-1");
    append(new ControlChange.Compromised(worker));
    refreshes(true);
    StageContext.Duties pinned = follower.of(decided(decide(GENESIS)));
    assertThat(pinned.rules().trust().holds(worker, RoleName.WORKER)).isFalse();
    assertThat(follower.listed().holds(worker, RoleName.WORKER)).as("its slots stay").isTrue();
  }

  @Test
  void decodingJudgesByThePolicyThatARecordNames() {
    append(activate(3));
    refreshes(true);
    assertThat(follower.admission(GENESIS.policy().hash()).rules().policy().k()).isEqualTo(2);
    assertThat(follower.admission(last.policy().hash()).rules().policy().k()).isEqualTo(3);
    int made = judging.admissions;
    assertThat(follower.admission(ID).rules().policy().k()).as("that of the head").isEqualTo(3);
    assertThat(judging.admissions).as("made before").isEqualTo(made);
  }

  @Test
  void aDecidePinsTheNumberOfItsHeadAndNothingElseDoes() {
    append(retire("verifier-3"));
    refreshes(true);
    assertThat(follower.pinnedBy(decide(GENESIS))).isZero();
    assertThat(follower.pinnedBy(decide(last))).isEqualTo(1);
    assertThat(follower.pinnedBy(decide(ID, ID))).isEqualTo(Candidate.UNPINNED);
    assertThat(follower.pinnedBy(end(""))).isEqualTo(Candidate.UNPINNED);
  }

  @Test
  void onlyADecideUnderAnEarlierOrUnknownHeadIsOutdated() {
    append(retire("verifier-3"));
    refreshes(true);
    assertThat(follower.isOutdated(decide(GENESIS))).isTrue();
    assertThat(follower.isOutdated(decide(ID, ID))).isTrue();
    assertThat(follower.isOutdated(decide(last))).isFalse();
    assertThat(follower.isOutdated(end(""))).isFalse();
  }

  @Test
  void aHeadThatOnlyTheStoreKnowsIsUnknownUntilItIsRead() {
    Envelope entry = append(retire("verifier-3"));
    assertThat(follower.namesUnknownHead(decide(last))).isTrue();
    assertThat(follower.namesUnknownHead(end(entry.id().text()))).isTrue();
    assertThat(follower.namesUnknownHead(end(""))).isFalse();
    refreshes(true);
    assertThat(follower.namesUnknownHead(decide(last))).isFalse();
    assertThat(follower.namesUnknownHead(end(entry.id().text()))).isFalse();
  }

  private static Finalize end(String control) {
    return new Finalize(Finalize.Outcome.EXPIRED, null, ID, List.of(), new EnvelopeId(control));
  }

  private ControlHeads.Place place(Envelope entry) {
    return follower.place(entry, Control.parse(entry.payload()));
  }

  @Test
  void anEntryHasItsPlaceByItsNumberAndItsId() {
    Envelope first = append(retire("verifier-3"));
    TrustState after = last;
    Envelope other = ControlFixture.entry(GENESIS, retire("verifier-2"));
    Envelope second = ControlFixture.entry(after, retire("verifier-2"));
    assertThat(place(first)).isEqualTo(ControlHeads.Place.NEXT);
    assertThat(place(second)).isEqualTo(ControlHeads.Place.LATER);
    refreshes(true);
    assertThat(place(first)).isEqualTo(ControlHeads.Place.KNOWN);
    assertThat(place(other)).isEqualTo(ControlHeads.Place.TAKEN);
    assertThat(place(second)).isEqualTo(ControlHeads.Place.NEXT);
  }

  @Test
  void aNextEntryThatDoesNotFitIsRefused() {
    append(retire("verifier-3"));
    Envelope again =
        ControlFixture.entry(
            last,
            new Control(2, GENESIS.genesis(), retire("verifier-3"), List.of(), null),
            "admin-1");
    refreshes(true);
    assertThatThrownBy(() -> place(again))
        .isInstanceOfSatisfying(
            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CHANGE_REFUSED));
  }

  @Test
  void theRotatedKeyOfAnAgentHereIsLoadedWhenItIsThere() {
    SigningKey fresh = ControlFixture.key("fresh");
    append(
        new ControlChange.Rotate(
            "worker-1", ControlFixture.publicKey("worker-1"), fresh.publicKey()));
    refreshes(true);
    assertThat(signers.holds(fresh.publicKey())).as("it is not there yet").isFalse();
    stored.put(fresh.publicKey(), fresh);
    refreshes(true);
    assertThat(signers.holds(fresh.publicKey())).isTrue();
    refreshes(false);
  }

  @Test
  void keysOfOthersAndCompromisedKeysAreNotLoaded() {
    SigningKey worker = ControlFixture.key("worker-1");
    SigningKey verifier = ControlFixture.key("verifier-1");
    stored.put(worker.publicKey(), worker);
    stored.put(verifier.publicKey(), verifier);
    append(new ControlChange.Compromised(worker.publicKey()));
    refreshes(true);
    assertThat(signers.holds(worker.publicKey())).isFalse();
    assertThat(signers.holds(verifier.publicKey())).isFalse();
  }

  private static ControlChange activateWithRule(String sha256) {
    TreeMap<String, JsonValue> members = new TreeMap<>(ControlFixture.policyJson(3).members());
    JsonObject rule =
        StrictJson.parseObject(
            StageBench.utf8(
                """
                {"name":"short","sha256":"%s","verbs":["COMMIT"],"gas_max":5000,"memory_pages_max":2}\
                """
                    .formatted(sha256)));
    members.put("rules", new JsonArray(List.of(rule)));
    return new ControlChange.Activate(JsonObject.of(members));
  }

  @Test
  void aPolicyWaitsForItsModuleFromTheArchive() {
    append(activateWithRule(ID));
    StepVerifier.create(follower.refresh())
        .expectErrorSatisfies(
            e ->
                assertThat(e)
                    .isInstanceOf(RetryableException.class)
                    .hasMessageContaining("load module short")
                    .hasRootCauseMessage(
                        "expected " + ID + " beside the policy or in the archive, got neither"))
        .verify(TIMEOUT);
    assertThat(follower.history().head().number()).as("nothing is judged by it").isZero();
    store.archive(ID, "module", new byte[] {1}).block();
    refreshes(true);
    assertThat(judging.modules.get(ID)).isEqualTo(new byte[] {1});
    assertThat(follower.history().head().number()).isEqualTo(1);
  }

  @Test
  void aModuleThatIsHereIsNotReadFromTheArchive() {
    judging.modules.put(ID, new byte[] {2});
    store.archive(ID, "module", new byte[] {1}).block();
    append(activateWithRule(ID));
    refreshes(true);
    assertThat(judging.modules.get(ID)).isEqualTo(new byte[] {2});
  }
}
