package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.GasSchedule;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.ControlChange.Activate;
import dev.canswarm.protocol.payload.ControlChange.Compromised;
import dev.canswarm.protocol.payload.ControlChange.Retire;
import dev.canswarm.protocol.payload.ControlChange.RetirePolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Old bytes that come again, or late: they change nothing, and the reason says what is wrong. */
class PastMessagesTest {
  private static final Duration SECONDS = Duration.ofSeconds(2);

  private final ControlledSwarm swarm = new ControlledSwarm();

  @AfterEach
  void stops() {
    swarm.close();
    assertThat(swarm.failures).isEmpty();
  }

  /**
   * Bytes from the past.
   *
   * @param changes of the control chain before they are sent
   * @param topic on which they are sent
   * @param thread under which they are sent
   */
  private record Past(
      String name,
      Function<ControlledSwarm, List<ControlChange>> changes,
      Verb verb,
      String topic,
      String thread,
      Reason reason,
      String detail,
      int checks) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Past moved(
      String name, String topic, String thread, Reason reason, String detail) {
    return new Past(name, swarm -> List.of(), Verb.CLAIM, topic, thread, reason, detail, 0);
  }

  /** A NEED that the client signed before the changes, and that is sent after them. */
  private static Past held(
      String name,
      Reason reason,
      String detail,
      int checks,
      Function<ControlledSwarm, List<ControlChange>> changes) {
    return new Past(name, changes, Verb.NEED, Verb.NEED.topic(), "held", reason, detail, checks);
  }

  static Stream<Past> refused() {
    return Stream.of(
        moved(
            "another thread",
            Verb.CLAIM.topic(),
            "u",
            Reason.BAD_THREAD_ID,
            "expected the record's key to be thread t, got u"),
        moved(
            "another kind",
            Verb.COMMIT.topic(),
            "t",
            Reason.WRONG_TOPIC,
            "CLAIM belongs on " + Verb.CLAIM.topic() + ", got " + Verb.COMMIT.topic()),
        held(
            "a retired key",
            Reason.SENDER_NOT_AUTHORISED,
            ", retired since entry 1",
            3,
            swarm -> List.of(new Retire(swarm.publicKey("client-1")))),
        held(
            "a compromised key",
            Reason.SENDER_NOT_AUTHORISED,
            ", compromised since entry 2",
            3,
            swarm ->
                List.of(
                    new Retire(swarm.publicKey("client-1")),
                    new Compromised(swarm.publicKey("client-1")))),
        held(
            "a retired policy",
            Reason.POLICY_MISMATCH,
            ": policy retired since entry 2",
            2,
            swarm ->
                List.of(
                    new Activate(json(ControlledSwarm.POLICY.replace("\"k\":2", "\"k\":1"))),
                    new RetirePolicy(swarm.genesis.policy().hash()))));
  }

  private static JsonObject json(String text) {
    return StrictJson.parseObject(text.getBytes(StandardCharsets.UTF_8));
  }

  private Envelope held() {
    return swarm.codec.sign(
        Draft.need(
            new ThreadId("held"), "n", swarm.genesis.policy().hash(), json(ControlledSwarm.WORDS)),
        swarm.key("client-1"),
        1);
  }

  /** What is stored, without entries of the chain and dead letters. */
  private TreeSet<String> stored() {
    TreeSet<String> rows = new TreeSet<>();
    for (SlotRow row : swarm.store.rows().collectList().blockOptional().orElseThrow()) {
      if (!row.kind().equals("DEAD_LETTER") && !row.kind().equals(Verb.CONTROL.name())) {
        rows.add(row.scope() + " " + row.slot() + " " + row.id());
      }
    }
    return rows;
  }

  private void played() {
    swarm.start("all", ControlledSwarm.everybody());
    swarm.intake("t");
    swarm.pass(SECONDS);
    assertThat(swarm.on(Verb.FINALIZE, new ThreadId("t"))).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("refused")
  void hasNoEffectAndTheReasonSaysWhy(Past past) {
    played();
    Envelope old =
        past.verb() == Verb.NEED ? held() : swarm.on(past.verb(), new ThreadId("t")).get(0);
    for (ControlChange change : past.changes().apply(swarm)) {
      swarm.change(change);
      swarm.pass(SECONDS);
    }
    TreeSet<String> before = stored();
    swarm.send(past.topic(), past.thread(), old.bytes());
    swarm.pass(SECONDS);

    assertThat(stored()).isEqualTo(before);
    assertThat(swarm.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter).containsEntry("swarm-reason", past.reason().name());
              assertThat(letter.get("swarm-detail")).contains(past.detail());
            });
    assertThat(deadLettered())
        .extracting(AuditEvent::gas)
        .as("what was used until it was refused")
        .containsExactly(
            past.checks() == 0
                ? 0L
                : GasSchedule.ofBytes(old.bytes().length) + past.checks() * GasSchedule.CHECK);
  }

  private List<AuditEvent> deadLettered() {
    return swarm.audits.get(0).entries().stream()
        .map(entry -> entry.event())
        .filter(event -> event.direction() == Direction.DEAD_LETTERED)
        .toList();
  }

  @Test
  void whatIsStoredHasNoEffectAgainAlsoAfterItsKeyWasRevoked() {
    played();
    TreeSet<String> before = stored();
    List<Envelope> all =
        Stream.of(Verb.values())
            .flatMap(verb -> swarm.on(verb, new ThreadId("t")).stream())
            .toList();
    resend(all);
    swarm.change(new Retire(swarm.publicKey("worker-1")));
    swarm.change(new Retire(swarm.publicKey("worker-2")));
    swarm.pass(SECONDS);
    resend(all);

    assertThat(stored()).isEqualTo(before);
    assertThat(swarm.deadLetters()).isEqualTo(List.<Map<String, String>>of());
    assertThat(swarm.on(Verb.FINALIZE, new ThreadId("t"))).hasSize(1);
  }

  private void resend(List<Envelope> envelopes) {
    for (Envelope old : envelopes) {
      swarm.send(old.verb().topic(), "t", old.bytes());
    }
    swarm.pass(SECONDS);
  }
}
