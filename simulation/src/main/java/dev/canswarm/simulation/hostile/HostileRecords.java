package dev.canswarm.simulation.hostile;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Lease;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.payload.PlanTask;
import dev.canswarm.protocol.payload.Propose;
import dev.canswarm.protocol.payload.Release;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes bad records from the real envelopes of one NEED that has ended. Not thread-safe. */
public final class HostileRecords {
  /** The idempotency key of the NEED that real envelopes are of. */
  public static final String USED_KEY = "used";

  /** Prefix of the threads of good NEEDs that insiders' messages are aimed at. */
  private static final String LIVE = HostileFlood.GOOD + "live-";

  private static final int DEPTH = 100_000;
  private static final int HUGE_BYTES = 900_000;

  /** More than a record may have by default. */
  private static final int PADDING_BYTES = 1 << 20;

  private static final String WORDS =
      "{\"input\":{\"text\":\"%s\"},\"task_type\":\"hash.sha256\"%s}";
  private static final String CYCLE =
      "{\"tasks\":[{\"name\":\"a\",\"task_type\":\"hash.sha256\",\"input\":1,\"requires\":[\"b\"]},"
          + "{\"name\":\"b\",\"task_type\":\"hash.sha256\",\"input\":1,\"requires\":[\"a\"]}]}";

  /**
   * The keys, codecs and messages from which the records are made.
   *
   * @param codec of the swarm
   * @param foreign of another swarm
   * @param insiders a key of each role that the trust file lists
   * @param outsiders keys that may not say what they sign
   * @param retired what was in force and is not any more
   * @param policyHash of the policy in force
   * @param real all envelopes of one NEED that has ended, the NEED with {@link #USED_KEY}
   */
  public record Means(
      EnvelopeCodec codec,
      EnvelopeCodec foreign,
      Map<RoleName, SigningKey> insiders,
      Outsiders outsiders,
      Retirements retired,
      String policyHash,
      List<Envelope> real) {
    public Means {
      insiders = Map.copyOf(insiders);
      real = List.copyOf(real);
    }
  }

  /**
   * Keys that sign messages for which they are not authorised.
   *
   * @param stranger a key that the trust file does not list
   * @param rival a worker that it lists, and that did not do the real task
   */
  public record Outsiders(SigningKey stranger, SigningKey rival) {}

  private final Means means;
  private final Envelope need;
  private final Random random;
  private final long seed;

  /** NEEDs that insiders' messages are sent for, before they are sent themselves. */
  private final List<Envelope> live = new ArrayList<>();

  /** How many messages of each sort were made for these. */
  private final Map<BadSort, Integer> madeForLive = new EnumMap<>(BadSort.class);

  private int made;

  /**
   * @param seed the same seed gives the same records
   */
  public HostileRecords(Means means, long seed) {
    this.means = means;
    this.need = one(Verb.NEED);
    this.random = new Random(seed);
    this.seed = seed;
  }

