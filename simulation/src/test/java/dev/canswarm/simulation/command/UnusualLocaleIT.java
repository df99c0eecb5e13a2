package dev.canswarm.simulation.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.canswarm.pipeline.embedded.JavaCommand;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program under three locales, character sets and time zones that change how careless code
 * writes and reads: the command line under each, {@code up}, {@code demo} and {@code sim} under
 * one. What machines read is the same under all.
 */
class UnusualLocaleIT {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String PIPELINE = "dev.canswarm.pipeline.Main";
  private static final String SIMULATION = SimulationMain.class.getName();
  private static final long SECONDS_MAX = 120;

  private final Path home;

  UnusualLocaleIT(@TempDir Path home) {
    this.home = home;
  }

  /** The locale of a user, as the JVM and as the environment have it. */
  private enum Setting {
    /** Upper case of i is not I; a character set in which bytes are other letters. */
    TURKISH("tr", "TR", "ISO-8859-9", "tr_TR.ISO-8859-9", "Asia/Kathmandu"),
    /** Other digits, and a decimal comma of their own; a day ahead. */
    ARABIC("ar", "EG", "windows-1256", "C", "Pacific/Apia"),
    /** Other digits and another calendar; half an hour beside the zones. */
    THAI("th", "TH", "TIS-620", "POSIX", "America/St_Johns");

    private final String language;
    private final String country;
    private final String charset;
    private final String lcAll;
    private final String zone;

    Setting(String language, String country, String charset, String lcAll, String zone) {
      this.language = language;
      this.country = country;
      this.charset = charset;
      this.lcAll = lcAll;
      this.zone = zone;
    }

    private List<String> flags() {
      return List.of(
          "-Duser.language=" + language,
          "-Duser.country=" + country,
          "-Duser.variant=" + country,
          "-Dfile.encoding=" + charset);
    }
  }

  private record Ended(int exit, String out, String err) {
    /** Its lines, each of which has to be JSON in UTF-8. */
    List<JsonNode> objects() throws Exception {
      List<JsonNode> objects = new ArrayList<>();
      for (String line : out.lines().toList()) {
        objects.add(MAPPER.readTree(line));
      }
      return objects;
    }

    JsonNode summary() throws Exception {
      List<JsonNode> objects = objects();
      JsonNode last = objects.get(objects.size() - 1);
      assertThat(last.get("type").asText()).isEqualTo("summary");
      return last;
    }
  }

  private ProcessBuilder program(Setting setting, String main, String... arguments) {
    List<String> command = new ArrayList<>(JavaCommand.of(main, arguments));
    command.addAll(1, setting.flags());
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().put("LC_ALL", setting.lcAll);
    builder.environment().put("TZ", setting.zone);
    builder.environment().put("XDG_STATE_HOME", home.resolve("state").toString());
    return builder.redirectError(home.resolve("err").toFile());
  }

  private Ended run(Setting setting, String main, String... arguments) throws Exception {
    Path in = home.resolve("in");
    Files.writeString(in, "{\"b\":1000000.5,\"a\":\"\u0130\u0131I\"}");
    Path out = home.resolve("out");
    Process process =
        program(setting, main, arguments)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .start();
    try {
      assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS))
          .as("%s under %s ends", Arrays.toString(arguments), setting)
          .isTrue();
    } finally {
      process.destroyForcibly();
    }
    Ended ended =
        new Ended(
            process.exitValue(),
            Files.readString(out, StandardCharsets.UTF_8),
            Files.readString(home.resolve("err"), StandardCharsets.ISO_8859_1));
    assertThat(ended.exit()).as(ended.err()).isZero();
    return ended;
  }

  private void commandLine(Setting setting) throws Exception {
    assertThat(run(setting, PIPELINE, "jcs").out().strip())
        .isEqualTo("{\"a\":\"\u0130\u0131I\",\"b\":1000000.5}");
  }

  @Test
  void upAndANeedUnderTheFirst() throws Exception {
    Setting setting = Setting.TURKISH;
    commandLine(setting);
    String data = home.resolve("data").toString();
    Process up =
        program(
                setting,
                PIPELINE,
                "up",
                "--data",
                data,
                "--kafka-port=0",
                "--postgres-port=0",
                "--redis-port=0",
                "--http-port=0")
            .redirectError(home.resolve("up.err").toFile())
            .start();
    try {
      BufferedReader lines = up.inputReader(StandardCharsets.UTF_8);
      String ready =
          CompletableFuture.supplyAsync(() -> lines.lines().findFirst().orElse("nothing"))
              .get(SECONDS_MAX, TimeUnit.SECONDS);
      assertThat(ready)
          .as(Files.readString(home.resolve("up.err"), StandardCharsets.ISO_8859_1))
          .matches(
              "ready kafka=127\\.0\\.0\\.1:[0-9]+ postgres=127\\.0\\.0\\.1:[0-9]+"
                  + " redis=127\\.0\\.0\\.1:[0-9]+ http=127\\.0\\.0\\.1:[0-9]+ data=.*");
      Ended need =
          run(
              setting,
              PIPELINE,
              "need",
              "--data",
              data,
              "--wait",
              "--json",
              "--thread",
              "title-I",
              "title I");
      assertThat(need.summary().get("outcome").asText()).isEqualTo("ACCEPTED");
      assertThat(need.summary().at("/results/0/text").asText()).contains("\"title\":1");
      Ended thread = run(setting, PIPELINE, "thread", "title-I", "--data", data, "--json");
      assertThat(thread.objects())
          .filteredOn(object -> object.get("type").asText().equals("envelope"))
          .extracting(object -> object.get("kind").asText())
          .contains("NEED", "DECIDE", "FINALIZE");
    } finally {
      up.destroy();
      if (!up.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        up.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void theDemoUnderTheSecond() throws Exception {
    commandLine(Setting.ARABIC);
    JsonNode summary =
        run(Setting.ARABIC, PIPELINE, "demo", "--needs", "2", "--seed", "7", "--json").summary();
    assertThat(summary.get("ok").asBoolean()).isTrue();
    assertThat(summary.get("finalized").asInt()).isEqualTo(2);
    assertThat(summary.get("replayed_ok").asInt()).isEqualTo(2);
  }

  @Test
  void theSimulationUnderTheThird() throws Exception {
    commandLine(Setting.THAI);
    JsonNode summary = run(Setting.THAI, SIMULATION, "sim", "--seeds", "2", "--json").summary();
    assertThat(summary.get("ok").asBoolean()).isTrue();
    assertThat(summary.get("seeds").asInt()).isEqualTo(2);
    assertThat(summary.at("/outcomes/ACCEPTED").asInt()).isPositive();
    assertThat(summary.get("digest").asText()).matches("[0-9a-f]{64}");
  }
}
