package dev.canswarm.simulation;

import dev.canswarm.control.ControlChain;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.StrictJson;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.Topics;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryBus;
import dev.canswarm.protocol.payload.Cancel;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.simulation.check.Expected;
import dev.canswarm.simulation.port.Observer;
import dev.canswarm.simulation.scenario.Attack;
import dev.canswarm.simulation.scenario.KeyChange;
import dev.canswarm.simulation.scenario.Names;
import dev.canswarm.simulation.scenario.NeedSpec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Feeds the NEEDs of the producers and the attacks of the adversary, which reads all topics, as any
 * Kafka client can.
 */
final class Workload {
  private static final String LISTENERS = "outside";

  /** One record at a time, so that an attack is sent before the next record is read. */
  private static final MemoryBus.Bounds ONE_RECORD =
      new MemoryBus.Bounds(1, Long.MAX_VALUE, () -> 1);

  private final World world;
  private final EnvelopeCodec codec;
  private final Adversary adversary;
  private final List<Attack> waiting = new ArrayList<>();

  private final PolicyFeed policies;

  /** The control chain as its administrator wrote it. */
  private TrustState head;

  Workload(World world) {
    this.world = world;
    this.head = world.keyring().genesis(world.keyring().trust(), world.policy());
    this.codec = new EnvelopeCodec(World.SWARM, world.keyring().engine(), EnvelopeLimits.DEFAULT);
    this.adversary = new Adversary(world.keyring(), world.scenario(), codec, world.policy().hash());
    this.policies = new PolicyFeed(world, codec, this::enter, this::publish);
  }

  void begin() {
    for (NeedSpec need : world.scenario().needs()) {
      world.loop().atMillis(need.atMillis(), () -> feed(need));
      NeedSpec.Cancel cancel = need.cancel();
      if (cancel != null) {
        world.loop().atMillis(need.lastMillis(), () -> cancel(need, cancel));
      }
    }
    for (Attack attack : world.scenario().attacks()) {
      world.loop().atMillis(attack.atMillis(), () -> feed(attack));
    }
    policies.begin();
    if (world.scenario().hasEntries()) {
      world.checker().pins(head.registry().hash(), 0);
    }
    for (KeyChange change : world.scenario().keyChanges()) {
      PublicKey old = world.keyring().key(change.agent()).publicKey();
      PublicKey next = world.keyring().key(KeyChange.second(change.agent())).publicKey();
      ControlChange rotated = new ControlChange.Rotate(change.agent(), old, next);
      ControlChange compromised = new ControlChange.Compromised(old);
      ControlChange added =
          new ControlChange.Add(change.agent(), next, EnumSet.of(Names.roleOf(change.agent())));
      switch (change.way()) {
        case ROTATED -> enterAt(change.atMillis(), rotated);
        case ROTATED_AND_COMPROMISED -> {
          enterAt(change.atMillis(), rotated);
          enterAt(change.lastMillis(), compromised);
        }
        case COMPROMISED_AND_REPLACED -> {
          enterAt(change.atMillis(), compromised);
          enterAt(change.lastMillis(), added);
        }
      }
    }
    if (world.scenario().attacks().stream()
        .anyMatch(attack -> Adversary.occasion(attack.sort()) != null)) {
      new MemoryBus(world.broker(), LISTENERS, Topics.ofVerbs(), ONE_RECORD)
          .batches()
          .subscribe(batch -> batch.forEach(this::heard));
    }
  }

  private void enterAt(long millis, ControlChange change) {
    world.loop().atMillis(millis, () -> enter(change));
  }

  private void feed(NeedSpec need) {
    if (need.signed()) {
      String policy = policies.named(need.number());
      Draft draft =
          Draft.need(
              need.thread(),
              "client-" + need.number(),
              policy,
              StrictJson.parseObject(need.payload().getBytes(StandardCharsets.UTF_8)));
      Envelope envelope = codec.sign(draft, world.keyring().key(Names.CLIENT), 1);
      publish(
          new OutgoingRecord(Verb.NEED.topic(), key(need), envelope.bytes(), new TreeMap<>()),
          new Expected.End(
              need, need.thread().text(), "NEED/" + envelope.id(), policies.mayBeRetired(policy)));
      return;
    }
    OutgoingRecord plain =
        new OutgoingRecord(
            Topics.INTAKE,
            key(need),
            need.payload().getBytes(StandardCharsets.UTF_8),
            new TreeMap<>());
    MemoryBroker.Stored entry = world.broker().publish(plain);
    String slot =
        need.idempotencyKey().isEmpty()
            ? "INTAKE/%s/%s/%d/%d"
                .formatted(World.CLUSTER, entry.topic(), entry.partition(), entry.offset())
            : "INTAKE/" + need.thread() + "/" + need.idempotencyKey();
    fed(entry, new Expected.End(need, need.thread().text(), slot));
  }