  private Envelope one(Verb verb) {
    return means.real().stream()
        .filter(envelope -> envelope.verb() == verb)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("expected a real " + verb));
  }

  /** The next record of a sort; no two of one sort are the same, but for repetitions. */
  public BadRecord next(BadSort sort) {
    made++;
    Envelope real = means.real().get(random.nextInt(means.real().size()));
    return switch (sort) {
      case NOT_JSON -> raw(sort, anyTopic(), noise());
      case TRUNCATED ->
          of(sort, real, Arrays.copyOf(real.bytes(), 1 + random.nextInt(real.bytes().length - 1)));
      case TWICE -> raw(sort, anyTopic(), text("{\"a\":1,\"a\":" + made + "}"));
      case SURROGATE -> raw(sort, anyTopic(), text("{\"a\":\"\\ud800\",\"n\":" + made + "}"));
      case NUMBER -> raw(sort, anyTopic(), text("{\"a\":1e999,\"n\":" + made + "}"));
      case DEEP -> raw(sort, real.verb().topic(), text("[".repeat(DEPTH)));
      case NO_OBJECT -> raw(sort, anyTopic(), text("[" + made + "]"));
      case TOMBSTONE -> raw(sort, anyTopic(), null);
      case MORE_MEMBERS -> of(sort, real, with(real, "more", JsonNumber.of(made)));
      case HUGE -> raw(sort, Topics.INTAKE, text(" ".repeat(HUGE_BYTES) + made));
      case PADDED ->
          raw(sort, Topics.INTAKE, text(WORDS.formatted(made, "") + " ".repeat(PADDING_BYTES)));
      case OTHER_KIND -> of(sort, real, with(real, "kind", new JsonString("SHOUT")));
      case OTHER_ID -> of(sort, real, with(real, "id", new JsonString(hash())));
      case MOVED_THREAD -> {
        String thread = "moved-" + made;
        yield new BadRecord(
            sort,
            real.verb().topic(),
            text(thread),
            with(real, "thread_id", new JsonString(thread)));
      }
      case OTHER_PAYLOAD ->
          of(sort, real, with(real, "payload", JsonObject.builder().put("n", made).build()));
      case OTHER_SIGNATURE -> {
        Envelope other = real == need ? one(Verb.FINALIZE) : need;
        yield of(sort, real, with(real, "sig_b64", member(other, "sig_b64")));
      }
      case OTHER_TIME ->
          of(sort, real, with(real, "lamport", JsonNumber.of(real.lamport() == 1 ? 2 : 1)));
      case OTHER_TOPIC ->
          new BadRecord(
              sort,
              real.verb().topic().equals(Verb.NEED.topic())
                  ? Verb.FINALIZE.topic()
                  : Verb.NEED.topic(),
              text(real.threadId().text()),
              real.bytes());
      case OTHER_KEY ->
          new BadRecord(sort, real.verb().topic(), text("other-" + made), real.bytes());
      case OTHER_SWARM -> signed(sort, means.foreign().sign(needDraft(policy()), client(), 1));
      case OTHER_POLICY -> signed(sort, sign(needDraft(hash()), client()));
      case STRANGER -> signed(sort, sign(needDraft(policy()), means.outsiders().stranger()));
      case RETIRED_KEY -> signed(sort, sign(needDraft(policy()), means.retired().key()));
      case RETIRED_POLICY -> signed(sort, sign(needDraft(means.retired().policyHash()), client()));
      case WRONG_ROLE -> signed(sort, sign(propose(need.need(), need, 2), client()));
      case INSIDER_TIME ->
          signed(sort, sign(propose(need.need(), need, 9), insider(RoleName.PLANNER)));
      case INSIDER_PARENT -> signed(sort, sign(claim(), insider(RoleName.WORKER)));
      case ORPHAN ->
          signed(sort, sign(propose(new NeedId(hash()), need, 2), insider(RoleName.PLANNER)));
      case INSIDER_DECIDE, INSIDER_RELEASE, INSIDER_FINALIZE -> atLiveNeed(sort);
      case RIVAL_CLAIM -> {
        Envelope claim = one(Verb.CLAIM);
        Draft same =
            Draft.builder(Verb.CLAIM, claim.threadId())
                .need(claim.need())
                .lamport(claim.lamport())
                .parents(claim.parents())
                .policyHash(policy())
                .payload(claim.payload())
                .build();
        yield signed(sort, sign(same, means.outsiders().rival()));
      }
      case COMMITTED -> raw(sort, anyTopic(), noise());
      case CYCLE -> raw(sort, Topics.INTAKE, text(CYCLE));
      case NO_TYPE ->
          raw(sort, Topics.INTAKE, text("{\"input\":" + made + ",\"task_type\":\"no.such\"}"));
      case NO_THREAD ->
          new BadRecord(
              sort, Topics.INTAKE, text("no thread " + made), text(WORDS.formatted(made, "")));
      case CONFLICT ->
          new BadRecord(
              sort,
              Topics.INTAKE,
              text(need.threadId().text()),
              text(WORDS.formatted(made, ",\"idempotency_key\":\"" + USED_KEY + "\"")));
      case REPETITION -> of(sort, real, real.bytes());
      case SECOND_ANSWER ->
          signed(sort, sign(propose(need.need(), need, 2), insider(RoleName.PLANNER)));
      case ABORTED ->
          new BadRecord(
              sort, Topics.INTAKE, text("aborted-" + made), text(WORDS.formatted(made, "")));
    };
  }

  /**
   * Returns the NEEDs at which records were aimed so far. Sent after these records they end as
   * ACCEPTED: what waited for its parent is judged as soon as the plan is there, before the NEED is
   * decided.
   */
  List<Envelope> liveNeeds() {
    return List.copyOf(live);
  }

  /** Makes an insider's message about a plan that is not proposed yet: its id is computable. */
  private BadRecord atLiveNeed(BadSort sort) {
    int number = madeForLive.merge(sort, 1, Integer::sum) - 1;
    if (number == live.size()) {
      JsonObject payload = StrictJson.parseObject(text(WORDS.formatted("live " + number, "")));
      live.add(
          sign(
              Draft.need(
                  new ThreadId(LIVE + number), "live-" + seed + "-" + number, policy(), payload),
              client()));
    }
    Envelope target = live.get(number);
    Need asked = Need.parse(target.payload());
    Need.Task task = asked.tasks().get(0);
    JsonObject plan =
        new Propose(
                List.of(new PlanTask(task.taskType(), task.input(), null, List.of(), List.of())))
            .toJson();
    EnvelopeId proposal =
        sign(about(Verb.PROPOSE, target, 2, target.id(), plan), insider(RoleName.PLANNER)).id();
    return switch (sort) {
      case INSIDER_DECIDE -> {
        Decide real = Decide.parse(one(Verb.DECIDE).payload());
        Decide fewer =
            new Decide(proposal, made, 0, 1, real.policy(), real.trust(), real.verifiers());
        yield signed(
            sort,
            sign(
                about(Verb.DECIDE, target, 3, proposal, fewer.toJson()),
                insider(RoleName.DECIDER)));
      }
      case INSIDER_RELEASE -> {
        Release release =
            new Release(new TaskId(hash()), 1, 1, Release.Cause.READY, List.of(), List.of());
        yield signed(
            sort,
            sign(
                about(Verb.RELEASE, target, 3, proposal, release.toJson()),
                insider(RoleName.COORDINATOR)));
      }
      default -> {
        Finalize end = new Finalize(Finalize.Outcome.ACCEPTED, null, hash(), List.of());
        yield signed(
            sort,
            sign(
                about(Verb.FINALIZE, target, 3, proposal, end.toJson()),
                insider(RoleName.COORDINATOR)));
      }
    };
  }

  private Draft about(
      Verb verb, Envelope target, long lamport, EnvelopeId parent, JsonObject payload) {
    return Draft.builder(verb, target.threadId())
        .need(target.need())
        .lamport(lamport)
        .parents(List.of(parent))
        .policyHash(policy())
        .payload(payload)
        .build();
  }

  private BadRecord raw(BadSort sort, String topic, byte @Nullable [] value) {
    return new BadRecord(sort, topic, text("bad-" + made % 64), value);
  }

  private static BadRecord of(BadSort sort, Envelope real, byte[] value) {
    return new BadRecord(sort, real.verb().topic(), text(real.threadId().text()), value);
  }

  private static BadRecord signed(BadSort sort, Envelope envelope) {
    return of(sort, envelope, envelope.bytes());
  }

  private Envelope sign(Draft draft, SigningKey key) {
    return means.codec().sign(draft, key, made);
  }

  private Draft needDraft(String policyHash) {
    JsonObject payload = StrictJson.parseObject(text(WORDS.formatted(made, "")));
    return Draft.need(new ThreadId("bad-need-" + made % 64), "n" + made, policyHash, payload);
  }

  /** A plan that differs from each other one, for a NEED that may not be there. */
  private Draft propose(NeedId needId, Envelope like, long lamport) {
    PlanTask task =
        new PlanTask(
            "hash.sha256",
            JsonObject.builder().put("text", "other " + made).build(),
            null,
            List.of(),
            List.of());
    return Draft.builder(Verb.PROPOSE, like.threadId())
        .need(needId)
        .lamport(lamport)
        .parents(List.of(needId.envelope()))
        .policyHash(policy())
        .payload(new Propose(List.of(task)).toJson())
        .build();
  }

  private Draft claim() {
    return Draft.builder(Verb.CLAIM, need.threadId())
        .need(need.need())
        .lamport(2)
        .parents(List.of(need.id()))
        .policyHash(policy())
        .payload(new Lease(new TaskId(hash()), 1, 1).toJson())
        .build();
  }

  private String policy() {
    return means.policyHash();
  }

  private SigningKey client() {
    return insider(RoleName.CLIENT);
  }

  private SigningKey insider(RoleName role) {
    SigningKey key = means.insiders().get(role);
    if (key == null) {
      throw new IllegalArgumentException("expected a key of a " + role);
    }
    return key;
  }

  private String anyTopic() {
    List<String> topics = Topics.ofVerbs();
    int drawn = random.nextInt(topics.size() + 1);
    return drawn == topics.size() ? Topics.INTAKE : topics.get(drawn);
  }

  private byte[] noise() {
    byte[] noise = new byte[1 + random.nextInt(200)];
    random.nextBytes(noise);
    noise[0] = 'x';
    return noise;
  }

  private String hash() {
    return Sha256.hex(text("hostile " + made + " " + random.nextLong()));
  }

  private static JsonValue member(Envelope envelope, String name) {
    JsonValue value = StrictJson.parseObject(envelope.bytes()).get(name);
    if (value == null) {
      throw new IllegalArgumentException("no member " + name);
    }
    return value;
  }

  private static byte[] with(Envelope envelope, String name, JsonValue value) {
    Map<String, JsonValue> members =
        new TreeMap<>(StrictJson.parseObject(envelope.bytes()).members());
    members.put(name, value);
    return CanonicalJson.write(JsonObject.of(members));
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
