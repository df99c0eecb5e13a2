package dev.canswarm.pipeline.cli.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.TrustFile;
import dev.canswarm.control.ControlFixture;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.cli.Invocation;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.stack.TrustRoles;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.AuditContent;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange.Add;
import dev.canswarm.protocol.payload.ControlChange.Compromised;
import dev.canswarm.protocol.payload.ControlChange.Retire;
import dev.canswarm.protocol.payload.Decide;
import dev.canswarm.replay.audit.AuditFormat;
import dev.canswarm.replay.audit.ChainPosition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./swarm verify --trust-file}: which keys may say what, by the control chain. */
class VerifyTrustTest {
  private final Path home;
  private TrustState genesis;
  private TrustState added;
  private TrustState retired;
  private Envelope adding;
  private Envelope retiring;

  VerifyTrustTest(@TempDir Path home) {
    this.home = home;
  }

  /** Entry 1 adds {@code worker-2}, entry 2 retires {@code worker-1}. */
  @BeforeEach
  void writeTrust() throws Exception {
    TrustFile trust =
        new TrustFile(
            List.of(
                listed("admin-1", "admin"),
                listed("client", "client"),
                listed("decider", "decider"),
                listed("worker-1", "worker"),
                listed("coordinator", "coordinator")));
    trust.write(home.resolve("trust.yaml"));
    Files.write(home.resolve("policy.json"), CanonicalJson.write(ControlFixture.policyJson(2)));
    genesis =
        TrustRoles.genesis(ControlFixture.SWARM, trust, Instant.EPOCH, ControlFixture.policy(2));
    adding =
        ControlFixture.entry(
            genesis, new Add("worker-2", key("worker-2"), ControlFixture.set(RoleName.WORKER)));
    added = ControlFixture.apply(genesis, adding);
    retiring = ControlFixture.entry(added, new Retire(key("worker-1")));
    retired = ControlFixture.apply(added, retiring);
  }

  private static TrustFile.Entry listed(String name, String role) {
    return TrustFile.Entry.always(name, key(name).base64(), List.of(role));
  }

  private static PublicKey key(String name) {
    return ControlFixture.publicKey(name);
  }

  @Test
  void aKeyThatAnEntryAddedIsKnownWhereverTheEntryStands() throws Exception {
    Envelope need = need("one");
    List<Envelope> lines =
        List.of(need, decide(need, added), said("worker-2", Verb.CLAIM, need), adding);
    Invocation verify = verify(file(lines));
    assertThat(verify.out()).contains("4 lines: 4 good, 0 bad");
    assertThat(verify.exit()).isZero();
  }

