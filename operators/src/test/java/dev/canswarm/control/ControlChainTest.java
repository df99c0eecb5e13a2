package dev.canswarm.control;

import static dev.canswarm.control.ControlFixture.after;
import static dev.canswarm.control.ControlFixture.apply;
import static dev.canswarm.control.ControlFixture.draft;
import static dev.canswarm.control.ControlFixture.entry;
import static dev.canswarm.control.ControlFixture.genesis;
import static dev.canswarm.control.ControlFixture.key;
import static dev.canswarm.control.ControlFixture.listed;
import static dev.canswarm.control.ControlFixture.policy;
import static dev.canswarm.control.ControlFixture.policyJson;
import static dev.canswarm.control.ControlFixture.publicKey;
import static dev.canswarm.control.ControlFixture.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.Control.Approval;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.ControlChange.Activate;
import dev.canswarm.protocol.payload.ControlChange.Add;
import dev.canswarm.protocol.payload.ControlChange.Compromised;
import dev.canswarm.protocol.payload.ControlChange.Retire;
import dev.canswarm.protocol.payload.ControlChange.RetirePolicy;
import dev.canswarm.protocol.payload.ControlChange.Roles;
import dev.canswarm.protocol.payload.ControlChange.Rotate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Which entries the control chain accepts, and what is in force after them. */
class ControlChainTest {
  private static final TrustState GENESIS = genesis(1);
  private static final PublicKey WORKER = publicKey("worker-1");
  private static final PublicKey NEW = publicKey("new");

