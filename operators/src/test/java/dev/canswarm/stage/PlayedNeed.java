package dev.canswarm.stage;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.protocol.NeedView;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.Stored;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.verb.Verbs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * The envelopes of one NEED that went through the whole chain, to be given to a stage one by one.
 * Their keys, policy and swarm are those of every {@link MemorySwarm}. Immutable.
 */
final class PlayedNeed {
  static final ThreadId THREAD = new ThreadId("t");

  static final String WORDS =
      """
      {"task_type":"text.wordcount","input":{"text":"a"}}
      """;

  /** A NEED whose one task was done at the first attempt and accepted by two verifiers. */
  static final PlayedNeed ONE = play();

  private static final MemorySwarm KEYS = new MemorySwarm(VirtualTimeScheduler.create());

  final Envelope need;
  final Envelope propose;
  final Envelope decide;
  final Envelope claim;
  final Envelope commit;
  final List<Envelope> votes;
  final Envelope end;

  private PlayedNeed(MemorySwarm swarm, Envelope need) {
    this.need = need;
    this.propose = only(swarm, Verb.PROPOSE);
    this.decide = only(swarm, Verb.DECIDE);
    this.claim = only(swarm, Verb.CLAIM);
    this.commit = only(swarm, Verb.COMMIT);
    this.votes = swarm.on(Verb.ATTEST.topic());
    this.end = only(swarm, Verb.FINALIZE);
  }

  private static PlayedNeed play() {
    VirtualTimeScheduler time = VirtualTimeScheduler.create();
    MemorySwarm swarm = new MemorySwarm(time);
    Envelope need = signedNeed(swarm, THREAD, "nonce");
    swarm.process("all").run().subscribe();
    swarm.publish(need);
    time.advanceTimeBy(Duration.ofSeconds(1));
    PlayedNeed played = new PlayedNeed(swarm, need);
    time.dispose();
    return played;
  }

  private static Envelope only(MemorySwarm swarm, Verb verb) {
    List<Envelope> said =
        swarm.on(verb.topic()).stream().filter(one -> one.verb() == verb).toList();
    if (said.size() != 1) {
      throw new IllegalStateException("expected one " + verb + ", got " + said);
    }
    return said.get(0);
  }

  private static Envelope signedNeed(MemorySwarm swarm, ThreadId thread, String nonce) {
    JsonObject payload = StrictJson.parseObject(WORDS.getBytes(StandardCharsets.UTF_8));
    return swarm.codec.sign(
        Draft.need(thread, nonce, swarm.policy.hash(), payload),
        Objects.requireNonNull(swarm.keys.get("client")),
        1);
  }

  /** Another NEED with the same task. */
  static Envelope anotherNeed(ThreadId thread, String nonce) {
    return signedNeed(KEYS, thread, nonce);
  }

  /** What an agent of the swarm says of this NEED, right or not. */
  Envelope said(String agent, Verb verb, JsonObject payload, Envelope... parents) {
    long lamport = Arrays.stream(parents).mapToLong(Envelope::lamport).max().orElse(0) + 1;
    return KEYS.codec.sign(
        Draft.builder(verb, THREAD)
            .need(new NeedId(need.id()))
            .lamport(lamport)
            .parents(Arrays.stream(parents).map(Envelope::id).toList())
            .policyHash(KEYS.policy.hash())
            .payload(payload)
            .build(),
        Objects.requireNonNull(KEYS.keys.get(agent)),
        2);
  }

  /** The vote of a verifier, by its number from 1, on the COMMIT. */
  Envelope vote(int verifier, boolean accept) {
    Commit work = Commit.parse(commit.payload());
    Attest vote =
        new Attest(
            commit.id(),
            accept,
            new Attest.Work(work.taskId(), work.attempt(), work.artifact()),
            null);
    return said("verifier-" + verifier, Verb.ATTEST, vote.toJson(), commit);
  }

  /** The worker that did not claim the task. */
  String otherWorker() {
    return KEYS.only("worker").key().equals(claim.sender()) ? "worker-2" : "worker";
  }

  /** Another worker's CLAIM of the token that {@code claim} holds. */
  Envelope secondClaim() {
    return said(otherWorker(), Verb.CLAIM, new Lease(taskId(), 1, 1).toJson(), decide);
  }

  /** Another DECIDE for the same proposal: of another epoch. */
  Envelope otherDecide() {
    Decide terms = Decide.parse(decide.payload());
    Decide other =
        new Decide(
            terms.proposalId(),
            terms.epoch() + 7,
            terms.kPlan(),
            terms.k(),
            terms.policy(),
            terms.trust(),
            terms.verifiers());
    return said("decider", Verb.DECIDE, other.toJson(), propose);
  }

  /** The same decision under a trust file that is not in force here. */
  Envelope otherTrustDecide() {
    Decide terms = Decide.parse(decide.payload());
    Decide other =
        new Decide(
            terms.proposalId(),
            terms.epoch(),
            terms.kPlan(),
            terms.k(),
            terms.policy(),
            "0".repeat(64),
            terms.verifiers());
    return said("decider", Verb.DECIDE, other.toJson(), propose);
  }

  /** All that was said, parents first. */
  List<Envelope> all() {
    List<Envelope> all = new ArrayList<>(List.of(need, propose, decide, claim, commit));
    all.addAll(votes);
    all.add(end);
    return all;
  }

  TaskId taskId() {
    return Commit.parse(commit.payload()).taskId();
  }

  Slot.Claim claimSlot() {
    return Slot.claim(taskId(), 1);
  }

  /** What fills the slot of an envelope. */
  static Stored.Message message(Envelope envelope, long storedMillis) {
    var payload = Verbs.payload(envelope.verb(), envelope.payload());
    return new Stored.Message(
        Verbs.slot(envelope, payload, KEYS.trust), envelope, payload, storedMillis);
  }

  /** What waits for a parent, delivered from that offset of its topic. */
  static Stored.Waiting waiting(Envelope envelope, long offset) {
    return new Stored.Waiting(
        Slot.waiting(new RecordPosition("memory", envelope.verb().topic(), 0, offset)),
        envelope,
        Verbs.payload(envelope.verb(), envelope.payload()),
        0);
  }

  /** A view in which these are stored. */
  NeedView view(Envelope... stored) {
    return NeedView.of(
        new NeedId(need.id()), THREAD, Arrays.stream(stored).map(one -> message(one, 0)).toList());
  }

  /** A state that is read from the store, in which these are stored and came from the bus. */
  NeedState state(Envelope... stored) {
    NeedState state = new NeedState(new NeedId(need.id()), THREAD);
    state.follow(1);
    state.read();
    for (Envelope envelope : stored) {
      state.show(message(envelope, 0));
      state.markOnTopic(envelope.id());
    }
    return state;
  }
}
