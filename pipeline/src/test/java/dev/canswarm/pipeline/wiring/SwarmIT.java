package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Topics;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.Commit;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The swarm on the real Kafka, PostgreSQL and Redis, from the intake to the FINALIZE. */
class SwarmIT {
  private static final Duration PATIENCE = Duration.ofSeconds(150);
  private static final Duration MEANWHILE = Duration.ofSeconds(3);
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be or not to be\"}}";
  private static final Set<RoleName> ALL = EnumSet.allOf(RoleName.class);
  private static final String NOBODY = "0".repeat(64);

  private static @Nullable TestSwarm shared;
  private @Nullable SwarmNode node;

  @BeforeAll
  static void startServers() throws Exception {
    shared = TestSwarm.start();
  }

  @AfterAll
  static void stopServers() {
    swarm().close();
  }

  private static TestSwarm swarm() {
    return Objects.requireNonNull(shared);
  }

  private void start(Set<RoleName> roles, TaskHandler... tasks) throws Exception {
    node = swarm().node("node-1", roles, tasks);
  }

  @AfterEach
  void stopNode() {
    if (node != null) {
      swarm().stop(node);
      node = null;
    }
  }

  private static Finalize outcome(String thread) {
    return Finalize.parse(swarm().awaitEnvelope("swarm.finalize", thread, PATIENCE).payload());
  }

