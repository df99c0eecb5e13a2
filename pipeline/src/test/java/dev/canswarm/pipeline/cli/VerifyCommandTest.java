package dev.canswarm.pipeline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.config.TrustFile;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.json.SpecVectors;
import dev.canswarm.pipeline.cli.command.CommandLines;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.verify.VerifyCommand;
import dev.canswarm.port.AuditContent;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.replay.audit.AuditFormat;
import dev.canswarm.replay.audit.ChainPosition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
  private static final JsonNode ACCEPTED = SpecVectors.read("envelopes");
  private static final JsonNode REFUSED = SpecVectors.read("refused-envelopes");

  private final SigningKey sender =
      Engines.portable().signingKey(HexFormat.of().parseHex(ACCEPTED.get("seed").asText()));
  private final Path home;

  VerifyCommandTest(@TempDir Path home) {
    this.home = home;
  }

  @Test
  void envelopesOfTheSpecificationHold() throws Exception {
    List<JsonNode> rows = inOneLine(SpecVectors.rows(ACCEPTED.get("envelopes")));
    Invocation verify = verify(file(rows), "--json");
    assertThat(verify.exit()).as(verify.out()).isZero();
    List<JsonNode> lines = verify.objects();
    assertThat(lines).hasSize(rows.size() + 1);
    for (int i = 0; i < rows.size(); i++) {
      String canonical = rows.get(i).get("canonical").asText();
      assertThat(lines.get(i).get("verdict").asText()).isEqualTo("good");
      assertThat(lines.get(i).get("line").asInt()).isEqualTo(i + 1);
      assertThat(lines.get(i).get("id").asText()).isEqualTo(rows.get(i).get("id").asText());
      assertThat(lines.get(i).get("canonical").asBoolean())
          .isEqualTo(canonical.equals(new String(SpecVectors.input(rows.get(i)), UTF_8)));
    }
    assertThat(verify.summary().get("good").asInt()).isEqualTo(rows.size());
  }

  @Test
  void envelopesThatTheSpecificationRefusesAreRefusedForItsReason() throws Exception {
    List<JsonNode> rows =
        inOneLine(SpecVectors.rows(REFUSED.get("envelopes"))).stream()
            // Those of this reason are for a smaller limit.
            .filter(row -> !row.get("reason").asText().equals("TOO_LARGE"))
            .toList();
    Invocation verify = verify(file(rows), "--json", "--swarm-id", "example");
    assertThat(verify.exit()).isEqualTo(ExitCode.FAILED);
    List<JsonNode> lines = verify.objects();
    assertThat(lines).hasSize(rows.size() + 1);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(lines.get(i).get("reason").asText())
          .as(rows.get(i).get("comment").asText())
          .isEqualTo(rows.get(i).get("reason").asText());
      assertThat(lines.get(i).get("detail").asText()).contains("expected");
    }
    assertThat(verify.summary().get("bad").asInt()).isEqualTo(rows.size());
    assertThat(verify.summary().get("reasons").get("BAD_SIGNATURE").asInt()).isGreaterThan(10);
  }

  @Test
  void anEnvelopeOfAnySwarmIsTakenUnlessOneIsNamed() throws Exception {
    List<JsonNode> rows =
        SpecVectors.rows(REFUSED.get("envelopes")).stream()
            .filter(row -> row.get("reason").asText().equals("WRONG_SWARM"))
            .toList();
    Invocation any = verify(file(rows), "--json");
    assertThat(any.objects())
        .anySatisfy(line -> assertThat(line.path("swarm_id").asText()).isEqualTo("EXAMPLE"))
        .anySatisfy(line -> assertThat(line.path("swarm_id").asText()).isEqualTo("example2"))
        .anySatisfy(line -> assertThat(line.path("reason").asText()).isEqualTo("BAD_ID"))
        .anySatisfy(line -> assertThat(line.path("reason").asText()).isEqualTo("WRONG_SWARM"));
    Path one = file(SpecVectors.rows(ACCEPTED.get("envelopes")).subList(0, 1));
    assertThat(new Invocation(home, Map.of("SWARM_ID", "x")).run("verify", "" + one))
        .isEqualTo(ExitCode.FAILED);
  }

  @Test
  void peopleReadALineForEachAndTheTotals() throws Exception {
    List<JsonNode> rows = SpecVectors.rows(ACCEPTED.get("envelopes")).subList(0, 2);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes(Files.readAllBytes(file(rows)));
    text.writeBytes("{\"swarm\":\n".getBytes(UTF_8));
    text.writeBytes(SpecVectors.input(rows.get(0)));
    Path file = Files.write(home.resolve("log"), text.toByteArray());
    Invocation verify = verify(file);
    assertThat(verify.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(verify.out().lines())
        .containsExactly(
            "good  1  NEED      2ac4da684340  thread-1",
            "good  2  PROPOSE   3c6e98c5cebc  thread-1",
            "bad   3  MALFORMED_JSON  TRUNCATED at byte 9: expected a value, got the end of the"
                + " input",
            "good  4  NEED      2ac4da684340  thread-1",
            "4 lines: 3 good, 1 bad, 0 skipped (1 MALFORMED_JSON)");
    assertThat(verify(file, "--quiet").out().lines()).hasSize(2);
  }

  @Test
  void whatAStrangerWroteIsShownWithoutItsControlCharacters() throws Exception {
    String need = ACCEPTED.get("envelopes").get(0).get("canonical").asText();
    Path file =
        Files.writeString(
            home.resolve("log"), need.replace("\"thread-1\"", "\"a\\n\\u001b[2Jb\\u009b\""));
    Invocation verify = verify(file);
    assertThat(verify.out().lines()).hasSize(2);
    assertThat(verify.out()).contains("BAD_THREAD_ID").contains("a\\u000a\\u001b[2Jb\\u009b");
  }

  @Test
  void aSenderWithoutTheRoleIsRefusedWhereATrustFileIsNamed() throws Exception {
    Path file = file(SpecVectors.rows(ACCEPTED.get("envelopes")).subList(0, 2));
    Path trust = home.resolve("trust.yaml");
    var entry = TrustFile.Entry.always("ann", sender.publicKey().base64(), List.of("client"));
    new TrustFile(List.of(entry)).write(trust);
    Invocation verify = verify(file, "--trust-file", trust.toString());
    assertThat(verify.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(verify.out()).contains("good  1  NEED").contains("bad   2  SENDER_NOT_AUTHORISED");
  }

  @Test
  void ofAnAuditLogTheEnvelopesAndCheckpointsAreVerifiedAndTheRestIsSkipped() throws Exception {
    byte[] need = SpecVectors.input(ACCEPTED.get("envelopes").get(0));
    byte[] junk = "junk".getBytes(UTF_8);
    List<byte[]> lines = new ArrayList<>();
    lines.add(record(Direction.PUBLISHED, need, ""));
    lines.add(record(Direction.DELIVERED, need, ""));
    lines.add(record(Direction.SUPERSEDED, need, ""));
    lines.add(record(Direction.DEAD_LETTERED, junk, "MALFORMED_JSON: no JSON"));
    lines.add(record(Direction.RAW_DELIVERED, junk, ""));
    lines.add(AuditFormat.checkpoint(position(), 1, sender));
    Invocation whole = verify(file("audit", lines));
    assertThat(whole.exit()).as(whole.out()).isZero();
    assertThat(whole.out())
        .contains("good  2  NEED      2ac4da684340  thread-1  DELIVERED")
        .contains("skip  4  DEAD_LETTERED MALFORMED_JSON: no JSON")
        .contains("skip  5  RAW_DELIVERED")
        .contains("good  6  checkpoint after record 0")
        .contains("6 lines: 4 good, 0 bad, 2 skipped");

    byte[] forged =
        AuditFormat.checkpoint(position(), 1, Engines.portable().signingKey(new byte[32]));
    String text = new String(forged, UTF_8);
    lines.set(5, text.replace("\"timestamp_ns\":\"1\"", "\"timestamp_ns\":\"2\"").getBytes(UTF_8));
    lines.set(0, record(Direction.PUBLISHED, junk, ""));
    lines.set(1, new String(lines.get(1), UTF_8).replace("\"dir\":", "\"dir\": ").getBytes(UTF_8));
    lines.set(2, "{\"dir\":1".getBytes(UTF_8));
    Invocation broken = verify(file("audit", lines));
    assertThat(broken.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(broken.out())
        .contains("bad   1  MALFORMED_JSON  SYNTAX at byte 0")
        .contains("bad   2  BAD_SHAPE  audit line: byte 7: expected the canonical form")
        .contains("bad   3  MALFORMED_JSON  audit line: TRUNCATED at byte 8")
        .contains("bad   6  BAD_SIGNATURE  checkpoint: expected the signature of");
  }

  @Test
  void nothingToVerifyIsNotASuccessAndAMissingFileIsBadUsage() throws Exception {
    Invocation empty = verify(file("empty", List.of()), "--json");
    assertThat(empty.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(empty.summary().get("lines").asInt()).isZero();
    assertThat(empty.err()).contains("nothing to verify");
    Invocation missing = verify(home.resolve("nowhere"));
    assertThat(missing.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(missing.err()).contains("cannot read").contains("nowhere");
    Invocation directory = verify(home);
    assertThat(directory.exit()).isEqualTo(ExitCode.USAGE);
    assertThat(directory.err()).contains("it is a directory", "./swarm replay");
  }

  @Test
  void standardInputIsReadToItsEndAndLeftOpen() throws Exception {
    byte[] line = SpecVectors.input(SpecVectors.rows(ACCEPTED.get("envelopes")).get(0));
    boolean[] closed = {false};
    var input =
        new ByteArrayInputStream(line) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    var verify =
        new Invocation(
            home,
            Map.of(),
            (context, args) ->
                CommandLines.execute(
                    context,
                    new SwarmCommand(),
                    Map.of("verify", new VerifyCommand(context, input)),
                    args));
    assertThat(verify.run("verify", "-")).isZero();
    assertThat(verify.out()).startsWith("good  1  NEED");
    assertThat(closed).containsExactly(false);
  }

  private Invocation verify(Path file, String... options) {
    List<String> args = new ArrayList<>(List.of("verify", file.toString()));
    args.addAll(List.of(options));
    return Invocation.of(home, args.toArray(String[]::new));
  }

  private static List<JsonNode> inOneLine(List<JsonNode> rows) {
    return rows.stream()
        .filter(row -> new String(SpecVectors.input(row), UTF_8).indexOf('\n') < 0)
        .toList();
  }

  private Path file(List<JsonNode> rows) throws Exception {
    return file("envelopes", rows.stream().map(SpecVectors::input).toList());
  }

  private Path file(String name, List<byte[]> lines) throws Exception {
    var text = new ByteArrayOutputStream();
    for (byte[] line : lines) {
      text.writeBytes(line);
      text.write('\n');
    }
    return Files.write(home.resolve(name), text.toByteArray());
  }

  private ChainPosition position() {
    return ChainPosition.genesis(sender.publicKey());
  }

  private byte[] record(Direction direction, byte[] content, String note) {
    var event = new AuditEvent(direction, "swarm.test", 0, 0, content, note);
    return AuditFormat.record(position(), 1, 1, event, AuditContent.of(content));
  }
}
