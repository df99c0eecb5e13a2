package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.pipeline.http.Access;
import dev.canswarm.pipeline.http.ApiServer;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Topics;
import dev.canswarm.task.Judgement;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import dev.canswarm.task.Verification;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The page in a real browser, in front of a swarm with one worker that lies. Needs chromium, node,
 * and {@code npm ci} in {@code src/test/browser}; it is skipped, and says why, where one of them is
 * missing.
 */
class PageIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long SECONDS_MAX = 240;
  private static final Path BROWSER_TEST = Path.of("src", "test", "browser");
  private static final String MARKUP = "<img src=x onerror=\"document.title='owned'\">";
  private static final String SCRIPT = "<script>document.title='owned'</script>";

  /** NEEDs beside the one that is watched. */
  private static final int OTHERS = 20;

  private static final String LIE = "demo.count";

  /** Counts characters, rightly or not. */
  private record Count(boolean honest) implements TaskHandler {
    @Override
    public String type() {
      return LIE;
    }

    @Override
    public byte[] run(TaskInput input) {
      int right = String.valueOf(input.input()).length();
      return Integer.toString(honest ? right : right + 1).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Verification verification() {
      return Verification.CHECK;
    }

    @Override
    public Judgement judge(TaskInput input, byte[] artifact) {
      String right = new String(new Count(true).run(input), StandardCharsets.UTF_8);
      String got = new String(artifact, StandardCharsets.UTF_8);
      return got.equals(right)
          ? Judgement.ACCEPTED
          : Judgement.rejected("expected %s characters, got %s".formatted(right, got));
    }
  }

  /** Everything that it says is markup. */
  private static final class Hostile implements TaskHandler {
    @Override
    public String type() {
      return MARKUP;
    }

    @Override
    public byte[] run(TaskInput input) {
      return SCRIPT.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Verification verification() {
      return Verification.CHECK;
    }

    @Override
    public Judgement judge(TaskInput input, byte[] artifact) {
      return Judgement.rejected(SCRIPT + MARKUP);
    }
  }

  private static Path program(String... names) {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":")) {
      for (String name : names) {
        Path file = Path.of(directory, name);
        if (Files.isExecutable(file)) {
          return file;
        }
      }
    }
    return abort("the page is not tested: none of " + String.join(", ", names) + " is installed");
  }

  @Test
  void aBrowserShowsWhatTheSwarmDoes() throws Exception {
    Path node = program("node");
    Path chromium = program("chromium", "chromium-browser", "google-chrome");
    if (!Files.isDirectory(BROWSER_TEST.resolve("node_modules/playwright-core"))) {
      abort("the page is not tested: run npm ci in pipeline/src/test/browser");
    }
    EnumSet<RoleName> others = EnumSet.complementOf(EnumSet.of(RoleName.WORKER));
    try (TestSwarm swarm =
            TestSwarm.start(
                PolicyFile.builtIn(),
                Map.of("worker-2", RoleName.WORKER, "node-3", RoleName.NODE));
        ApiServer server = ApiServer.listen("127.0.0.1", 0, Access.loopback())) {
      SwarmNode first = swarm.node("node-1", others, new Count(true), new Hostile());
      swarm.node("node-2", EnumSet.of(RoleName.WORKER), new Count(false), new Hostile());
      server.serve(first.apiRoutes());
      swarm.intake("lie", "{\"task_type\":\"" + LIE + "\",\"input\":\"to be or not to be\"}");
      swarm.await(
          "swarm.attest",
          PATIENCE,
          record -> TestSwarm.text(record.value()).contains("\"REJECT\""));
      swarm.node(
          "node-3",
          List.of(swarm.agent("worker-2")),
          PolicyFile.builtIn(),
          Map.of(),
          new Count(true),
          new Hostile());
      swarm.awaitEnvelope("swarm.finalize", "lie", PATIENCE);
      swarm.intake(
          "hostile", "{\"task_type\":\"" + MARKUP.replace("\"", "\\\"") + "\",\"input\":1}");
      swarm.intake("graph", graph());
      swarm.publish(Topics.INTAKE, "bad", "{".getBytes(StandardCharsets.UTF_8));
      swarm.awaitEnvelope("swarm.finalize", "graph", PATIENCE);
      swarm.await(
          "swarm.attest", PATIENCE, record -> TestSwarm.text(record.value()).contains("onerror"));
      assertThat(watch(swarm, node, chromium, "http://" + server.address())).endsWith("DONE");
    }
  }

  /** Four tasks, two of them side by side. */
  private static String graph() {
    String words = "\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be or not to be\"}";
    return Stream.of(
            "\"name\":\"first\"," + words,
            "\"name\":\"left\",\"requires\":[\"first\"]," + words,
            "\"name\":\"right\",\"requires\":[\"first\"]," + words,
            "\"name\":\"last\",\"requires\":[\"left\",\"right\"]," + words)
        .map(task -> "{" + task + "}")
        .collect(Collectors.joining(",", "{\"tasks\":[", "]}"));
  }

  private static String watch(TestSwarm swarm, Path node, Path chromium, String base)
      throws Exception {
    ProcessBuilder command =
        new ProcessBuilder(
            node.toString(),
            BROWSER_TEST.resolve("page.mjs").toString(),
            base,
            Path.of("target", "page").toString());
    command.environment().put("CHROMIUM", chromium.toString());
    Process process = command.redirectErrorStream(true).start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
        if (line.equals("READY")) {
          for (int i = 0; i < OTHERS; i++) {
            swarm.intake("poem-" + i, "{\"task_type\":\"hash.sha256\",\"input\":" + i + "}");
          }
          swarm.intake(
              "watched", "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be\"}}");
        }
      }
    } finally {
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
    return String.join("\n", lines);
  }
}
