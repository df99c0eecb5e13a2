package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.port.Delivery;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.Plans;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.protocol.verb.Admission;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What a record is, from the record alone: every reason that decoding can give, and the intake. */
class RecordDecoderTest {
  private static final MemorySwarm SWARM = new MemorySwarm(VirtualTimeScheduler.create());
  private static final String ZEROS = "0".repeat(64);
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"a\"}}";
  private static final String CYCLE =
      """
      {"tasks":[{"name":"a","task_type":"x","input":1,"requires":["b"],"produces":[]},
                {"name":"b","task_type":"x","input":1,"requires":["a"],"produces":[]}]}
      """;

  /** Found only by comparing with stored rows, or under another policy than the others. */
  private static final Set<Reason> NOT_OF_THE_RECORD =
      EnumSet.of(
          Reason.LEASE_TAKEN,
          Reason.PARENT_MISSING,
          Reason.NOT_DERIVED,
          Reason.IDEMPOTENCY_CONFLICT,
          Reason.OUT_OF_GAS,
          Reason.POLICY_RULE_REFUSED,
          Reason.UNKNOWN_TASK_TYPE,
          Reason.WRONG_GENESIS,
          Reason.WRONG_HEAD,
          Reason.BAD_APPROVAL,
          Reason.APPROVALS_MISSING,
          Reason.CHANGE_REFUSED);

  private static final RecordPosition AT_INTAKE = new RecordPosition("memory", Topics.INTAKE, 1, 8);

  private static final RecordDecoder DECODER = decoder(SWARM);

  private static RecordDecoder decoder(MemorySwarm swarm) {
    PolicyCheck check = new PolicyCheck(swarm.policy, swarm.trust);
    Rules rules = new Rules(swarm.policy, swarm.trust, new TreeSet<>());
    Signers signers = new Signers(swarm.codec, swarm.time, swarm.keys.values());
    Admission admission = new Admission(check, rules, false);
    return new RecordDecoder(
        swarm.codec, admission, new Gateway(swarm.only("gateway"), signers, admission));
  }

  private record Case(String name, Reason reason, String stage, Delivery delivery) {
    @Override
    public String toString() {
      return name + ": " + reason + " at " + stage;
    }
  }