  private static Reason refusal(TrustState state, Envelope entry) {
    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> apply(state, entry));
    assertThat(refused).as("expected a refusal of %s", entry.payload()).isNotNull();
    return refused.reason();
  }

  private static Reason refusal(TrustState state, ControlChange change) {
    return refusal(state, entry(state, change));
  }

  @Example
  void withoutAnEntryTheDocumentIsThatOfTheTrustFile() {
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    GENESIS.keys().forEach(key -> roles.put(key.key(), key.roles()));

    assertThat(GENESIS.document()).isEqualTo(TrustRegistry.of(roles).json());
    assertThat(GENESIS.registry().hash()).isEqualTo(GENESIS.genesis());
    assertThat(GENESIS.number()).isZero();
    assertThat(GENESIS.headId()).isEqualTo(EnvelopeId.NONE);
  }

  @Example
  void whereSeveralAdministratorsAreRequiredTheDocumentsSaySo() {
    TrustState two = genesis(2);

    assertThat(two.document().get("admins_required")).isEqualTo(JsonNumber.of(2));
    assertThat(two.genesis()).isNotEqualTo(GENESIS.genesis());
  }

  @Example
  void theGenesisCoversKeysThatAreOutOfTheirTime() {
    TrustState state =
        TrustState.genesis(
            ControlFixture.SWARM,
            List.of(
                listed("admin-1", RoleName.ADMIN),
                ControlKey.ofTrustFileRetired("old", NEW, set(RoleName.WORKER))),
            1,
            policy(2));

    assertThat(state.statusOf(NEW)).contains(KeyStatus.RETIRED);
    assertThat(state.document().get(NEW.base64())).isNull();
    assertThat(state.registry().hash()).isNotEqualTo(state.genesis());
    assertThat(refusal(state, new Add("other", NEW, set(RoleName.WORKER))))
        .isEqualTo(Reason.CHANGE_REFUSED);
  }

  @Example
  void theDocumentNamesTheEntryThatItFollowsFrom() {
    Envelope entry = entry(GENESIS, new Add("worker-2", NEW, set(RoleName.WORKER)));
    TrustState state = apply(GENESIS, entry);

    JsonObject document = state.document();
    assertThat(document.get("control")).isEqualTo(new JsonString(entry.id().text()));
    assertThat(document.get(NEW.base64())).isEqualTo(JsonArray.ofStrings(List.of("worker")));
    assertThat(state.registry().hash()).isEqualTo(Sha256.hex(CanonicalJson.write(document)));
    assertThat(state.registry().holds(NEW, RoleName.WORKER)).isTrue();
    assertThat(state.genesis()).isEqualTo(GENESIS.genesis());
    assertThat(state.keyOf("worker-2")).contains(NEW);
  }

  @Example
  void anAddedKeyAndItsNameAreNew() {
    assertThat(refusal(GENESIS, new Add("worker-2", WORKER, set(RoleName.WORKER))))
        .isEqualTo(Reason.CHANGE_REFUSED);
    assertThat(refusal(GENESIS, new Add("worker-1", NEW, set(RoleName.WORKER))))
        .isEqualTo(Reason.CHANGE_REFUSED);
    TrustState retired = after(GENESIS, new Retire(WORKER));
    assertThat(refusal(retired, new Add("worker-1", WORKER, set(RoleName.WORKER))))
        .isEqualTo(Reason.CHANGE_REFUSED);
    assertThat(after(retired, new Add("worker-1", NEW, set(RoleName.WORKER))).keyOf("worker-1"))
        .contains(NEW);
  }

  @Example
  void otherRolesReplaceTheOnesBefore() {
    TrustState state = after(GENESIS, new Roles(WORKER, set(RoleName.PLANNER)));

    assertThat(state.registry().rolesOf(WORKER)).containsExactly(RoleName.PLANNER);
    assertThat(refusal(state, new Roles(NEW, set(RoleName.PLANNER))))
        .isEqualTo(Reason.CHANGE_REFUSED);
  }

  @Example
  void aRotatedKeyTakesOverNameAndRoles() {
    TrustState state = after(GENESIS, new Rotate("worker-1", WORKER, NEW));

    assertThat(state.keyOf("worker-1")).contains(NEW);
    assertThat(state.registry().rolesOf(NEW)).containsExactly(RoleName.WORKER);
    assertThat(state.statusOf(WORKER)).contains(KeyStatus.RETIRED);
    assertThat(state.registry().rolesOf(WORKER)).isEmpty();
    for (ControlChange wrong :
        List.<ControlChange>of(
            new Rotate("worker-1", WORKER, publicKey("newer")),
            new Rotate("worker-2", NEW, publicKey("newer")),
            new Rotate("worker-1", NEW, WORKER),
            new Rotate("worker-1", publicKey("stranger"), publicKey("newer")))) {
      assertThat(refusal(state, wrong)).isEqualTo(Reason.CHANGE_REFUSED);
    }
  }

  @Example
  void aKeyIsCompromisedAlsoAfterItWasRetiredAndOnlyOnce() {
    TrustState state = after(GENESIS, new Retire(WORKER), new Compromised(WORKER));

    assertThat(state.compromised()).containsExactly(WORKER);
    assertThat(state.find(WORKER).orElseThrow().since()).isEqualTo(2);
    for (ControlChange wrong :
        List.<ControlChange>of(new Compromised(WORKER), new Retire(WORKER), new Compromised(NEW))) {
      assertThat(refusal(state, wrong)).isEqualTo(Reason.CHANGE_REFUSED);
    }
  }

  @Example
  void newMessagesNameThePolicyThatWasActivatedLast() {
    TrustState two = after(GENESIS, new Activate(policyJson(3)));
    assertThat(two.policy()).isEqualTo(policy(3));
    assertThat(two.policies()).containsOnlyKeys(policy(2).hash(), policy(3).hash());
    assertThat(refusal(two, new Activate(policyJson(2)))).isEqualTo(Reason.CHANGE_REFUSED);

    TrustState back = after(two, new RetirePolicy(policy(3).hash()));
    assertThat(back.policy()).isEqualTo(policy(2));
    assertThat(refusal(back, new RetirePolicy(policy(2).hash()))).isEqualTo(Reason.CHANGE_REFUSED);
    assertThat(refusal(back, new RetirePolicy(policy(3).hash()))).isEqualTo(Reason.CHANGE_REFUSED);

    TrustState again = after(two, new RetirePolicy(policy(2).hash()));
    assertThat(after(again, new Activate(policyJson(2))).policy()).isEqualTo(policy(2));
  }

  @Example
  void anInvalidPolicyIsNotActivated() {
    assertThat(refusal(GENESIS, new Activate(JsonObject.builder().put("version", 1).build())))
        .isEqualTo(Reason.CHANGE_REFUSED);
  }

  @Example
  void onlyAdministratorsChangeAnything() {
    Control control = new Control(1, GENESIS.genesis(), new Retire(WORKER), List.of(), null);
    for (String stranger : List.of("worker-1", "stranger")) {
      assertThat(refusal(GENESIS, entry(GENESIS, control, stranger)))
          .isEqualTo(Reason.SENDER_NOT_AUTHORISED);
    }
    TrustState retired = after(GENESIS, new Retire(publicKey("admin-2")));
    Control next = new Control(2, GENESIS.genesis(), new Retire(WORKER), List.of(), null);
    assertThat(refusal(retired, entry(retired, next, "admin-2")))
        .isEqualTo(Reason.SENDER_NOT_AUTHORISED);
  }

  @Example
  void asManyAdministratorsAsRequiredSign() {
    TrustState two = genesis(2);
    ControlChange change = new Retire(WORKER);
    assertThat(refusal(two, entry(two, change))).isEqualTo(Reason.APPROVALS_MISSING);
    assertThat(apply(two, entry(two, change, "admin-2")).statusOf(WORKER))
        .contains(KeyStatus.RETIRED);
    assertThat(refusal(two, entry(two, change, "admin-1"))).isEqualTo(Reason.BAD_SHAPE);
    assertThat(refusal(two, entry(two, change, "worker-1"))).isEqualTo(Reason.BAD_APPROVAL);
  }

  @Example
  void anApprovalIsForOneChangeInOnePlaceOfOneChain() {
    TrustState two = genesis(2);
    ControlChange change = new Retire(WORKER);
    TrustState later = apply(two, entry(two, new Retire(publicKey("verifier-1")), "admin-2"));
    List<Approval> others =
        List.of(
            Approvals.sign(two, new Compromised(WORKER), key("admin-2")),
            Approvals.sign(later, change, key("admin-2")),
            Approvals.sign(genesis(1), change, key("admin-2")),
            new Approval(
                publicKey("admin-2"), Approvals.sign(two, change, key("worker-1")).signature()));
    for (Approval other : others) {
      Control control = new Control(1, two.genesis(), change, List.of(other), null);
      assertThat(refusal(two, entry(two, control, "admin-1"))).isEqualTo(Reason.BAD_APPROVAL);
    }
  }

  @Example
  void enoughAdministratorsAreLeft() {
    PublicKey admin = publicKey("admin-2");
    TrustState two = genesis(2);
    for (ControlChange change :
        List.<ControlChange>of(
            new Retire(admin), new Compromised(admin), new Roles(admin, set(RoleName.NODE)))) {
      assertThat(refusal(two, entry(two, change, "admin-2"))).isEqualTo(Reason.CHANGE_REFUSED);
    }
    TrustState rotated = apply(two, entry(two, new Rotate("admin-2", admin, NEW), "admin-2"));
    assertThat(rotated.admins()).containsExactlyInAnyOrder(publicKey("admin-1"), NEW);
  }

  private static Reason changed(UnaryOperator<Draft.Builder> change) {
    TrustState state = after(GENESIS, new Retire(WORKER));
    Control control =
        new Control(2, state.genesis(), new Retire(publicKey("verifier-1")), List.of(), null);
    Draft draft = change.apply(draft(state, control)).build();
    return refusal(state, ControlFixture.CODEC.sign(draft, key("admin-1"), 1));
  }

  @Example
  void anEntryFollowsFromTheLastOneAlone() {
    TrustState state = after(GENESIS, new Retire(WORKER));
    ControlChange change = new Retire(publicKey("verifier-1"));
    for (long number : new long[] {1, 3}) {
      Control control = new Control(number, state.genesis(), change, List.of(), null);
      Envelope entry =
          number == 1 ? entry(GENESIS, control, "admin-1") : entry(state, control, "admin-1");
      assertThat(refusal(state, entry)).isEqualTo(Reason.WRONG_HEAD);
    }
    var other = new EnvelopeId(Sha256.hex(new byte[] {1}));
    assertThat(changed(draft -> draft.parents(List.of(other)))).isEqualTo(Reason.WRONG_HEAD);
    assertThat(changed(draft -> draft.lamport(3))).isEqualTo(Reason.BAD_LAMPORT);
    assertThat(changed(draft -> draft.policyHash(policy(3).hash())))
        .isEqualTo(Reason.POLICY_MISMATCH);
  }

  @Example
  void anEntryOfAnotherChainIsRefused() {
    Control control = new Control(1, genesis(2).genesis(), new Retire(WORKER), List.of(), null);
    assertThat(refusal(GENESIS, entry(GENESIS, control, "admin-1")))
        .isEqualTo(Reason.WRONG_GENESIS);
    Draft draft =
        Draft.builder(Verb.CONTROL, new ThreadId("other"))
            .policyHash(GENESIS.policy().hash())
            .payload(
                new Control(1, GENESIS.genesis(), new Retire(WORKER), List.of(), null).toJson())
            .build();
    assertThat(refusal(GENESIS, ControlFixture.CODEC.sign(draft, key("admin-1"), 1)))
        .isEqualTo(Reason.BAD_THREAD_ID);
  }

  /** A change that may fit a state or not. */
  private static ControlChange change(TrustState state, Random random) {
    List<PublicKey> keys = new ArrayList<>(state.keys().stream().map(ControlKey::key).toList());
    keys.add(publicKey("key-" + random.nextInt(1_000)));
    PublicKey any = keys.get(random.nextInt(keys.size()));
    PublicKey fresh = publicKey("key-" + random.nextInt(1_000));
    RoleName role = RoleName.values()[random.nextInt(RoleName.values().length)];
    String name = state.find(any).map(ControlKey::name).orElse("name-" + random.nextInt(9));
    return switch (random.nextInt(7)) {
      case 0 -> new Add("name-" + random.nextInt(9), any, set(role));
      case 1 -> new Roles(any, set(role, RoleName.NODE));
      case 2 -> new Rotate(name, any, fresh);
      case 3 -> new Retire(any);
      case 4 -> new Compromised(any);
      case 5 -> new Activate(policyJson(1 + random.nextInt(5)));
      default -> new RetirePolicy(policy(1 + random.nextInt(5)).hash());
    };
  }

  @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
  void whateverIsAcceptedKeepsTheChainInOrder(@ForAll long seed) {
    Random random = new Random(seed);
    TrustState state = genesis(1);
    for (int i = 0; i < 20; i++) {
      ControlChange change = change(state, random);
      Envelope entry = entry(state, change);
      TrustState next;
      try {
        next = apply(state, entry);
      } catch (RefusedException refused) {
        continue;
      }
      assertThat(next.number()).isEqualTo(state.number() + 1);
      assertThat(next.headId()).isEqualTo(entry.id());
      assertThat(next.admins()).isNotEmpty();
      assertThat(next.policies()).isNotEmpty();
      assertThat(next.registry().hash()).isNotEqualTo(state.registry().hash());
      // A key comes back into force never, and one name is one key.
      Map<String, PublicKey> names = new TreeMap<>();
      for (ControlKey key : next.keys()) {
        if (key.isInForce()) {
          assertThat(names.put(key.name(), key.key())).isNull();
        }
        KeyStatus before = state.statusOf(key.key()).orElse(KeyStatus.IN_FORCE);
        assertThat(key.status()).isGreaterThanOrEqualTo(before);
      }
      assertThat(next.keys())
          .extracting(ControlKey::key)
          .containsAll(state.keys().stream().map(ControlKey::key).toList());
      // The same entry again, or in the place of another, changes nothing.
      TrustState after = next;
      assertThat(refusal(after, entry)).isEqualTo(Reason.WRONG_HEAD);
      // Folding again gives the same document.
      assertThat(apply(state, entry).document()).isEqualTo(next.document());
      state = next;
    }
  }
}
