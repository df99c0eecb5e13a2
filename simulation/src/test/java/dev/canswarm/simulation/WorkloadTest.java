package dev.canswarm.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.Topics;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.simulation.scenario.Attack;
import dev.canswarm.simulation.scenario.KeyChange;
import dev.canswarm.simulation.scenario.KeyChange.Way;
import dev.canswarm.simulation.scenario.Names;
import dev.canswarm.simulation.scenario.NeedSpec;
import dev.canswarm.simulation.scenario.NeedSpec.Cancel;
import dev.canswarm.simulation.scenario.NeedSpec.Cancel.By;
import dev.canswarm.simulation.scenario.Scenario;
import dev.canswarm.stage.RowCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadTest {
  private static final String PAYLOAD = "{\"input\":1,\"task_type\":\"sim.digest\"}";
  private static final ThreadId THREAD = new ThreadId("t");

  private World world = Worlds.of(Worlds.scenario(List.of(), List.of(), List.of()));

  private static NeedSpec need(boolean signed, String idempotencyKey, @Nullable Cancel cancel) {
    return new NeedSpec(
        0, 10, NeedSpec.Sort.ONE_TASK, signed, THREAD, idempotencyKey, PAYLOAD, cancel);
  }

  private void begin(Scenario scenario) {
    world = Worlds.of(scenario);
    new Workload(world).begin();
  }

  private void begin(NeedSpec need) {
    begin(Worlds.scenario(List.of(need), List.of(), List.of()));
  }

  private List<MemoryBroker.Stored> on(String topic) {
    return world.broker().records(topic);
  }

  private Envelope genuine(MemoryBroker.Stored entry) {
    return world.codec().decodeAndVerify(Objects.requireNonNull(entry.value()));
  }

  private List<Envelope> cancels() {
    return on(Verb.CANCEL.topic()).stream()
        .map(this::genuine)
        .filter(one -> one.verb() == Verb.CANCEL)
        .toList();
  }

  private PublicKey key(String name) {
    return world.keyring().key(name).publicKey();
  }

  /** Some process stores this NEED in that slot. */
  private void stored(Slot slot, Envelope need) {
    SlotRow row = new RowCodec(world.codec()).candidate(slot, need, List.of());
    world.checker().filled(0, List.of(row), List.of(row));
    assertThat(world.checker().violation()).isEmpty();
  }

  private Envelope ofGateway() {
    JsonObject payload = StrictJson.parseObject(PAYLOAD.getBytes(StandardCharsets.UTF_8));
    return world
        .codec()
        .sign(
            Draft.need(THREAD, "nonce", world.policy().hash(), payload),
            world.keyring().key(Names.GATEWAY),
            1);
  }

  @Test
  void aSignedNeedIsTheClientsEnvelopeAtItsTime() {
    begin(need(true, "", null));
    Worlds.runTo(world, 9);
    assertThat(on(Verb.NEED.topic())).isEmpty();
    Worlds.runTo(world, 11);
    Envelope need = genuine(on(Verb.NEED.topic()).get(0));
    assertThat(need.sender()).isEqualTo(key(Names.CLIENT));
    assertThat(need.threadId()).isEqualTo(THREAD);
    assertThat(need.policyHash()).isEqualTo(world.policy().hash());
    assertThat(on(Topics.INTAKE)).isEmpty();
  }

  @Test
  void aPlainNeedIsFoundInTheSlotOfItsRecord() {
    NeedSpec spec = need(false, "", null);
    begin(spec);
    Worlds.runTo(world, 11);
    assertThat(on(Verb.NEED.topic())).isEmpty();
    MemoryBroker.Stored entry = on(Topics.INTAKE).get(0);
    assertThat(entry.value()).isEqualTo(PAYLOAD.getBytes(StandardCharsets.UTF_8));
    assertThat(world.checker().needOf(spec)).isNull();
    Envelope need = ofGateway();
    stored(
        Slot.intake(
            new RecordPosition(World.CLUSTER, Topics.INTAKE, entry.partition(), entry.offset())),
        need);
    assertThat(world.checker().needOf(spec)).isEqualTo(need.need());
  }

  @Test
  void aPlainNeedWithAnIdempotencyKeyIsFoundInTheSlotOfThat() {
    NeedSpec spec = need(false, "once", null);
    begin(spec);
    Worlds.runTo(world, 11);
    Envelope need = ofGateway();
    stored(Slot.intake(THREAD, "once"), need);
    assertThat(world.checker().needOf(spec)).isEqualTo(need.need());
  }

  @ParameterizedTest
  @CsvSource({
    "OWNER,true,client",
    "OWNER,false,gateway",
    "OPERATOR,true,operator",
    "STRANGER,true,client-stranger",
    "STRANGER,false,client-stranger"
  })
  void aCancelIsSignedByWhoeverIsToCancel(By by, boolean signed, String sender) {
    begin(need(signed, "once", new Cancel(20, by)));
    Worlds.runTo(world, 29);
    Envelope need = signed ? genuine(on(Verb.NEED.topic()).get(0)) : ofGateway();
    stored(signed ? Slot.need(need.need()) : Slot.intake(THREAD, "once"), need);
    assertThat(cancels()).isEmpty();
    Worlds.runTo(world, 31);
    Envelope cancel = cancels().get(0);
    assertThat(cancel.sender()).isEqualTo(key(sender));
    assertThat(cancel.needId()).isEqualTo(need.need());
    assertThat(cancel.parents()).containsExactly(need.id());
    assertThat(world.coverage().counts()).containsEntry("say/CANCEL", 1L);
  }

  @Test
  void nobodyCancelsANeedThatIsNotStored() {
    begin(need(true, "", new Cancel(20, By.OWNER)));
    Worlds.runTo(world, 100);
    assertThat(cancels()).isEmpty();
  }

  private List<String> entries(Way way) {
    KeyChange change = new KeyChange(10, Names.WORKER, way, 20);
    begin(Worlds.scenario(List.of(), List.of(), List.of()).changing(List.of(change), null));
    Worlds.runTo(world, 11);
    assertThat(on(Verb.CONTROL.topic())).hasSize(1);
    Worlds.runTo(world, 31);
    EnvelopeId before = EnvelopeId.NONE;
    for (MemoryBroker.Stored entry : on(Verb.CONTROL.topic())) {
      Envelope envelope = genuine(entry);
      assertThat(envelope.sender()).isEqualTo(key(Names.ADMIN));
      assertThat(envelope.parents()).isEqualTo(before.isNone() ? List.of() : List.of(before));
      before = envelope.id();
    }
    return on(Verb.CONTROL.topic()).stream()
        .map(entry -> Control.parse(genuine(entry).payload()))
        .map(control -> control.number() + " " + what(control.change()))
        .toList();
  }

  private String what(ControlChange change) {
    PublicKey old = key(Names.WORKER);
    PublicKey next = key(KeyChange.second(Names.WORKER));
    if (change.equals(new ControlChange.Rotate(Names.WORKER, old, next))) {
      return "rotate";
    }
    if (change.equals(new ControlChange.Compromised(old))) {
      return "compromised";
    }
    return change instanceof ControlChange.Add add && add.key().equals(next) ? "add" : "?";
  }

  @Test
  void aKeyIsChangedByTheEntriesOfItsWay() {
    assertThat(entries(Way.ROTATED)).containsExactly("1 rotate");
    assertThat(entries(Way.ROTATED_AND_COMPROMISED)).containsExactly("1 rotate", "2 compromised");
    assertThat(entries(Way.COMPROMISED_AND_REPLACED)).containsExactly("1 compromised", "2 add");
  }

  @Test
  void anAttackThatNeedsNoOccasionIsSentAtItsTime() {
    begin(
        Worlds.scenario(
            List.of(), List.of(new Attack(3, 10, Attack.Sort.NO_JSON_ON_INTAKE)), List.of()));
    Worlds.runTo(world, 9);
    assertThat(on(Topics.INTAKE)).isEmpty();
    Worlds.runTo(world, 11);
    assertThat(on(Topics.INTAKE)).hasSize(1);
  }

  private void publish(Verb topic, byte @Nullable [] value) {
    world
        .broker()
        .publish(new OutgoingRecord(topic.topic(), new byte[] {1}, value, new TreeMap<>()));
  }

  private Envelope decide(EnvelopeId proposal) {
    String hash = world.policy().hash();
    Draft draft =
        Draft.builder(Verb.DECIDE, THREAD)
            .need(ofGateway().need())
            .lamport(3)
            .parents(List.of(proposal))
            .policyHash(hash)
            .payload(new Decide(proposal, 1, 0, 1, hash, hash, hash).toJson())
            .build();
    return world.codec().sign(draft, world.keyring().key(Names.DECIDER), 1);
  }

  @Test
  void anAttackThatNeedsAnOccasionAnswersTheFirstOneAfterItsTimeAndNoOther() {
    begin(
        Worlds.scenario(List.of(), List.of(new Attack(0, 10, Attack.Sort.IDLE_CLAIM)), List.of()));
    publish(Verb.DECIDE, decide(new EnvelopeId("a".repeat(64))).bytes());
    Worlds.runTo(world, 11);
    assertThat(on(Verb.CLAIM.topic())).as("it was too early").isEmpty();
    publish(Verb.DECIDE, null);
    publish(Verb.DECIDE, "{}".getBytes(StandardCharsets.UTF_8));
    publish(Verb.DECIDE, ofGateway().bytes());
    publish(Verb.PROPOSE, decide(new EnvelopeId("b".repeat(64))).bytes());
    Worlds.runTo(world, 12);
    assertThat(on(Verb.CLAIM.topic())).as("none of these is a DECIDE on its topic").isEmpty();
    Envelope occasion = decide(new EnvelopeId("c".repeat(64)));
    publish(Verb.DECIDE, occasion.bytes());
    publish(Verb.DECIDE, decide(new EnvelopeId("d".repeat(64))).bytes());
    Worlds.runTo(world, 13);
    Envelope claim = genuine(on(Verb.CLAIM.topic()).get(0));
    assertThat(claim.parents()).containsExactly(occasion.id());
    assertThat(Lease.parse(claim.payload()).attempt()).isEqualTo(1);
    assertThat(on(Verb.CLAIM.topic())).hasSize(1);
  }
}