  private static Delivery delivery(
      String topic, @Nullable String key, @Nullable String value, long offset) {
    return Delivery.of(
        new RecordPosition("memory", topic, 1, offset), bytes(key), bytes(value), () -> {});
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static Envelope need(String by, String policyHash, String payload) {
    return signed(SWARM.codec, by, Verb.NEED, null, policyHash, payload);
  }

  private static Envelope signed(
      EnvelopeCodec codec,
      String by,
      Verb verb,
      @Nullable String needId,
      String policyHash,
      String payload) {
    Draft draft =
        Draft.builder(verb, new ThreadId("t"))
            .need(needId == null ? null : new NeedId(needId))
            .lamport(needId == null ? 1 : 2)
            .parents(needId == null ? List.<EnvelopeId>of() : List.of(new EnvelopeId(needId)))
            .nonce(verb == Verb.NEED ? "nonce" : null)
            .policyHash(policyHash)
            .payload(StrictJson.parseObject(payload.getBytes(StandardCharsets.UTF_8)))
            .build();
    return codec.sign(draft, Objects.requireNonNull(SWARM.keys.get(by)), 1);
  }

  private static String text(Envelope envelope) {
    return new String(envelope.bytes(), StandardCharsets.UTF_8);
  }

  private static Delivery onNeed(String value) {
    return delivery("swarm.need", "t", value, 0);
  }

  private static Delivery intake(@Nullable String key, String value) {
    return delivery(Topics.INTAKE, key, value, 7);
  }

  private static String several(int tasks, String type) {
    StringBuilder json = new StringBuilder("{\"tasks\":[");
    for (int i = 0; i < tasks; i++) {
      json.append(i == 0 ? "" : ",")
          .append("{\"name\":\"%d\",\"task_type\":\"%s\",\"input\":1}".formatted(i, type));
    }
    return json.append("]}").toString();
  }

  /** Its payload has so many bytes, and the PROPOSE that follows some more. */
  private static String ofBytes(int bytes) {
    int others = WORDS.length() - 1;
    return WORDS.replace("\"a\"", "\"" + "a".repeat(bytes - others) + "\"");
  }

  /** A NEED whose envelope has so many levels of nesting; the PROPOSE that follows has two more. */
  private static String ofLevels(int levels) {
    int arrays = levels - 2;
    return "{\"task_type\":\"x\",\"input\":%s}".formatted("[".repeat(arrays) + "]".repeat(arrays));
  }

  /** What could not succeed is refused at once, by both ways in. */
  static List<Case> hopeless() {
    record Hopeless(String name, Reason reason, String payload) {}

    int bytesMax = SWARM.policy.payloadBytesMax();
    int verifiers = SWARM.trust.verifiers().size();
    return Stream.of(
            new Hopeless("a PROPOSE too large", Reason.TOO_LARGE, ofBytes(bytesMax)),
            new Hopeless("a PROPOSE too deep by two", Reason.TOO_LARGE, ofLevels(64)),
            new Hopeless("a PROPOSE too deep by one", Reason.TOO_LARGE, ofLevels(63)),
            new Hopeless(
                "more verifiers than there are",
                Reason.POLICY_MISMATCH,
                WORDS.replace("{\"task_type\"", "{\"k\":" + (verifiers + 1) + ",\"task_type\"")))
        .flatMap(
            one ->
                Stream.of(
                    new Case(
                        one.name(),
                        one.reason(),
                        "policy",
                        onNeed(text(need("client", SWARM.policy.hash(), one.payload())))),
                    new Case(
                        "intake: " + one.name(),
                        one.reason(),
                        "intake",
                        intake("t", one.payload()))))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("hopeless")
  void aNeedThatCannotSucceedIsRefusedAtOnceByEveryWayIn(Case one) {
    aBadRecordIsRefusedWithItsReason(one);
  }

  @Test
  void theLargestAndDeepestNeedWhoseProposalFitsIsTaken() {
    for (String payload : List.of(ofLevels(62), ofBytes(proposable()), several(16, "x"))) {
      assertThat(DECODER.decode(intake("t", payload))).isInstanceOf(Decoded.Intake.class);
      assertThat(DECODER.decode(onNeed(text(need("client", SWARM.policy.hash(), payload)))))
          .isInstanceOf(Decoded.Valid.class);
    }
    assertThat(DECODER.decode(intake("t", ofBytes(proposable() + 1))))
        .isInstanceOf(Decoded.Refused.class);
  }

  /** Bytes of the largest NEED whose PROPOSE has as many as the policy allows. */
  private static int proposable() {
    Need need = Need.parse(StrictJson.parseObject(utf8(WORDS)));
    int proposal = CanonicalJson.write(Plans.of(need, SWARM.policy).toJson()).length;
    return SWARM.policy.payloadBytesMax() - (proposal - WORDS.length());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static List<Case> refusals() {
    String policy = SWARM.policy.hash();
    Envelope need = need("client", policy, WORDS);
    String good = text(need);
    String large = WORDS.replace("\"a\"", "\"" + "a".repeat(70_000) + "\"");
    EnvelopeCodec other = new EnvelopeCodec("other", SWARM.engine, EnvelopeLimits.DEFAULT);
    return List.of(
        new Case("no JSON", Reason.MALFORMED_JSON, "decode", onNeed("nonsense")),
        new Case("no envelope", Reason.BAD_SHAPE, "decode", onNeed("{}")),
        new Case("tombstone", Reason.BAD_SHAPE, "decode", delivery("swarm.need", "t", null, 0)),
        new Case(
            "a batch that cannot be read",
            Reason.UNREADABLE_BATCH,
            "receive",
            Delivery.unreadable(AT_INTAKE, "no codec", () -> {})),
        new Case(
            "a value of which the beginning is a NEED by itself",
            Reason.TOO_LARGE,
            "receive",
            Delivery.cut(
                AT_INTAKE,
                bytes("t"),
                utf8(WORDS + " ".repeat(100)),
                new Delivery.Cut(5_000_000, ZEROS),
                () -> {})),
        new Case(
            "id of something else",
            Reason.BAD_ID,
            "decode",
            onNeed(good.replace(need.id().text(), ZEROS))),
        new Case(
            "payload of another",
            Reason.BAD_PAYLOAD_HASH,
            "decode",
            onNeed(good.replace("\"text\":\"a\"", "\"text\":\"b\""))),
        new Case(
            "time changed after signing",
            Reason.BAD_SIGNATURE,
            "verify",
            onNeed(good.replace("\"timestamp_ns\":\"1\"", "\"timestamp_ns\":\"2\""))),
        new Case(
            "too late for its parents",
            Reason.BAD_LAMPORT,
            "decode",
            onNeed(good.replace("\"lamport\":1", "\"lamport\":2"))),
        new Case(
            "no such verb",
            Reason.UNKNOWN_KIND,
            "decode",
            onNeed(good.replace("\"NEED\"", "\"WISH\""))),
        new Case(
            "another thread's key",
            Reason.BAD_THREAD_ID,
            "decode",
            delivery("swarm.need", "u", good, 0)),
        new Case("no key", Reason.BAD_THREAD_ID, "decode", delivery("swarm.need", null, good, 0)),
        new Case(
            "another verb's topic",
            Reason.WRONG_TOPIC,
            "policy",
            delivery("swarm.commit", "t", good, 0)),
        new Case(
            "another swarm",
            Reason.WRONG_SWARM,
            "decode",
            onNeed(text(signed(other, "client", Verb.NEED, null, policy, WORDS)))),
        new Case(
            "a large payload",
            Reason.TOO_LARGE,
            "policy",
            onNeed(text(need("client", policy, large)))),
        new Case(
            "another policy",
            Reason.POLICY_MISMATCH,
            "policy",
            onNeed(text(need("client", ZEROS, WORDS)))),
        new Case(
            "a NEED by a worker",
            Reason.SENDER_NOT_AUTHORISED,
            "policy",
            onNeed(text(need("worker", policy, WORDS)))),
        new Case(
            "a NEED with a cycle",
            Reason.BAD_PLAN,
            "policy",
            onNeed(text(need("client", policy, CYCLE)))),
        new Case(
            "a plan that requires what comes later",
            Reason.BAD_PLAN,
            "policy",
            delivery(
                "swarm.propose",
                "t",
                text(
                    signed(
                        SWARM.codec,
                        "planner",
                        Verb.PROPOSE,
                        need.id().text(),
                        policy,
                        "{\"plan\":[{\"task_type\":\"x\",\"input\":1,\"requires\":[0],"
                            + "\"produces\":[]}]}")),
                0)),
        new Case("intake: no JSON", Reason.MALFORMED_JSON, "intake", intake("t", "{")),
        new Case("intake: a number", Reason.BAD_SHAPE, "intake", intake("t", "7")),
        new Case("intake: a string", Reason.BAD_SHAPE, "intake", intake("t", "\"x\"")),
        new Case("intake: an array", Reason.BAD_SHAPE, "intake", intake("t", "[{}]")),
        new Case("intake: null", Reason.BAD_SHAPE, "intake", intake("t", "null")),
        new Case("topic of a verb: a string", Reason.BAD_SHAPE, "decode", onNeed("\"x\"")),
        new Case("intake: no NEED", Reason.BAD_SHAPE, "intake", intake("t", "{\"a\":1}")),
        new Case("intake: bad key", Reason.BAD_THREAD_ID, "intake", intake("a b", WORDS)),
        new Case("intake: too large", Reason.TOO_LARGE, "intake", intake("t", large)),
        new Case("intake: a cycle", Reason.BAD_PLAN, "intake", intake("t", CYCLE)));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aBadRecordIsRefusedWithItsReason(Case one) {
    assertThat(DECODER.decode(one.delivery()))
        .isInstanceOfSatisfying(
            Decoded.Refused.class,
            refused -> {
              assertThat(refused.reason()).as(refused.detail()).isEqualTo(one.reason());
              assertThat(refused.stage()).isEqualTo(one.stage());
              assertThat(refused.detail()).isNotBlank();
            });
  }

  @Test
  void everyReasonThatARecordAloneCanGiveIsAmongThem() {
    assertThat(Stream.concat(refusals().stream().map(Case::reason), NOT_OF_THE_RECORD.stream()))
        .containsAll(Arrays.asList(Reason.values()));
  }

  @Test
  void aRecordThatNeedsMoreGasThanThePolicyAllowsIsRefusedByEveryWayIn() {
    MemorySwarm poor =
        new MemorySwarm(
            VirtualTimeScheduler.create(),
            MemorySwarm.POLICY.formatted(0, 1).replace("evaluation\":100000", "evaluation\":390"));
    Envelope need = signed(poor.codec, "client", Verb.NEED, null, poor.policy.hash(), WORDS);
    for (Delivery delivery : List.of(onNeed(text(need)), intake("t", WORDS))) {
      assertThat(decoder(poor).decode(delivery))
          .isInstanceOfSatisfying(
              Decoded.Refused.class,
              refused -> {
                assertThat(refused.reason()).isEqualTo(Reason.OUT_OF_GAS);
                assertThat(refused.detail()).startsWith("expected at most 390 gas");
                assertThat(refused.gas()).isBetween(391L, 500L);
              });
    }
  }

  @Test
  void aGoodEnvelopeIsValid() {
    Envelope need = need("client", SWARM.policy.hash(), WORDS);
    assertThat(DECODER.decode(onNeed(text(need))))
        .isInstanceOfSatisfying(
            Decoded.Valid.class, valid -> assertThat(valid.envelope()).isEqualTo(need));
  }

  private static Decoded.Intake taken(Delivery delivery) {
    return (Decoded.Intake) DECODER.decode(delivery);
  }

  @Test
  void theSameIntakeRecordIsTheSameNeedHoweverOftenItComes() {
    Decoded.Intake first = taken(intake("t", WORDS));
    assertThat(first.threadId()).isEqualTo(new ThreadId("t"));
    assertThat(first.need().nonce()).isEqualTo("INTAKE/memory/swarm.intake/1/7");
    assertThat(taken(intake("t", WORDS)).need().id()).isEqualTo(first.need().id());
    assertThat(taken(delivery(Topics.INTAKE, "t", WORDS, 8)).need().id())
        .isNotEqualTo(first.need().id());
  }

  @Test
  void recordsWithOneIdempotencyKeyInOneThreadAreOneNeed() {
    String keyed = WORDS.replace("}}", "},\"idempotency_key\":\"k\"}");
    Envelope first = taken(intake("t", keyed)).need();
    assertThat(first.nonce()).isEqualTo("INTAKE/t/k");
    assertThat(taken(delivery(Topics.INTAKE, "t", keyed, 99)).need().id()).isEqualTo(first.id());
    assertThat(taken(intake("u", keyed)).need().id()).isNotEqualTo(first.id());
  }

  @Test
  void anIntakeRecordWithoutAKeyGetsAThreadOfItsOwn() {
    assertThat(taken(intake(null, WORDS)).threadId()).isEqualTo(new ThreadId("intake-1-7"));
  }
}
