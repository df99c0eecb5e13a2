package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.pipeline.http.Access;
import dev.canswarm.pipeline.http.ApiServer;
import dev.canswarm.pipeline.http.BrowserScript;
import dev.canswarm.policy.RoleName;
import dev.canswarm.port.Topics;
import dev.canswarm.task.Judgement;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import dev.canswarm.task.Verification;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
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
  private static final String MARKUP = "<img src=x onerror=\"document.title='owned'\">";
  private static final String SCRIPT = "<script>document.title='owned'</script>";

  /** NEEDs of each second for which the script asks, beside the one that is watched. */
  private static final int WAVE_NEEDS = 5;

  private static final List<String> TYPES = List.of("hash.sha256", "text.wordcount");

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

  @Test
  void aBrowserShowsWhatTheSwarmDoes() throws Exception {
    BrowserScript browser = BrowserScript.orSkip();
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
      String out = Path.of("target", "page").toString();
      String base = "http://" + server.address();
      assertThat(browser.run(line -> feed(swarm, line), "page.mjs", base, out)).endsWith("DONE");
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

  /** Sends what the script asks for. */
  private static void feed(TestSwarm swarm, String line) {
    if (line.equals("READY")) {
      swarm.intake("watched", "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be\"}}");
    } else if (line.equals("MORE")) {
      for (int i = 0; i < WAVE_NEEDS; i++) {
        String type = TYPES.get(i % TYPES.size());
        swarm.intake(
            "poem-" + i,
            "{\"task_type\":\"%s\",\"input\":{\"text\":\"to be or not to be\"}}".formatted(type));
      }
    }
  }
}
