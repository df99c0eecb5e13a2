package dev.canswarm.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.simulation.scenario.Attack;
import dev.canswarm.simulation.scenario.Attack.Sort;
import dev.canswarm.simulation.scenario.Names;
import dev.canswarm.simulation.scenario.Scenario;
import java.util.List;
import java.util.Objects;

/** One of each verb, as honest agents say them, and an adversary that sees them. */
final class AttackedChain {
  static final int VERIFIERS = Worlds.VERIFIERS;
  static final String POLICY = "c".repeat(64);
  static final TaskId TASK = new TaskId("a".repeat(64));
  static final String ARTIFACT = "b".repeat(64);
  static final ThreadId THREAD = new ThreadId("t");

  private final Scenario scenario = Worlds.scenario(List.of(), List.of(), List.of());
  final Keyring keyring = new Keyring(scenario);
  private final EnvelopeCodec codec =
      new EnvelopeCodec(World.SWARM, keyring.engine(), EnvelopeLimits.DEFAULT);
  final Adversary adversary = new Adversary(keyring, scenario, codec, POLICY);

  final Envelope need =
      codec.sign(
          Draft.need(THREAD, "nonce", POLICY, JsonObject.empty()), keyring.key(Names.CLIENT), 1);
  final Envelope propose = said(Verb.PROPOSE, need, Names.PLANNER, JsonObject.empty());
  final Envelope decide =
      said(
          Verb.DECIDE,
          propose,
          Names.DECIDER,
          new Decide(propose.id(), 1, 0, 1, POLICY, POLICY, POLICY).toJson());
  final Envelope claim = said(Verb.CLAIM, decide, Names.WORKER, new Lease(TASK, 2, 5).toJson());
  final Envelope commit =
      said(Verb.COMMIT, claim, Names.WORKER, new Commit(TASK, 2, 5, ARTIFACT, List.of()).toJson());
  final Envelope attest =
      said(
          Verb.ATTEST,
          commit,
          Names.verifier(1),
          new Attest(commit.id(), true, new Attest.Work(TASK, 2, ARTIFACT), null).toJson());

  private Envelope said(Verb verb, Envelope parent, String sender, JsonObject payload) {
    Draft draft =
        Draft.builder(verb, THREAD)
            .need(parent.need())
            .lamport(parent.lamport() + 1)
            .parents(List.of(parent.id()))
            .policyHash(POLICY)
            .payload(payload)
            .build();
    return codec.sign(draft, keyring.key(sender), 1);
  }

  Envelope seen(Sort sort) {
    return switch (Objects.requireNonNull(Adversary.occasion(sort))) {
      case NEED -> need;
      case PROPOSE -> propose;
      case DECIDE -> decide;
      case CLAIM -> claim;
      case COMMIT -> commit;
      case ATTEST -> attest;
      default -> throw new AssertionError(sort + " answers a verb that it should not");
    };
  }

  OutgoingRecord unprompted(Sort sort) {
    return adversary.unprompted(new Attack(7, 0, sort));
  }

  List<Envelope> prompted(Sort sort) {
    return adversary.prompted(sort, seen(sort)).stream().map(this::genuine).toList();
  }

  Envelope genuine(OutgoingRecord message) {
    return codec.decodeAndVerify(value(message));
  }

  static byte[] value(OutgoingRecord message) {
    return Objects.requireNonNull(message.value());
  }

  static String key(OutgoingRecord message) {
    return new String(Objects.requireNonNull(message.key()), UTF_8);
  }

  PublicKey publicKey(String name) {
    return keyring.key(name).publicKey();
  }
}