  /** Sends the next entry of the control chain, as its one administrator; returns its number. */
  private long enter(ControlChange change) {
    Control control = new Control(head.number() + 1, head.genesis(), change, List.of(), null);
    Draft draft =
        Draft.builder(Verb.CONTROL, Control.THREAD)
            .lamport(control.number())
            .parents(head.headId().isNone() ? List.of() : List.of(head.headId()))
            .policyHash(head.policy().hash())
            .payload(control.toJson())
            .build();
    Envelope entry = codec.sign(draft, world.keyring().key(Names.ADMIN), 1);
    head = ControlChain.changed(head, entry.id(), change);
    world.checker().pins(head.registry().hash(), head.number());
    world.coverage().took("say", Verb.CONTROL);
    publish(
        new OutgoingRecord(
            Verb.CONTROL.topic(),
            Control.THREAD.text().getBytes(StandardCharsets.UTF_8),
            entry.bytes(),
            new TreeMap<>()),
        new Expected.Anything());
    return head.number();
  }

  /** Cancels a stored NEED, as a user would who has seen it. */
  private void cancel(NeedSpec need, NeedSpec.Cancel cancel) {
    NeedId needId = world.checker().needOf(need);
    if (needId == null) {
      return;
    }
    String owner = need.signed() ? Names.CLIENT : Names.GATEWAY;
    String sender =
        switch (cancel.by()) {
          case OWNER -> owner;
          case OPERATOR -> Names.OPERATOR;
          case STRANGER -> Names.STRANGER;
        };
    Draft draft =
        Draft.builder(Verb.CANCEL, need.thread())
            .need(needId)
            .lamport(2)
            .parents(List.of(needId.envelope()))
            .policyHash(Objects.requireNonNull(world.checker().policyOf(needId)))
            .payload(new Cancel("not wanted any more").toJson())
            .build();
    Envelope envelope = codec.sign(draft, world.keyring().key(sender), 1);
    publish(
        new OutgoingRecord(Verb.CANCEL.topic(), key(need), envelope.bytes(), new TreeMap<>()),
        new Expected.Anything());
    world.coverage().took("say", Verb.CANCEL);
  }

  private static byte[] key(NeedSpec need) {
    return need.thread().text().getBytes(StandardCharsets.UTF_8);
  }

  private void feed(Attack attack) {
    if (Adversary.occasion(attack.sort()) != null) {
      waiting.add(attack);
      return;
    }
    var reason = attack.sort().reason();
    publish(
        adversary.unprompted(attack),
        reason == null ? new Expected.Anything() : new Expected.Refusal(reason.name()));
  }

  private void publish(OutgoingRecord message, Expected outcome) {
    fed(world.broker().publish(message), outcome);
  }

  private void fed(MemoryBroker.Stored entry, Expected outcome) {
    world.checker().fed(entry, outcome);
    world.checker().appended(Observer.OUTSIDE, entry);
  }

  /** Sends the waiting attacks that this record makes possible. */
  private void heard(Delivery delivery) {
    delivery.acknowledgement().acknowledge();
    byte[] value = delivery.value();
    if (waiting.isEmpty() || value == null) {
      return;
    }
    Verb verb =
        Arrays.stream(Verb.values())
            .filter(one -> one.topic().equals(delivery.topic()))
            .findFirst()
            .orElse(Verb.NEED);
    for (Attack attack : List.copyOf(waiting)) {
      Verb occasion = Adversary.occasion(attack.sort());
      if (occasion != null && occasion.topic().equals(verb.topic())) {
        answer(attack, occasion, value);
      }
    }
  }

  private void answer(Attack attack, Verb occasion, byte[] value) {
    Envelope seen;
    try {
      seen = codec.decode(value);
    } catch (RefusedException e) {
      return;
    }
    if (seen.verb() == occasion) {
      waiting.remove(attack);
      world
          .loop()
          .now(
              () ->
                  adversary
                      .prompted(attack.sort(), seen)
                      .forEach(message -> publish(message, new Expected.Anything())));
    }
  }
}
