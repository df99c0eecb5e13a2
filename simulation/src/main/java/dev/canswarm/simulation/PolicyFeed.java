package dev.canswarm.simulation;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.simulation.check.Expected;
import dev.canswarm.simulation.scenario.Names;
import dev.canswarm.simulation.scenario.PolicyChange;
import dev.canswarm.simulation.scenario.Scenario;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Activates the second policy of a run and retires the first, and sends NEEDs that show whether it
 * matters: one for which the second policy has too little gas, one that names the first too late.
 * Not thread-safe.
 */
final class PolicyFeed {
  private static final long POLL_MILLIS = 100;

  private final World world;
  private final EnvelopeCodec codec;
  private final ToLongFunction<ControlChange> enter;
  private final BiConsumer<OutgoingRecord, Expected> publish;
  private final String first;
  private final @Nullable PolicyChange change;
  private @Nullable String second;
  private boolean isRetiring;

  /**
   * @param enter sends an entry of the control chain and returns its number
   * @param publish sends a record with this expected outcome
   */
  PolicyFeed(
      World world,
      EnvelopeCodec codec,
      ToLongFunction<ControlChange> enter,
      BiConsumer<OutgoingRecord, Expected> publish) {
    this.world = world;
    this.codec = codec;
    this.enter = enter;
    this.publish = publish;
    this.first = world.policy().hash();
    this.change = world.scenario().policyChange();
  }

  void begin() {
    PolicyChange planned = change;
    if (planned != null) {
      world.loop().atMillis(planned.atMillis(), () -> activate(planned));
    }
  }

  /**
   * Returns the policy that a client's NEED names: one that is in force as far as a client can
   * tell.
   */
  String named(int number) {
    String other = second;
    return other == null || (number % 2 == 0 && !isRetiring) ? first : other;
  }

  /** Whether a NEED that names a policy may come after that was retired. */
  boolean mayBeRetired(String policy) {
    return change != null && change.retires() && policy.equals(first);
  }

  private void activate(PolicyChange planned) {
    byte[] json = world.scenario().policy(planned).getBytes(StandardCharsets.UTF_8);
    long number = enter.applyAsLong(new ControlChange.Activate(StrictJson.parseObject(json)));
    whenStored(number, () -> inForce(planned, Policy.parse(json).hash()));
  }

  private void inForce(PolicyChange planned, String policy) {
    second = policy;
    need(
        new ThreadId("dear"),
        policy,
        Scenario.PAYLOAD_BYTES_MAX,
        new Expected.Refusal(Reason.OUT_OF_GAS.name()));
    if (planned.retires()) {
      world.loop().afterMillis(planned.retiresAfterMillis(), this::retire);
    }
  }

  private void retire() {
    isRetiring = true;
    long number = enter.applyAsLong(new ControlChange.RetirePolicy(first));
    // A process that was cut off meanwhile may take it all the same.
    Expected outcome =
        world.scenario().faults().isEmpty()
            ? new Expected.Refusal(Reason.POLICY_MISMATCH.name())
            : new Expected.Anything();
    whenStored(
        number,
        () ->
            world
                .loop()
                .afterMillis(
                    PolicyChange.FOLLOWED_MILLIS_MAX,
                    () -> need(new ThreadId("late"), first, 0, outcome)));
  }

  private void whenStored(long number, Runnable then) {
    if (world.checker().entries() >= number) {
      then.run();
    } else {
      world.loop().afterMillis(POLL_MILLIS, () -> whenStored(number, then));
    }
  }

  /** Sends a NEED whose payload has so many bytes, or as few as it can have. */
  private void need(ThreadId thread, String policy, int bytes, Expected outcome) {
    JsonObject empty = payload("");
    int more = bytes - CanonicalJson.write(empty).length;
    Draft draft =
        Draft.need(thread, "of-" + thread, policy, payload("x".repeat(Math.max(0, more))));
    byte[] need = codec.sign(draft, world.keyring().key(Names.CLIENT), 1).bytes();
    publish.accept(
        new OutgoingRecord(
            Verb.NEED.topic(),
            thread.text().getBytes(StandardCharsets.UTF_8),
            need,
            new TreeMap<>()),
        outcome);
  }

  private static JsonObject payload(String input) {
    return JsonObject.builder().put("input", input).put("task_type", SimTasks.DIGEST).build();
  }
}