  @Test
  void aRetiredKeySpeaksForNeedsThatWereDecidedBeforeAndForNoOthers() throws Exception {
    Envelope before = need("before");
    Envelope after = need("after");
    List<Envelope> lines =
        List.of(
            adding,
            retiring,
            before,
            decide(before, added),
            said("worker-1", Verb.CLAIM, before),
            after,
            decide(after, retired),
            said("worker-1", Verb.CLAIM, after));
    Invocation verify = verify(file(lines));
    assertThat(verify.out())
        .contains("good  5  CLAIM", "8 lines: 7 good, 1 bad")
        .contains("bad   8  SENDER_NOT_AUTHORISED")
        .contains("may say CLAIM at head 2", "retired since entry 2");
    assertThat(verify.exit()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void entriesMayStandElsewhere() throws Exception {
    Envelope need = need("one");
    Path file = file(List.of(need, decide(need, added), said("worker-2", Verb.CLAIM, need)));
    Invocation alone = verify(file);
    assertThat(alone.out()).contains("bad   3  SENDER_NOT_AUTHORISED", "3 lines: 2 good, 1 bad");
    assertThat(alone.err()).contains("1 DECIDEs pin a trust file", "--control FILE");

    Path audit = Files.createDirectories(home.resolve("audit/other")).resolve("000000000001.jsonl");
    Files.write(audit, line(Direction.DELIVERED, adding));
    for (Path control : List.of(audit, home.resolve("audit"))) {
      Invocation both = verify(file, "--control", control.toString());
      assertThat(both.out()).contains("3 lines: 3 good, 0 bad");
      assertThat(both.err()).isEmpty();
    }
    Invocation missing = verify(file, "--control", home.resolve("nowhere").toString());
    assertThat(missing.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(missing.err()).contains("--control: cannot read").contains("nowhere");
    Invocation useless =
        Invocation.of(home, "verify", file.toString(), "--control", audit.toString());
    assertThat(useless.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(useless.err()).contains("--control: expected --trust-file FILE");
  }

  @Test
  void ofAnAuditLogTheEntriesCountAndWhatLostItsSlotPinsNothing() throws Exception {
    Envelope need = need("one");
    var log = new ByteArrayOutputStream();
    log.writeBytes(line(Direction.DELIVERED, adding));
    log.writeBytes(line(Direction.DELIVERED, retiring));
    log.writeBytes(line(Direction.SUPERSEDED, decide(need, added)));
    log.writeBytes(line(Direction.DELIVERED, decide(need, retired)));
    log.writeBytes(line(Direction.DELIVERED, said("worker-2", Verb.CLAIM, need)));
    log.writeBytes(line(Direction.DELIVERED, said("worker-1", Verb.CLAIM, need)));
    log.writeBytes(line(Direction.SUPERSEDED, said("worker-1", Verb.CLAIM, need)));
    Invocation verify = verify(Files.write(home.resolve("log"), log.toByteArray()));
    assertThat(verify.out())
        .contains("good  3  DECIDE", "good  5  CLAIM", "bad   6  SENDER_NOT_AUTHORISED")
        .contains("good  7  CLAIM", "7 lines: 6 good, 1 bad");
  }

  @Test
  void anEntryThatTheChainRefusesIsBadAndChangesNothing() throws Exception {
    Envelope byNobody = ControlFixture.entry(genesis, Control.parse(adding.payload()), "worker-1");
    Envelope need = need("one");
    Invocation refused =
        verify(file(List.of(byNobody, retiring, need, said("worker-2", Verb.CLAIM, need))));
    assertThat(refused.out())
        .contains("bad   1  SENDER_NOT_AUTHORISED")
        .contains("bad   2  WRONG_HEAD  number: expected entry 1", "--control FILE")
        .contains("bad   4  SENDER_NOT_AUTHORISED");

    Envelope other = ControlFixture.entry(genesis, new Retire(key("worker-1")));
    assertThat(verify(file(List.of(adding, other))).out())
        .contains("good  1  CONTROL", "bad   2  WRONG_HEAD  number: expected one entry 1");

    Files.delete(home.resolve("policy.json"));
    assertThat(verify(file(List.of(adding))).out())
        .contains("bad   1  POLICY_MISMATCH", "--policy-file FILE");
    Path policy = home.resolve("first.json");
    Files.write(policy, CanonicalJson.write(ControlFixture.policyJson(2)));
    assertThat(verify(file(List.of(adding)), "--policy-file", policy.toString()).exit()).isZero();
  }

  @Test
  void anEndByAKeyThatIsCompromisedAtTheHeadThatItNamesIsRefused() throws Exception {
    Envelope taking = ControlFixture.entry(added, new Compromised(key("coordinator")));
    Envelope need = need("one");
    Invocation verify =
        verify(
            file(
                List.of(
                    adding,
                    taking,
                    need,
                    decide(need, added),
                    end(need, adding),
                    end(need, taking))));
    assertThat(verify.out())
        .contains("good  5  FINALIZE", "bad   6  SENDER_NOT_AUTHORISED", "6 lines: 5 good, 1 bad");
  }

  @Test
  void standardInputIsReadTwiceToo() throws Exception {
    byte[] lines = "one\ntwo\n".getBytes(UTF_8);
    try (var input = new VerifyInput(new ByteArrayInputStream(lines), Optional.empty())) {
      try (InputStream first = input.openFirst()) {
        assertThat(first.readAllBytes()).isEqualTo(lines);
      }
      try (InputStream second = input.open()) {
        assertThat(second.readAllBytes()).isEqualTo(lines);
      }
    }
  }

  private Invocation verify(Path file, String... options) {
    List<String> all =
        new ArrayList<>(
            List.of("verify", file.toString(), "--trust-file", "" + home.resolve("trust.yaml")));
    all.addAll(List.of(options));
    return Invocation.of(home, all.toArray(String[]::new));
  }

  private Path file(List<Envelope> lines) throws Exception {
    var text = new ByteArrayOutputStream();
    for (Envelope line : lines) {
      text.writeBytes(line.bytes());
      text.write('\n');
    }
    return Files.write(home.resolve("lines"), text.toByteArray());
  }

  private static byte[] line(Direction direction, Envelope envelope) {
    var event = new AuditEvent(direction, "swarm.test", 0, 0, envelope.bytes(), "");
    byte[] record =
        AuditFormat.record(
            ChainPosition.genesis(key("node")), 1, 1, event, AuditContent.of(envelope.bytes()));
    return (new String(record, UTF_8) + "\n").getBytes(UTF_8);
  }

  private static Envelope need(String text) {
    return ControlFixture.CODEC.sign(
        Draft.builder(Verb.NEED, new ThreadId("thread-1"))
            .nonce("nonce-" + text)
            .lamport(1)
            .policyHash(ControlFixture.policy(2).hash())
            .payload(JsonObject.builder().put("text", text).build())
            .build(),
        ControlFixture.key("client"),
        1);
  }

  private static Envelope decide(Envelope need, TrustState head) {
    String policy = ControlFixture.policy(2).hash();
    EnvelopeId proposal = new EnvelopeId(Sha256.hex(need.bytes()));
    var terms =
        new Decide(
            proposal, 1, 0, 2, policy, head.registry().hash(), head.registry().verifiersHash());
    return of(need, "decider", Verb.DECIDE, terms.toJson());
  }

  private static Envelope said(String who, Verb verb, Envelope need) {
    return of(need, who, verb, JsonObject.builder().put("task_id", "a").build());
  }

  private static Envelope end(Envelope need, Envelope entry) {
    JsonObject payload = JsonObject.builder().put("control", entry.id().text()).build();
    return of(need, "coordinator", Verb.FINALIZE, payload);
  }

  private static Envelope of(Envelope need, String who, Verb verb, JsonObject payload) {
    return ControlFixture.CODEC.sign(
        Draft.builder(verb, new ThreadId("thread-1"))
            .need(NeedId.parse(need.id().text()).orElseThrow())
            .lamport(2)
            .parents(List.of(need.id()))
            .policyHash(ControlFixture.policy(2).hash())
            .payload(payload)
            .build(),
        ControlFixture.key(who),
        2);
  }
}
