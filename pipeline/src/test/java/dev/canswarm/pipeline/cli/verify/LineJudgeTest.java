package dev.canswarm.pipeline.cli.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonObject;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.AuditContent;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.replay.audit.AuditFormat;
import dev.canswarm.replay.audit.ChainPosition;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each line is judged by itself: an envelope, or a line of an audit log. */
class LineJudgeTest {
  private static final SignatureEngine ENGINE = Engines.portable();
  private static final SigningKey KEY = ENGINE.signingKey(new byte[SignatureEngine.SEED_BYTES]);
  private static final Envelope NEED = need("can-swarm");
  private static final ChainPosition START = ChainPosition.genesis(KEY.publicKey());

  private static Envelope need(String swarm) {
    JsonObject payload = JsonObject.builder().put("task_type", "a").put("input", 1).build();
    return new EnvelopeCodec(swarm, ENGINE, EnvelopeLimits.DEFAULT)
        .sign(Draft.need(new ThreadId("t"), "nonce", "c".repeat(64), payload), KEY, 1);
  }

  private static LineJudge judge() {
    return new LineJudge(ENGINE, Optional.empty(), Optional.empty());
  }

  private static BoundedLines.Line line(byte[] bytes) {
    return new BoundedLines.Line(1, bytes.length, bytes, false);
  }

  private static LineVerdict judged(LineJudge judge, String text) {
    return judge.judge(line(text.getBytes(UTF_8)));
  }

  private static String text() {
    return new String(NEED.bytes(), UTF_8);
  }

  private static byte[] audited(Direction direction, byte[] content, String note) {
    return AuditFormat.record(
        START,
        5,
        17,
        new AuditEvent(direction, "swarm.need", 0, 1, content, note),
        AuditContent.of(content));
  }

  private static void assertBad(LineVerdict verdict, Reason reason, String detail) {
    assertThat(verdict)
        .isInstanceOfSatisfying(
            LineVerdict.Bad.class,
            bad -> {
              assertThat(bad.reason()).isEqualTo(reason);
              assertThat(bad.detail()).contains(detail);
            });
  }

  @Test
  void aSignedEnvelopeIsGoodInEverySpelling() {
    assertThat(judge().judge(line(NEED.bytes()))).isEqualTo(new LineVerdict.Good(NEED, true, ""));
    assertThat(judged(judge(), text().replace("{\"id\"", "{ \"id\"")))
        .isInstanceOfSatisfying(
            LineVerdict.Good.class, good -> assertThat(good.canonical()).isFalse());
  }

  @Test
  void whatIsWrongWithAnEnvelopeIsItsReason() {
    assertBad(judged(judge(), "nonsense"), Reason.MALFORMED_JSON, "");
    assertBad(
        judged(judge(), text().replace("\"timestamp_ns\":\"1\"", "\"timestamp_ns\":\"2\"")),
        Reason.BAD_SIGNATURE,
        "sig_b64");
    assertBad(
        judged(judge(), text().replace("\"nonce\":\"nonce\"", "\"nonce\":\"once\"")),
        Reason.BAD_ID,
        "id");
  }

  @Test
  void withoutASwarmsNameEnvelopesOfSeveralSwarmsAreGood() {
    LineJudge judge = judge();
    for (String swarm : new String[] {"one", "two", "can-swarm", "one"}) {
      assertThat(judge.judge(line(need(swarm).bytes()))).isInstanceOf(LineVerdict.Good.class);
    }
    assertBad(
        judged(judge, text().replace("\"can-swarm\"", "\"no swarm\"")), Reason.WRONG_SWARM, "");
  }

  @Test
  void withASwarmsNameAnotherOnesEnvelopesAreBad() {
    LineJudge one = new LineJudge(ENGINE, Optional.of("one"), Optional.empty());
    assertThat(one.judge(line(need("one").bytes()))).isInstanceOf(LineVerdict.Good.class);
    assertBad(one.judge(line(need("two").bytes())), Reason.WRONG_SWARM, "");
  }

  @Test
  void withATrustFileTheSenderHasToBeListedForTheVerb() {
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    roles.put(KEY.publicKey(), EnumSet.of(RoleName.WORKER));
    LineJudge workers = judge(TrustRegistry.of(roles));
    assertBad(workers.judge(line(NEED.bytes())), Reason.SENDER_NOT_AUTHORISED, "NEED");
    roles.put(KEY.publicKey(), EnumSet.of(RoleName.CLIENT));
    LineJudge clients = judge(TrustRegistry.of(roles));
    assertThat(clients.judge(line(NEED.bytes()))).isInstanceOf(LineVerdict.Good.class);
  }

  private static LineJudge judge(TrustRegistry trust) {
    TrustState genesis = TrustState.genesis("can-swarm", trust, Policy.parse(PolicyFile.builtIn()));
    return new LineJudge(
        ENGINE, Optional.empty(), Optional.of(new KeyHistory(genesis, new ChainScan(), ENGINE)));
  }

  @ParameterizedTest
  @EnumSource(names = {"PUBLISHED", "DELIVERED", "SUPERSEDED"})
  void anAuditedEnvelopeIsVerifiedAndItsDirectionTold(Direction direction) {
    assertThat(judge().judge(line(audited(direction, NEED.bytes(), ""))))
        .isEqualTo(new LineVerdict.Good(NEED, true, direction.name()));
    assertBad(
        judge().judge(line(audited(direction, "{}".getBytes(UTF_8), ""))), Reason.BAD_SHAPE, "");
  }

  @ParameterizedTest
  @EnumSource(names = {"DEAD_LETTERED", "ATTEMPT_ENDED", "RAW_PUBLISHED", "RAW_DELIVERED"})
  void whatIsRecordedAsNoEnvelopeIsPassedOver(Direction direction) {
    assertThat(judge().judge(line(audited(direction, "junk".getBytes(UTF_8), "note"))))
        .isEqualTo(new LineVerdict.Skipped(direction + " note"));
    assertThat(judge().judge(line(audited(direction, "junk".getBytes(UTF_8), ""))))
        .isEqualTo(new LineVerdict.Skipped(direction.name()));
  }

  @Test
  void aCheckpointIsGoodWhereItsNodeSignedIt() {
    byte[] checkpoint = AuditFormat.checkpoint(new ChainPosition(9, START.lineHash(), 44), 17, KEY);
    assertThat(judge().judge(line(checkpoint)))
        .isEqualTo(new LineVerdict.Checkpoint(KEY.publicKey().base64(), 9));
    assertBad(
        judged(judge(), new String(checkpoint, UTF_8).replace("\"n\":9", "\"n\":8")),
        Reason.BAD_SIGNATURE,
        "checkpoint");
  }

  @Test
  void anAuditLineOfAnotherFormIsBad() {
    String line = new String(audited(Direction.PUBLISHED, NEED.bytes(), ""), UTF_8);
    assertBad(judged(judge(), line.substring(0, 20)), Reason.MALFORMED_JSON, "audit line");
    assertBad(
        judged(judge(), line.replace("\"topic\"", "\"tipic\"")), Reason.BAD_SHAPE, "audit line");
  }

  @Test
  void aLineThatIsTooLongIsNotReadAtAll() {
    assertBad(
        judge().judge(new BoundedLines.Line(1, 1L << 40, new byte[0], true)),
        Reason.TOO_LARGE,
        "1099511627776");
  }
}
