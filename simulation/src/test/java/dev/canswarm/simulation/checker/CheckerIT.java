package dev.canswarm.simulation.checker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.pipeline.embedded.PostgresRole;
import dev.canswarm.pipeline.wiring.SwarmNode;
import dev.canswarm.pipeline.wiring.TestSwarm;
import dev.canswarm.policy.RoleName;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The checker lets a swarm's own work pass and finds each kind of damage. What is damaged are the
 * tables, which are put right again after each test; a topic keeps what it has, so that comes last.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CheckerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String HASH =
      "{\"task_type\":\"hash.sha256\",\"input\":{\"text\":\"x\"},\"idempotency_key\":\"k\"}";
  private static final String PLAN =
      "{\"tasks\":[{\"name\":\"a\",\"task_type\":\"hash.sha256\",\"input\":{\"text\":\"a\"}},"
          + "{\"name\":\"b\",\"task_type\":\"json.canonicalize\",\"input\":{\"n\":[1e30,-0.25]},"
          + "\"requires\":[\"a\"]}]}";

  private final TestSwarm swarm;

  CheckerIT() throws Exception {
    swarm = TestSwarm.start();
  }

  @BeforeAll
  void workOnSomething() throws Exception {
    SwarmNode node = swarm.node("node-1", EnumSet.allOf(RoleName.class));
    swarm.intake("one", HASH);
    swarm.intake("one", HASH);
    swarm.intake("plan", PLAN);
    swarm.intake("bad", "{");
    swarm.awaitEnvelope("swarm.finalize", "one", PATIENCE);
    swarm.awaitEnvelope("swarm.finalize", "plan", PATIENCE);
    assertThat(swarm.await("swarm.dlq", PATIENCE, letter -> true)).isNotNull();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!EvidenceChecker.atRest(swarm("0/0")) && System.nanoTime() - deadline < 0) {
      Thread.onSpinWait();
    }
    assertThat(EvidenceChecker.atRest(swarm("0/0"))).isTrue();
    swarm.stop(node);
    sql("create table kept as select * from oplog");
  }

  @AfterEach
  void restore() throws Exception {
    sql(
        "delete from oplog",
        "insert into oplog select * from kept",
        "delete from open_needs where need_id = 'nobody'");
  }

  @AfterAll
  void stop() {
    swarm.close();
  }

  private String jdbcUrl() {
    var at = swarm.stack.postgres(PostgresRole.SUPERUSER);
    return "jdbc:postgresql://%s:%d/%s?user=%s&password=%s"
        .formatted(at.host(), at.port(), at.database(), at.user(), at.password().reveal());
  }

  private CheckedSwarm swarm(String... acknowledged) {
    return new CheckedSwarm(
        swarm.stack.endpoints().kafkaBootstrap(), jdbcUrl(), "can-swarm", Set.of(acknowledged));
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl());
  }

  /** Runs statements past the triggers that refuse changes. */
  private void sql(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("set session_replication_role = replica");
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private Set<String> broken() throws Exception {
    return broken(EvidenceChecker.check(swarm()));
  }

  private static Set<String> broken(CheckerReport report) {
    assertThat(report.passed()).isFalse();
    Set<String> invariants = new TreeSet<>();
    report.violations().stream().map(Violation::invariant).forEach(invariants::add);
    return invariants;
  }

  @Test
  void whatTheSwarmDidPasses() throws Exception {
    CheckerReport report = EvidenceChecker.check(swarm());
    assertThat(report.violations()).isEmpty();
    assertThat(report.passed()).isTrue();
    assertThat(report.needs()).isEqualTo(2);
    assertThat(report.outcomes()).isEqualTo(Map.of("ACCEPTED", 2L));
    assertThat(report.deadLettered()).isEqualTo(1);
    assertThat(report.envelopes()).isGreaterThanOrEqualTo(8 + 13);
    assertThat(report.messages()).isGreaterThanOrEqualTo(report.envelopes());
  }

  @Test
  void aSecondDecideOrFinalizeIsFound() throws Exception {
    for (String kind : List.of("DECIDE", "FINALIZE")) {
      sql(
          "insert into oplog select scope, slot || '2', repeat('0', 64), need_id, thread_id, kind,"
              + " sender, lamport, timestamp_ns, bytes, ops from oplog where kind = '"
              + kind
              + "' and thread_id = 'one'");
      assertThat(broken()).contains("P1");
      restore();
    }
  }

  @Test
  void aChangedByteIsFoundInTheTableAndBesideItsTopic() throws Exception {
    sql(
        "update oplog set bytes = convert_to(replace(convert_from(bytes, 'UTF8'),"
            + " '\"timestamp_ns\":\"1', '\"timestamp_ns\":\"2'), 'UTF8') where kind = 'COMMIT'");
    assertThat(broken()).contains("P1", "P6");
  }

  @Test
  void aKeyThatMayNotSayItIsFound() throws Exception {
    Envelope end = swarm.awaitEnvelope("swarm.finalize", "one", PATIENCE);
    replace(forged(end, end.payload(), end.parents(), "worker-1"));
    assertThat(broken()).contains("P6");
  }

  @Test
  void anotherResultHashIsFound() throws Exception {
    Envelope end = swarm.awaitEnvelope("swarm.finalize", "plan", PATIENCE);
    Map<String, JsonValue> members = new TreeMap<>(end.payload().members());
    members.put("result_hash", new JsonString("0".repeat(64)));
    replace(forged(end, JsonObject.of(members), end.parents(), "coordinator-1"));
    assertThat(broken()).contains("P2").doesNotContain("P3", "P6");
  }

  @Test
  void tooFewVotesAreFound() throws Exception {
    Envelope end = swarm.awaitEnvelope("swarm.finalize", "one", PATIENCE);
    replace(forged(end, end.payload(), end.parents().subList(0, 1), "coordinator-1"));
    assertThat(broken()).contains("P3").doesNotContain("P2", "P6");
  }

  @Test
  void aCommitThatDoesNotFillTheEndOfItsLeaseIsFound() throws Exception {
    sql("update oplog set slot = slot || '0' where kind = 'COMMIT'");
    assertThat(broken()).containsExactly("P4");
  }

  @Test
  void whatIsLostIsFound() throws Exception {
    sql("delete from oplog where thread_id = 'one'");
    CheckerReport report = EvidenceChecker.check(swarm());
    assertThat(report.lost()).isEqualTo(2);
    assertThat(broken(report)).contains("P5");
    restore();
    sql("delete from oplog where thread_id = 'plan' and kind = 'FINALIZE'");
    assertThat(EvidenceChecker.check(swarm()).lost()).isEqualTo(1);
    restore();
    assertThat(EvidenceChecker.check(swarm("0/999")).lost()).isEqualTo(1);
  }

  @Test
  void aTimerThatIsLeftIsFound() throws Exception {
    sql(
        "insert into open_needs (need_id, thread_id, partition, due_ms) values ('nobody', 't', 0,"
            + " 0)");
    assertThat(EvidenceChecker.atRest(swarm())).isFalse();
    assertThat(broken()).containsExactly("P5");
  }

  private Envelope forged(
      Envelope end, JsonObject payload, List<EnvelopeId> parents, String sender) {
    return swarm.sign(
        Draft.builder(Verb.FINALIZE, end.threadId())
            .need(end.need())
            .lamport(end.lamport())
            .parents(parents)
            .policyHash(end.policyHash())
            .payload(payload)
            .build(),
        swarm.agent(sender).key());
  }

  /** Is in the FINALIZE slot as if it had won it. */
  private void replace(Envelope forged) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        PreparedStatement update =
            connection.prepareStatement(
                "update oplog set id = ?, bytes = ? where kind = 'FINALIZE' and need_id = ?")) {
      statement.execute("set session_replication_role = replica");
      update.setString(1, forged.id().text());
      update.setBytes(2, forged.bytes());
      update.setString(3, forged.need().text());
      assertThat(update.executeUpdate()).isEqualTo(1);
    }
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void bytesOnATopicThatAreNotStoredAreFound() throws Exception {
    swarm.publish("swarm.finalize", "one", "{}".getBytes(StandardCharsets.UTF_8));
    assertThat(broken()).containsExactly("P1");
  }
}
