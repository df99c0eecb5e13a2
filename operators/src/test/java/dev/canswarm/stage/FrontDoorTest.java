package dev.canswarm.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.verb.Admission;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The same rules by every way in. */
class FrontDoorTest {
  private static final String KEYED =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"%s\"},\"idempotency_key\":\"k\"}";

  /** How a NEED comes in. */
  enum Way {
    /** Plain JSON, where its thread is. */
    INTAKE,
    /** Plain JSON on a partition that is not its thread's. */
    STRAY_INTAKE,
    /** Signed by a client. */
    SIGNED,
    /** Signed by the process's gateway and sent to the NEED topic. */
    HTTP
  }

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final Disposable.Composite running = Disposables.composite();
  private final MemorySwarm swarm = new MemorySwarm(time);

  @AfterEach
  void stop() {
    running.dispose();
    time.dispose();
  }

  private void pass(long seconds) {
    time.advanceTimeBy(Duration.ofSeconds(seconds));
  }

  /** Sends it, and returns the reason of a refusal that is said at once. */
  private List<Reason> send(Way way, String payload) {
    byte[] value = payload.getBytes(StandardCharsets.UTF_8);
    switch (way) {
      case INTAKE -> swarm.intake("t", payload);
      case STRAY_INTAKE ->
          swarm.broker.publish(
              new OutgoingRecord(
                  Topics.INTAKE, "t".getBytes(StandardCharsets.UTF_8), value, new TreeMap<>()),
              (swarm.bus().partitionOf(new ThreadId("t")) + 1) % MemorySwarm.PARTITIONS);
      case SIGNED -> swarm.publish(signed(payload));
      case HTTP -> {
        try {
          Rules rules =
              new Rules(
                  swarm.policy,
                  swarm.trust,
                  new TreeSet<>(
                      MemorySwarm.builtIn().stream().map(handler -> handler.type()).toList()));
          Admission admission =
              new Admission(new PolicyCheck(swarm.policy, swarm.trust), rules, true);
          Signers signers = new Signers(swarm.codec, swarm.time, swarm.keys.values());
          swarm.publish(
              new Gateway(swarm.only("gateway"), signers, admission)
                  .sign(new ThreadId("t"), value));
        } catch (RefusedException e) {
          return List.of(e.reason());
        }
      }
    }
    return List.of();
  }

  private Envelope signed(String payload) {
    return swarm.codec.sign(
        Draft.need(
            new ThreadId("t"),
            "nonce",
            swarm.policy.hash(),
            StrictJson.parseObject(payload.getBytes(StandardCharsets.UTF_8))),
        Objects.requireNonNull(swarm.keys.get("client")),
        1);
  }

  private List<String> reasons() {
    return swarm.deadLetters().stream().map(FrontDoorTest::reason).toList();
  }

  private static String reason(Map<String, String> letter) {
    return Objects.requireNonNull(letter.get("swarm-reason"));
  }

  private static Stream<Arguments> pairs() {
    return Stream.of(Way.values())
        .flatMap(first -> Stream.of(Way.values()).map(second -> Arguments.of(first, second)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void anIdempotencyKeyIsOneNeedWhicheverWayItComes(Way first, Way second) {
    running.add(swarm.process("all").run().subscribe());
    send(first, KEYED.formatted("a"));
    pass(1);
    send(second, KEYED.formatted("a"));
    pass(1);
    assertThat(swarm.on("swarm.finalize").stream().map(Envelope::need).distinct()).hasSize(1);
    assertThat(reasons()).isEmpty();

    send(second, KEYED.formatted("b"));
    pass(1);
    assertThat(reasons()).containsExactly("IDEMPOTENCY_CONFLICT");
    assertThat(swarm.on("swarm.finalize").stream().map(Envelope::need).distinct()).hasSize(1);
    pass(60);
    assertThat(swarm.openNeeds()).isEmpty();
    assertThat(reasons()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void ofTwoPayloadsWithOneKeyInOneTurnOneIsRefused(Way way) {
    send(way, KEYED.formatted("a"));
    send(way, KEYED.formatted("b"));
    running.add(swarm.process("all").run().subscribe());
    pass(2);
    assertThat(reasons()).containsExactly("IDEMPOTENCY_CONFLICT");
    assertThat(swarm.on("swarm.finalize").stream().map(Envelope::need).distinct()).hasSize(1);
  }

  /** What is refused, and why. */
  private static Stream<Arguments> refused() {
    String words = "{\"task_type\":\"text.wordcount\",\"idempotency_key\":\"k\",%s}";
    String tasks =
        String.join(
            ",",
            IntStream.rangeClosed(0, 64)
                .mapToObj("{\"name\":\"n%d\",\"task_type\":\"hash.sha256\",\"input\":1}"::formatted)
                .toList());
    String deep = "[".repeat(62) + "]".repeat(62);
    List<Arguments> rows = new ArrayList<>();
    Map<String, Reason> payloads =
        Map.of(
            words.formatted("\"input\":1,\"k\":5"),
            Reason.POLICY_MISMATCH,
            words.formatted("\"input\":1,\"k\":0"),
            Reason.BAD_SHAPE,
            words.formatted("\"input\":1,\"other\":0"),
            Reason.BAD_SHAPE,
            words.formatted("\"input\":\"" + "x".repeat(300_000) + "\""),
            Reason.TOO_LARGE,
            words.formatted("\"input\":" + deep),
            Reason.TOO_LARGE,
            words.formatted("\"input\":1").replace("text.wordcount", "no.such"),
            Reason.UNKNOWN_TASK_TYPE,
            "{\"idempotency_key\":\"k\",\"tasks\":[" + tasks + "]}",
            Reason.BAD_PLAN);
    for (Way way : Way.values()) {
      payloads.forEach((payload, reason) -> rows.add(Arguments.of(way, reason, payload)));
    }
    return rows.stream();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("refused")
  void whatCannotSucceedIsRefusedAtOnceForTheSameReason(Way way, Reason reason, String payload) {
    running.add(swarm.process("all").run().subscribe());
    List<String> said = new ArrayList<>(send(way, payload).stream().map(Reason::name).toList());
    pass(1);
    said.addAll(reasons());
    assertThat(said).containsExactly(reason.name());
    assertThat(swarm.openNeeds()).isEmpty();
    assertThat(swarm.on(Verb.FINALIZE.topic())).isEmpty();
  }
}