  @Test
  void aPlainRecordFromAnyProducerEndsInAFinalize() throws Exception {
    start(ALL);
    swarm().intake("chain", WORDS);
    Finalize end = outcome("chain");
    assertThat(end.outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(swarm().envelopes("swarm.attest", new ThreadId("chain")))
        .hasSizeGreaterThanOrEqualTo(2);
    assertThat(swarm().envelopes("swarm.decide", new ThreadId("chain"))).hasSize(1);
  }

  @Test
  void nothingIsFinalisedUntilASecondProcessBringsTheVerifiers() throws Exception {
    start(EnumSet.complementOf(EnumSet.of(RoleName.VERIFIER)));
    swarm().intake("split", WORDS);
    swarm().awaitEnvelope("swarm.commit", "split", PATIENCE);
    assertThat(
            swarm()
                .await(
                    "swarm.finalize",
                    MEANWHILE,
                    record -> TestSwarm.text(record.key()).equals("split")))
        .isNull();

    SwarmNode verifiers = swarm().node("node-2", EnumSet.of(RoleName.VERIFIER));
    assertThat(outcome("split").outcome()).isEqualTo(Outcome.ACCEPTED);
    swarm().stop(verifiers);
  }

  @Test
  void aWorkerThatLiesGetsNothingAccepted() throws Exception {
    start(EnumSet.complementOf(EnumSet.of(RoleName.WORKER)), new Answering("truth"));
    SwarmNode liar = swarm().node("node-2", EnumSet.of(RoleName.WORKER), new Answering("lie"));
    swarm()
        .intake(
            "lie",
            "{\"task_type\":\"test.answer\",\"input\":{\"text\":\"x\"},\"deadline_ms\":8000}");
    Finalize end = outcome("lie");
    assertThat(end.outcome()).isNotEqualTo(Outcome.ACCEPTED);
    assertThat(swarm().envelopes("swarm.attest", new ThreadId("lie")))
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(vote -> !Attest.parse(vote.payload()).accept());
    swarm().stop(liar);
  }

  @Test
  void validSignaturesOfKeysWithoutTheRoleAreDeadLettered() throws Exception {
    start(ALL);
    SigningKey stranger = TestSwarm.key("stranger");
    SigningKey worker = swarm().agent("worker-1").key();
    publish(new ThreadId("role"), Verb.ATTEST, stranger, attest());
    publish(new ThreadId("role"), Verb.ATTEST, worker, attest());
    publish(new ThreadId("role"), Verb.COMMIT, stranger, commit());
    publish(new ThreadId("role"), Verb.DECIDE, worker, decide());
    for (String topic : List.of("swarm.attest", "swarm.commit", "swarm.decide")) {
      assertThat(deadLetter("role", topic)).containsEntry("swarm-reason", "SENDER_NOT_AUTHORISED");
    }
  }

  private static JsonObject attest() {
    return new Attest(
            new EnvelopeId(NOBODY), true, new Attest.Work(new TaskId(NOBODY), 1, NOBODY), null)
        .toJson();
  }

  private static JsonObject commit() {
    return new Commit(new TaskId(NOBODY), 1, 1, NOBODY, List.of()).toJson();
  }

  private static JsonObject decide() {
    return new Decide(new EnvelopeId(NOBODY), 1, 0, 2, NOBODY, NOBODY, NOBODY).toJson();
  }

  private static void publish(ThreadId thread, Verb verb, SigningKey key, JsonObject payload) {
    swarm()
        .publish(
            swarm()
                .sign(
                    Draft.builder(verb, thread)
                        .need(new NeedId(NOBODY))
                        .lamport(2)
                        .parents(List.of(new EnvelopeId(NOBODY)))
                        .policyHash(swarm().policy.hash())
                        .payload(payload)
                        .build(),
                    key));
  }

  /** Headers of the dead letter of a thread from a topic. */
  private static Map<String, String> deadLetter(String thread, String topic) {
    ConsumerRecord<byte[], byte[]> letter =
        swarm()
            .await(
                Topics.DEAD_LETTERS,
                PATIENCE,
                record ->
                    TestSwarm.text(record.key()).equals(thread)
                        && topic.equals(headers(record).get("swarm-topic")));
    assertThat(letter).as("dead letter of " + thread + " from " + topic).isNotNull();
    return headers(Objects.requireNonNull(letter));
  }

  private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
    TreeMap<String, String> headers = new TreeMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), TestSwarm.text(header.value()));
    }
    return headers;
  }

  @Test
  void badInputIsDeadLetteredWithItsBytesAndTheRestGoesOn() throws Exception {
    start(ALL);
    byte[] nonsense = "{\"no\":".getBytes(StandardCharsets.UTF_8);
    swarm().publish("swarm.commit", "bad-json", nonsense);
    swarm().publish("swarm.commit", "bad-shape", "{}".getBytes(StandardCharsets.UTF_8));
    swarm().intake("bad-intake", "{\"task_type\":5}");
    swarm().intake("bad thread", WORDS);
    swarm().intake("bad-plan", CYCLE);
    swarm().intake("too-large", "{\"task_type\":\"" + "x".repeat(300_000) + "\",\"input\":1}");
    Envelope need = need(new ThreadId("moved"));
    swarm().publish("swarm.decide", "moved", need.bytes());
    swarm().publish("swarm.need", "elsewhere", need.bytes());
    byte[] forged = need.bytes().clone();
    swap(forged, "\"sig_b64\":\"");
    swarm().publish("swarm.need", "moved", forged);
    swarm().intake("good", WORDS);

    assertThat(deadLetter("bad-json", "swarm.commit"))
        .containsEntry("swarm-reason", "MALFORMED_JSON")
        .containsEntry("swarm-stage", "decode")
        .containsKeys("swarm-partition", "swarm-offset", "swarm-detail");
    assertThat(deadLetter("bad-shape", "swarm.commit")).containsEntry("swarm-reason", "BAD_SHAPE");
    assertThat(deadLetter("bad-intake", Topics.INTAKE)).containsEntry("swarm-reason", "BAD_SHAPE");
    assertThat(deadLetter("bad thread", Topics.INTAKE))
        .containsEntry("swarm-reason", "BAD_THREAD_ID");
    assertThat(deadLetter("bad-plan", Topics.INTAKE)).containsEntry("swarm-reason", "BAD_PLAN");
    assertThat(deadLetter("too-large", Topics.INTAKE)).containsEntry("swarm-reason", "TOO_LARGE");
    assertThat(deadLetter("moved", "swarm.decide")).containsEntry("swarm-reason", "WRONG_TOPIC");
    assertThat(deadLetter("elsewhere", "swarm.need"))
        .containsEntry("swarm-reason", "BAD_THREAD_ID");
    assertThat(deadLetter("moved", "swarm.need")).containsEntry("swarm-reason", "BAD_SIGNATURE");
    assertThat(outcome("good").outcome()).isEqualTo(Outcome.ACCEPTED);
    ConsumerRecord<byte[], byte[]> letter =
        swarm()
            .await(
                Topics.DEAD_LETTERS,
                PATIENCE,
                record -> TestSwarm.text(record.key()).equals("bad-json"));
    assertThat(Objects.requireNonNull(letter).value()).isEqualTo(nonsense);
  }

  private static final String CYCLE =
      "{\"tasks\":["
          + "{\"name\":\"a\",\"task_type\":\"hash.sha256\",\"input\":1,\"requires\":[\"b\"]},"
          + "{\"name\":\"b\",\"task_type\":\"hash.sha256\",\"input\":1,\"requires\":[\"a\"]}]}";

  private static Envelope need(ThreadId thread) {
    JsonObject payload =
        JsonObject.builder()
            .put("task_type", "hash.sha256")
            .put("input", JsonObject.builder().put("text", thread.text()).build())
            .build();
    return swarm()
        .sign(
            Draft.need(thread, "nonce-" + thread, swarm().policy.hash(), payload),
            swarm().agent("client").key());
  }

  /** Changes the first character of a base64 signature into another. */
  private static void swap(byte[] bytes, String before) {
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(before) + before.length();
    bytes[at] = (byte) (bytes[at] == 'A' ? 'B' : 'A');
  }

  @Test
  void afterARestartWhatWasAskedMeanwhileIsDone() throws Exception {
    start(ALL);
    swarm().intake("before", WORDS);
    assertThat(outcome("before").outcome()).isEqualTo(Outcome.ACCEPTED);
    stopNode();
    swarm().intake("meanwhile", WORDS);
    start(ALL);
    assertThat(outcome("meanwhile").outcome()).isEqualTo(Outcome.ACCEPTED);
    assertThat(
            swarm().envelopes("swarm.finalize", new ThreadId("before")).stream()
                .map(Envelope::id)
                .distinct())
        .hasSize(1);
  }

  /** Gives one answer; two processes may give different ones. */
  private record Answering(String answer) implements TaskHandler {
    @Override
    public String type() {
      return "test.answer";
    }

    @Override
    public byte[] run(TaskInput input) {
      return answer.getBytes(StandardCharsets.UTF_8);
    }
  }
}
