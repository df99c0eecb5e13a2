package dev.canswarm.pipeline.cli.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.SpecVectors;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.StopSignal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class JcsCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(InputStream in, String... args) {
    out.reset();
    err.reset();
    var context =
        new CommandContext(
            new Console(
                new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false),
            new StopSignal(),
            Map.of(),
            Path.of(""),
            () -> 0,
            new SecureRandom());
    return new CommandLine(new JcsCommand(context, in)).execute(args);
  }

  private int run(byte[] input, String... args) {
    return run(new ByteArrayInputStream(input), args);
  }

  private String errors() {
    return err.toString(UTF_8);
  }

  @Test
  void everyDocumentOfTheSpecificationComesOutAsItsCanonicalBytesAndNothingElse() {
    List<JsonNode> rows = SpecVectors.rows(SpecVectors.read("canonical"));
    assertThat(rows).hasSizeGreaterThan(30);
    for (JsonNode row : rows) {
      String comment = row.get("comment").asText();
      assertThat(run(SpecVectors.input(row))).as(comment).isZero();
      assertThat(out.toString(UTF_8)).as(comment).isEqualTo(row.get("canonical").asText());
      assertThat(errors()).isEmpty();
    }
  }

  @Test
  void everyInputThatTheSpecificationRefusesIsRefusedWithItsProblemAndOffset() {
    List<JsonNode> rows = SpecVectors.rows(SpecVectors.read("refused-json"));
    assertThat(rows).hasSizeGreaterThan(200);
    for (JsonNode row : rows) {
      String problem =
          "swarm: %s at byte %d: expected"
              .formatted(row.get("problem").asText(), row.get("offset").asInt());
      assertThat(run(SpecVectors.input(row))).as(problem).isEqualTo(1);
      assertThat(errors()).startsWith(problem);
      assertThat(errors().lines()).hasSize(1);
      assertThat(out.size()).isZero();
    }
  }

  @Test
  void inputWithoutAnEndIsRefusedAtTheLimit() {
    var endless =
        new InputStream() {
          @Override
          public int read() {
            return ' ';
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            Arrays.fill(into, offset, offset + length, (byte) ' ');
            return length;
          }
        };
    assertThat(run(endless)).isEqualTo(1);
    assertThat(errors())
        .isEqualTo(
            "swarm: TOO_LARGE at byte 16777216: expected at most 16777216 bytes, got more\n");
  }

  @Test
  void jsonHoldsTheTextAndItsHash() throws Exception {
    assertThat(run("{\"b\":1.0,\"a\":\"é\"}".getBytes(UTF_8), "--json")).isZero();
    List<JsonNode> objects = objects();
    String canonical = "{\"a\":\"é\",\"b\":1}";
    assertThat(objects.get(0).get("type").asText()).isEqualTo("document");
    assertThat(objects.get(0).get("canonical").asText()).isEqualTo(canonical);
    assertThat(objects.get(1).get("type").asText()).isEqualTo("summary");
    assertThat(objects.get(1).get("ok").asBoolean()).isTrue();
    assertThat(objects.get(1).get("bytes").asInt()).isEqualTo(16);
    assertThat(objects.get(1).get("sha256").asText())
        .isEqualTo(Sha256.hex(canonical.getBytes(UTF_8)));
    assertThat(objects.get(1).get("was_canonical").asBoolean()).isFalse();
    assertThat(run(canonical.getBytes(UTF_8), "--json")).isZero();
    assertThat(objects().get(1).get("was_canonical").asBoolean()).isTrue();
  }

  @Test
  void jsonSaysWhatIsWrongToo() throws Exception {
    assertThat(run("[1,]".getBytes(UTF_8), "--json")).isEqualTo(1);
    assertThat(objects()).hasSize(1);
    JsonNode summary = objects().get(0);
    assertThat(summary.get("problem").asText()).isEqualTo("SYNTAX");
    assertThat(summary.get("offset").asInt()).isEqualTo(3);
    assertThat(summary.get("ok").asBoolean()).isFalse();
    assertThat(summary.get("exit").asInt()).isEqualTo(1);
  }

  private List<JsonNode> objects() throws Exception {
    var mapper = new ObjectMapper();
    var objects = new ArrayList<JsonNode>();
    for (String line : out.toString(UTF_8).lines().toList()) {
      objects.add(mapper.readTree(line));
    }
    return objects;
  }
}
