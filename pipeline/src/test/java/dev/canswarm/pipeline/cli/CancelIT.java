package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.canswarm.config.PolicyFile;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.AgentKeys;
import dev.canswarm.policy.Policy;
import dev.canswarm.port.BusProbe;
import dev.canswarm.protocol.payload.Finalize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** NEEDs whose command runs for long are cancelled beside a {@code ./swarm up} of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CancelIT {
  private static final long END_SECONDS_MAX = 120;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String COMMAND =
      "{\"task_type\":\"exec\",\"input\":{\"command\":\"%s\",\"stdin\":\"\"}}";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path home;
  private final UpProcess up;

  CancelIT(@TempDir Path home) throws Exception {
    this.home = home;
    Map<String, String> commands = new TreeMap<>();
    for (String name : List.of("one", "two", "three")) {
      String script = "echo $$ > '%s'; exec sleep 600".formatted(pidFile(name));
      commands.put(
          "SWARM_TASKS_EXEC_" + name.toUpperCase(Locale.ROOT) + "_COMMAND",
          "[sh, -c, \"" + script + "\"]");
    }
    up = UpProcess.start(home, commands);
  }

  @AfterAll
  void stop() throws Exception {
    up.stop();
  }

  private Path pidFile(String name) {
    return home.resolve(name + ".pid");
  }

  private Invocation run(String... args) {
    return Invocation.of(home, args);
  }

  private HttpResponse<String> send(String path, HttpRequest.BodyPublisher body, String... headers)
      throws Exception {
    String address = up.httpAddress();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + address + path)).POST(body);
    return client.send(
        (headers.length > 0 ? request.headers(headers) : request).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String posted(String thread, String payload) throws Exception {
    HttpResponse<String> reply =
        send(
            "/v1/needs?thread=" + thread,
            HttpRequest.BodyPublishers.ofString(payload),
            "Content-Type",
            "application/json");
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(202);
    return MAPPER.readTree(reply.body()).get("need_id").asText();
  }

  private HttpResponse<String> cancel(String needId, String query) throws Exception {
    String token = Files.readString(home.resolve("data/http.token")).strip();
    return send(
        "/v1/needs/" + needId + "/cancel" + query,
        HttpRequest.BodyPublishers.noBody(),
        "Authorization",
        "Bearer " + token);
  }

  /** The command's process, once it runs. */
  private ProcessHandle running(String name) {
    String pid =
        Flux.interval(Duration.ofMillis(50))
            .map(tick -> read(pidFile(name)))
            .filter(text -> text.endsWith("\n"))
            .blockFirst(Duration.ofSeconds(END_SECONDS_MAX));
    return ProcessHandle.of(Long.parseLong(String.valueOf(pid).strip())).orElseThrow();
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Somebody has a coordinator's key, and may write to its topic. */
  @Test
  void aForgedEndOnTheTopicIsNotBelieved() throws Exception {
    String payload =
        "{\"task_type\":\"exec\",\"input\":{\"command\":\"three\",\"stdin\":\"\"},"
            + "\"idempotency_key\":\"stolen-1\"}";
    String[] need = {"need", "--payload", payload, "--thread", "stolen"};
    String needId =
        run(Stream.concat(Stream.of(need), Stream.of("--json")).toArray(String[]::new))
            .summary()
            .get("need_id")
            .asText();
    running("three");
    String forged = forgedEnd(needId);

    Disposable thief =
        Flux.interval(Duration.ofSeconds(1), Schedulers.boundedElastic())
            .onBackpressureDrop()
            .subscribe(tick -> run("pub", "swarm.finalize", forged, "--key", "stolen"));
    Invocation waited =
        run(
            Stream.concat(Stream.of(need), Stream.of("--wait", "--timeout-ms", "8000"))
                .toArray(String[]::new));
    thief.dispose();
    assertThat(waited.exit()).as(waited.err()).isEqualTo(ExitCode.TIMED_OUT);
    assertThat(waited.out()).doesNotContain("f".repeat(64));
    assertThat(waited.err())
        .contains("a FINALIZE on the topic is UNVERIFIED: PostgreSQL does not hold it")
        .doesNotContain("ACCEPTED");
    Invocation tap = new Invocation(home, Map.of());
    CompletableFuture<Integer> tapped =
        CompletableFuture.supplyAsync(
            () -> tap.run("tap", "swarm.finalize", "--from-beginning", "--verify"));
    BusProbe.await("the forged end is named", () -> tap.out().contains("NOT_DERIVED"));
    tap.stop.request();
    assertThat(tapped).succeedsWithin(BusProbe.AWAIT);
    assertThat(run("thread", "stolen", "--json").summary().get("unverified").asInt()).isZero();
    assertThat(run("cancel", needId).exit()).isZero();
  }

  private String forgedEnd(String needId) throws Exception {
    SignatureEngine engine = Engines.portable();
    SigningKey coordinator =
        AgentKeys.read(home.resolve("data"), home.resolve("data/trust.yaml"), engine)
            .key("coordinator-1");
    String wrong = "f".repeat(64);
    Finalize end =
        new Finalize(
            Finalize.Outcome.ACCEPTED,
            null,
            wrong,
            List.of(new Finalize.Result(new TaskId(wrong), "exec", wrong)));
    return new String(
        new EnvelopeCodec("can-swarm", engine, EnvelopeLimits.DEFAULT)
            .sign(
                Draft.builder(Verb.FINALIZE, new ThreadId("stolen"))
                    .need(new NeedId(needId))
                    .lamport(2)
                    .parents(List.of(new EnvelopeId(needId)))
                    .policyHash(Policy.parse(PolicyFile.builtIn()).hash())
                    .payload(end.toJson())
                    .build(),
                coordinator,
                1)
            .bytes(),
        StandardCharsets.UTF_8);
  }

  @Test
  void aLongCommandIsStoppedAndItsNeedEndsAsCancelled() throws Exception {
    String needId = posted("cancel-1", COMMAND.formatted("one"));
    ProcessHandle command = running("one");
    assertThat(command.isAlive()).isTrue();

    Invocation cancelled = run("cancel", needId, "--reason", "no longer wanted", "--json");
    assertThat(cancelled.exit()).as(cancelled.out() + cancelled.err()).isZero();
    JsonNode summary = cancelled.summary();
    assertThat(summary.get("cancelled").asBoolean()).isTrue();
    assertThat(summary.get("outcome").asText()).isEqualTo("REJECTED");
    assertThat(summary.get("reason").asText()).isEqualTo("CANCELLED");
    assertThat(summary.get("thread_id").asText()).isEqualTo("cancel-1");
    command.onExit().get(END_SECONDS_MAX, TimeUnit.SECONDS);

    assertThat(run("thread", "cancel-1").out())
        .containsPattern("CANCEL +[0-9a-f]{8}  operator +no longer wanted")
        .contains("REJECTED (CANCELLED)");
    for (String source : new String[] {"audit", "store", "kafka"}) {
      Invocation replay = run("replay", "cancel-1", "--from", source);
      assertThat(replay.exit()).as(source + replay.out() + replay.err()).isZero();
      assertThat(replay.out()).contains("REJECTED");
    }
    independentVerifierAgrees();
  }

  private void independentVerifierAgrees() throws Exception {
    assumeThat(Path.of("/usr/bin/python3")).isExecutable();
    Process verify =
        new ProcessBuilder(
                "/usr/bin/python3",
                Path.of("..", "docs", "spec", "verify.py").toString(),
                "--trust",
                home.resolve("data/trust.yaml").toString(),
                home.resolve("data/audit").toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(verify.waitFor()).as(said).isZero();
  }

  @Test
  void overHttpItNeedsTheTokenAndMayBeRepeated() throws Exception {
    String needId = posted("cancel-2", COMMAND.formatted("two"));
    ProcessHandle command = running("two");
    HttpResponse<String> without =
        send("/v1/needs/" + needId + "/cancel", HttpRequest.BodyPublishers.noBody());
    assertThat(without.statusCode()).isEqualTo(401);
    assertThat(command.isAlive()).isTrue();

    HttpResponse<String> cancelled = cancel(needId, "?wait=30");
    assertThat(cancelled.statusCode()).as(cancelled.body()).isEqualTo(200);
    assertThat(cancelled.body()).contains("\"reason\":\"CANCELLED\"");
    command.onExit().get(END_SECONDS_MAX, TimeUnit.SECONDS);

    assertThat(cancel(needId, "").statusCode()).isEqualTo(200);
    assertThat(run("cancel", needId).exit()).isZero();
  }

  @Test
  void anEarlierEndHolds() throws Exception {
    Invocation need = run("need", "--thread", "cancel-3", "--wait", "--json", "to be");
    assertThat(need.exit()).as(need.err()).isZero();
    String needId = need.summary().get("need_id").asText();

    Invocation cancel = run("cancel", needId);
    assertThat(cancel.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(cancel.err())
        .contains("ended as ACCEPTED already")
        .contains("./swarm thread cancel-3");
    HttpResponse<String> reply = cancel(needId, "");
    assertThat(reply.statusCode()).isEqualTo(409);
    assertThat(reply.body()).contains("\"outcome\":\"ACCEPTED\"");
  }

  @Test
  void whatIsNotThereCannotBeCancelled() throws Exception {
    String unknown = "ab".repeat(32);
    assertThat(cancel(unknown, "").statusCode()).isEqualTo(404);
    assertThat(run("cancel", unknown).exit()).isEqualTo(ExitCode.FAILED);
    assertThat(run("cancel", unknown).err())
        .contains("no NEED " + unknown + " is stored", "./swarm list");
    assertThat(run("cancel", "abc").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(run("cancel", unknown, "--reason", "").exit()).isEqualTo(ExitCode.USAGE);
  }
}
