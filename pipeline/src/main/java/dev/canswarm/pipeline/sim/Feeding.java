package dev.canswarm.pipeline.sim;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.Kind;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.sim.check.Expected;
import dev.canswarm.pipeline.sim.port.Watch;
import dev.canswarm.pipeline.sim.scenario.Mischief;
import dev.canswarm.pipeline.sim.scenario.Names;
import dev.canswarm.pipeline.sim.scenario.NeedSpec;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.Topics;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryBus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** Producers, and the dishonest, who listen to all topics as any client can. */
final class Feeding {
  private static final String LISTENERS = "outside";

  /** Each is acknowledged as it is heard, so that one is open at a time. */
  private static final int HEARD_RECORDS_MAX = 64;

  private final World world;
  private final EnvelopeCodec codec;
  private final Mischiefs mischiefs;
  private final List<Mischief> waiting = new ArrayList<>();

  Feeding(World world) {
    this.world = world;
    this.codec = new EnvelopeCodec(World.SWARM, world.cast().engine(), EnvelopeLimits.DEFAULT);
    this.mischiefs = new Mischiefs(world.cast(), world.scenario(), codec, world.policy().hash());
  }

  void begin() {
    for (NeedSpec need : world.scenario().needs()) {
      world.loop().atMillis(need.atMillis(), () -> feed(need));
    }
    for (Mischief mischief : world.scenario().mischief()) {
      world.loop().atMillis(mischief.atMillis(), () -> feed(mischief));
    }
    if (world.scenario().mischief().stream()
        .anyMatch(mischief -> Mischiefs.occasion(mischief.sort()) != null)) {
      new MemoryBus(world.broker(), LISTENERS, Topics.ofVerbs(), HEARD_RECORDS_MAX)
          .deliveries()
          .subscribe(this::heard);
    }
  }

  private void feed(NeedSpec need) {
    if (need.signed()) {
      Draft draft =
          new Draft(
              Kind.NEED,
              need.thread(),
              null,
              1,
              List.of(),
              "client-" + need.number(),
              world.policy().hash(),
              StrictJson.parseObject(need.payload().getBytes(StandardCharsets.UTF_8)));
      Envelope envelope = codec.sign(draft, world.cast().key(Names.CLIENT), 1);
      publish(
          new OutgoingRecord(Kind.NEED.topic(), key(need), envelope.bytes(), new TreeMap<>()),
          new Expected.End(need, need.thread(), "NEED/" + envelope.id()));
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
    fed(entry, new Expected.End(need, need.thread(), slot));
  }

  private static byte[] key(NeedSpec need) {
    return need.thread().getBytes(StandardCharsets.UTF_8);
  }

  private void feed(Mischief mischief) {
    if (Mischiefs.occasion(mischief.sort()) != null) {
      waiting.add(mischief);
      return;
    }
    var reason = mischief.sort().reason();
    publish(
        mischiefs.unprompted(mischief),
        reason == null ? new Expected.Anything() : new Expected.Refusal(reason.name()));
  }

  private void publish(OutgoingRecord message, Expected outcome) {
    fed(world.broker().publish(message), outcome);
  }

  private void fed(MemoryBroker.Stored entry, Expected outcome) {
    world.checker().fed(entry, outcome);
    world.checker().appended(Watch.OUTSIDE, entry);
  }

  /** Somebody listens for an occasion. */
  private void heard(Delivery delivery) {
    delivery.acknowledgement().acknowledge();
    byte[] value = delivery.value();
    if (waiting.isEmpty() || value == null) {
      return;
    }
    Kind kind =
        Arrays.stream(Kind.values())
            .filter(one -> one.topic().equals(delivery.topic()))
            .findFirst()
            .orElse(Kind.NEED);
    for (Mischief mischief : List.copyOf(waiting)) {
      Kind occasion = Mischiefs.occasion(mischief.sort());
      if (occasion != null && occasion.topic().equals(kind.topic())) {
        answer(mischief, occasion, value);
      }
    }
  }

  private void answer(Mischief mischief, Kind occasion, byte[] value) {
    Envelope seen;
    try {
      seen = codec.decode(value);
    } catch (RefusedException e) {
      return;
    }
    if (seen.kind() == occasion) {
      waiting.remove(mischief);
      world
          .loop()
          .now(
              () ->
                  mischiefs
                      .prompted(mischief.sort(), seen)
                      .forEach(message -> publish(message, new Expected.Anything())));
    }
  }
}
