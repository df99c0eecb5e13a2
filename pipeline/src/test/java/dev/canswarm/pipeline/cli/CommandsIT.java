package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.http.OpenApi;
import dev.canswarm.pipeline.operations.OperationsFiles;
import dev.canswarm.pipeline.operations.Promtool;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/**
 * The commands as somebody uses them beside a {@code ./swarm up}, which is a process of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandsIT {
  private static final long STOP_SECONDS_MAX = 90;
  private static final Duration METRICS_MAX = Duration.ofSeconds(30);
  private static final String CYCLE =
      "{\"tasks\":[{\"name\":\"a\",\"task_type\":\"hash.sha256\",\"input\":{\"text\":\"x\"},"
          + "\"requires\":[\"a\"]}]}";

  private static final String BROKEN =
      "[sh, -c, \"echo reason >&2; printf '\\\\033[31mred' >&2; exit 3\"]";

  private final Path home;
  private final UpProcess up;
  private final long begunNanos = System.nanoTime();

  CommandsIT(@TempDir Path home) throws Exception {
    this.home = home;
    up = UpProcess.start(home, Map.of("SWARM_TASKS_EXEC_BROKEN_COMMAND", BROKEN));
  }

  @AfterAll
  void stop() throws Exception {
    up.stop();
  }

  private Invocation run(String... args) {
    return Invocation.of(home, args);
  }

  @Test
  @Order(1)
  void upSaysOnceWhereEverythingIs() throws Exception {
    String data = home.resolve("data").toRealPath().toString();
    assertThat(up.ready())
        .matches(
            "ready kafka=127\\.0\\.0\\.1:\\d+ postgres=127\\.0\\.0\\.1:\\d+"
                + " redis=127\\.0\\.0\\.1:\\d+ http=127\\.0\\.0\\.1:\\d+ data=.*")
        .endsWith("data=" + data);
    assertThat(Files.readString(home.resolve("data/FORMAT"))).isEqualTo("1\n");
  }

  @Test
  @Order(2)
  void aNeedIsFollowedToItsResultWithoutNamingTheStack() throws Exception {
    Invocation text = run("need", "--thread", "it-1", "--wait", "to be or not to be");
    assertThat(text.err()).contains("using the running stack in").contains("ACCEPTED");
    assertThat(text.out().strip()).isEqualTo("{\"be\":2,\"not\":1,\"or\":1,\"to\":2}");
    assertThat(text.exit()).isZero();

    Invocation json =
        run("need", "--thread", "it-1", "--type", "hash.sha256", "--wait", "--json", "x");
    JsonNode summary = json.summary();
    assertThat(json.exit()).isZero();
    assertThat(summary.get("outcome").asText()).isEqualTo("ACCEPTED");
    assertThat(summary.get("results").get(0).get("text").asText())
        .isEqualTo("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
  }

  @Test
  @Order(3)
  void aLargeInputGoesThroughTheArtifactStore() throws Exception {
    Files.writeString(home.resolve("large.txt"), "word ".repeat(100_000));
    Invocation need = run("need", "--file", "large.txt", "--wait");
    assertThat(need.err()).contains("ACCEPTED");
    assertThat(need.out().strip()).isEqualTo("{\"word\":100000}");
  }

  @Test
  @Order(4)
  void aListHasWhatFitsOneObjectALine() throws Exception {
    Invocation list = run("list", "--thread", "it-1", "--outcome", "ACCEPTED", "--json");
    assertThat(list.exit()).isZero();
    assertThat(list.summary().get("needs").asInt()).isEqualTo(2);
    assertThat(list.objects())
        .filteredOn(object -> object.get("type").asText().equals("need"))
        .extracting(need -> need.get("task_types").get(0).asText())
        .containsExactly("hash.sha256", "text.wordcount");
    assertThat(run("list", "--type", "hash.sha256").out()).contains("ACCEPTED", "it-1");
    assertThat(run("list", "--state", "open").out()).isEmpty();
    assertThat(run("list", "--older-than", "1h").out()).isEmpty();
    for (String[] wrong :
        new String[][] {
          {"--state", "closed"}, {"--outcome", "x"}, {"--older-than", "5"}, {"--limit", "0"}
        }) {
      Invocation refused = run("list", wrong[0], wrong[1]);
      assertThat(refused.exit()).isEqualTo(2);
      assertThat(refused.err()).contains(wrong[0], "got " + wrong[1]);
    }
  }

  @Test
  @Order(4)
  void aThreadShowsItsChainInOrderWithNames() throws Exception {
    Invocation thread = run("thread", "it-1", "--json");
    List<JsonNode> envelopes =
        thread.objects().stream()
            .filter(object -> object.get("type").asText().equals("envelope"))
            .toList();
    assertThat(envelopes.subList(0, 5))
        .extracting(envelope -> envelope.get("kind").asText())
        .containsExactly("NEED", "PROPOSE", "DECIDE", "CLAIM", "COMMIT");
    assertThat(envelopes.get(0).get("sender").asText()).isEqualTo("client");
    assertThat(thread.summary().get("needs").asInt()).isEqualTo(2);
    assertThat(run("thread", "it-1").out())
        .contains("FINALIZE")
        .contains("  task ")
        .contains("FINAL");
    assertThat(run("replay", "it-1").exit()).isZero();
    Invocation unheardOf = run("thread", "unheard-of");
    assertThat(unheardOf.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(unheardOf.err()).contains("./swarm list").contains("./swarm dlq list");
  }

  @Test
  @Order(5)
  void aRefusedNeedSaysWhy() {
    Invocation need = run("need", "--payload", CYCLE, "--wait");
    assertThat(need.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(need.err()).contains("the NEED was refused, BAD_PLAN: ");
    assertThat(run("need", "--payload", CYCLE).exit()).isEqualTo(ExitCode.FAILED);
    assertThat(run("pub", "swarm.intake", CYCLE).exit()).isZero();
    Invocation unknown = run("need", "--type", "no.such", "--wait", "--json", "x");
    assertThat(unknown.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(unknown.err() + unknown.out()).contains("the NEED was refused, UNKNOWN_TASK_TYPE: ");
  }

  @Test
  @Order(6)
  void theErrorOfAnAttemptIsShownByNeedThreadAndLog() throws Exception {
    Invocation need =
        run(
            "need",
            "--thread",
            "it-broken",
            "--wait",
            "--type",
            "exec",
            "--input-json",
            "{\"command\":\"broken\",\"stdin\":\"\"}");
    String reason = "sh: expected exit code 0, got 3; standard error: reason | \ufffd[31mred";
    assertThat(need.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(need.err()).contains("REJECTED (ATTEMPTS_USED_UP)").contains("YIELD: " + reason);
    assertThat(run("thread", "it-broken").out()).contains("       error: " + reason);
    assertThat(run("thread", "it-broken", "--json").objects())
        .filteredOn(object -> object.has("error"))
        .isNotEmpty()
        .allSatisfy(object -> assertThat(object.get("error").asText()).isEqualTo(reason));
    assertThat(Files.readString(home.resolve("up.err")).lines())
        .filteredOn(line -> line.contains("attempt failed need="))
        .isNotEmpty()
        .allSatisfy(
            line -> assertThat(line).contains(" task=", " attempt=1 agent=worker-", reason));
    assertThat(run("replay", "it-broken").exit()).isZero();
  }

  @Test
  @Order(7)
  void replayReadsTheTableAndTheTopicsBesideTheRunningStack() throws Exception {
    for (String source : List.of("audit", "store", "kafka")) {
      Invocation replay = run("replay", "--all", "--from", source, "--json");
      assertThat(replay.exit()).as(replay.out() + replay.err()).isZero();
      assertThat(replay.summary().get("from").asText()).isEqualTo(source);
      assertThat(replay.summary().get("passed").asInt()).as(source).isEqualTo(4);
      assertThat(replay.out()).contains("rows compared");
    }
    Invocation thread = run("replay", "it-1", "--from", "store");
    assertThat(thread.exit()).as(thread.out()).isZero();
    assertThat(thread.out()).contains("PASS  store: ").contains("1 thread, 2 NEEDs: 2 passed");
    assertThat(run("replay", "unheard-of", "--from", "store").exit())
        .isEqualTo(ExitCode.INCOMPLETE);
    assertThat(run("rebuild").exit()).isZero();
  }

  @Test
  @Order(7)
  void httpSaysThatEveryPartWorks() throws Exception {
    assertThat(http("/livez").statusCode()).isEqualTo(200);
    HttpResponse<String> ready = http("/readyz?verbose");
    assertThat(ready.body().lines())
        .hasSize(6)
        .anyMatch(line -> line.startsWith("[+]kafka up: 1 broker, 8 partitions here"))
        .contains("[+]postgres up", "[+]redis up", "ready")
        .anyMatch(line -> line.startsWith("[+]lanes up"))
        .anyMatch(line -> line.startsWith("[+]tasks up: "));
    assertThat(ready.statusCode()).isEqualTo(200);
  }

  @Test
  @Order(7)
  void theMetricsCountTheWorkAndIncludeAllThatRulesAndDashboardUse() throws Exception {
    String metrics = http("/metrics").body();
    assertThat(metrics)
        .contains("swarm_needs_ended_total{outcome=\"ACCEPTED\",reason=\"none\"} 3.0")
        .contains("swarm_need_seconds_count{outcome=\"ACCEPTED\"} 3")
        .contains("swarm_dead_letters_total{reason=\"BAD_PLAN\"} 1.0")
        .contains("swarm_dead_letters_total{reason=\"UNKNOWN_TASK_TYPE\"} 1.0")
        .contains("swarm_kafka_lag_records{partition=\"0\",topic=\"swarm.need\"} 0.0");
    assertThat(OperationsFiles.metrics())
        .hasSizeGreaterThan(30)
        .allSatisfy(name -> assertThat(metrics).containsPattern("(?m)^" + name + "[{ ]"));
    // Every series of a label that comes from outside would be one that somebody outside can add.
    assertThat(metrics).doesNotContain("it-1").doesNotContain("node-");
  }

  @Test
  @Order(7)
  void theMetricsCountTheNeedsThatAreOpenInTheStore() {
    String metrics =
        Mono.fromCallable(() -> http("/metrics").body())
            .repeat()
            .filter(text -> !text.contains("swarm_needs_stored_open NaN"))
            .blockFirst(METRICS_MAX);
    assertThat(metrics).containsPattern("(?m)^swarm_needs_stored_open [0-9]");
  }

  @Test
  @Order(7)
  void prometheusFindsNothingWrongWithTheMetrics() throws Exception {
    Path file = Files.writeString(home.resolve("metrics.txt"), http("/metrics").body());
    Promtool.accepts(file, List.of("check", "metrics"), home);
  }

  private HttpResponse<String> http(String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://" + httpAddress() + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private String httpAddress() {
    return up.httpAddress();
  }

  @Test
  @Order(7)
  void statusSaysWhoRunsWhatIsOpenAndWhatCame() throws Exception {
    Invocation text = run("status");
    assertThat(text.exit()).as(text.out() + text.err()).isZero();
    assertThat(text.out())
        .containsPattern("(?m)^kafka +127\\.0\\.0\\.1:\\d+ +up$")
        .containsPattern("(?m)^redis +127\\.0\\.0\\.1:\\d+ +up$")
        .containsPattern("(?m)^http +127\\.0\\.0\\.1:\\d+ +ready$")
        .contains("open       0 NEEDs")
        .contains("stable, lag 0");

    Invocation json = run("status", "--json");
    assertThat(json.exit()).isZero();
    JsonNode status = json.objects().get(0);
    assertThat(status.get("type").asText()).isEqualTo("status");
    assertThat(status.at("/servers/postgres/state").asText()).isEqualTo("up");
    assertThat(status.at("/open/needs").asInt()).isZero();
    // On a slow machine the first of them are older by now.
    boolean isRecent = System.nanoTime() - begunNanos < TimeUnit.SECONDS.toNanos(50);
    assertThat(status.at("/last_minute/needs").asInt()).isBetween(isRecent ? 5 : 0, 5);
    assertThat(status.at("/last_minute/ended").asInt()).isBetween(isRecent ? 4 : 0, 4);
    assertThat(status.at("/dead_letters").asInt()).isEqualTo(2);
    assertThat(status.at("/groups/0/processes/0/partitions").asInt()).isEqualTo(8);
    assertThat(status.at("/groups/0/processes/0/roles"))
        .extracting(JsonNode::asText)
        .containsExactly("planner", "decider", "worker", "verifier", "coordinator", "gateway");
    assertThat(json.summary().get("well").asBoolean()).isTrue();
  }

  @Test
  @Order(9)
  void deadLettersAreListedShownAndSentAgainAndForgedOnesNamed() throws Exception {
    Invocation list = run("dlq", "list", "--reason", "BAD_PLAN", "--json");
    assertThat(list.exit()).as(list.out() + list.err()).isZero();
    JsonNode letter = list.objects().get(0);
    assertThat(letter.get("standing").asText()).isEqualTo("VERIFIED");
    assertThat(list.summary().at("/reasons/BAD_PLAN").asInt()).isEqualTo(1);
    String position =
        "%s/%d/%d"
            .formatted(
                letter.get("topic").asText(),
                letter.get("partition").asInt(),
                letter.get("offset").asInt());
    assertThat(run("dlq", "show", position).out()).contains(CYCLE).contains("BAD_PLAN (intake)");
    assertThat(run("dlq", "redrive").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(run("dlq", "redrive", position, "--dry-run").exit()).isZero();
    Invocation again = run("dlq", "redrive", position, "--json");
    assertThat(again.exit()).as(again.out() + again.err()).isZero();
    assertThat(again.summary().get("sent").asInt()).isEqualTo(1);
    await(() -> run("dlq", "list", "--reason", "bad_plan", "--json").summary().get("letters"), 2);
    List<String> audited = notes("redriven from dead letter " + position);
    assertThat(audited).as("before it was sent, and where it went").hasSize(2);
    assertThat(audited.get(0))
        .contains("to be redriven from dead letter " + position + " (BAD_PLAN)")
        .contains("\"partition\":-1", "\"offset\":-1", "RAW_PUBLISHED");
    assertThat(audited.get(1))
        .contains("\"note\":\"redriven from dead letter " + position + " (BAD_PLAN)\"")
        .doesNotContain("\"offset\":-1");

    long later = System.currentTimeMillis() + 1;
    forgeAnotherKey(letter);
    Invocation otherKey =
        run("dlq", "redrive", position, "--since", Instant.ofEpochMilli(later).toString());
    assertThat(otherKey.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(otherKey.err()).contains("whose key or value is not that of the refused record");

    forge(position);
    Invocation forged = run("dlq", "list", "--topic", "swarm.forged", "--json");
    assertThat(forged.objects().get(0).get("standing").asText()).isEqualTo("UNVERIFIED");
    assertThat(run("dlq", "redrive", "--topic", "swarm.forged").exit()).isEqualTo(ExitCode.FAILED);
    assertThat(run("dlq", "list").out()).contains("UNVERIFIED");
    Invocation noLetter = run("dlq", "show", "swarm.intake/0/999999");
    assertThat(noLetter.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(noLetter.err()).contains("./swarm dlq list");
  }

  /** Lines of the audit logs with such a note, in the order of each log. */
  private List<String> notes(String note) throws Exception {
    List<String> found = new ArrayList<>();
    try (var files = Files.walk(home.resolve("data/audit"))) {
      for (Path segment :
          files.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList()) {
        Files.readAllLines(segment).stream()
            .filter(line -> line.contains(note))
            .forEach(found::add);
      }
    }
    return found;
  }

  private static void await(Callable<JsonNode> asked, int wanted) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    int found = asked.call().asInt();
    while (found != wanted && System.nanoTime() < deadline) {
      found = asked.call().asInt();
    }
    assertThat(found).isEqualTo(wanted);
  }

  private long records(String topic) throws Exception {
    Properties client = new Properties();
    client.load(new StringReader(run("config", "kafka-client").out()));
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<>(client, bytes, bytes)) {
      return consumer
          .endOffsets(
              consumer.partitionsFor(topic).stream()
                  .map(info -> new TopicPartition(topic, info.partition()))
                  .toList())
          .values()
          .stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  private void forge(String position) throws Exception {
    Map<String, String> headers =
        Map.of(
            "swarm-topic", "swarm.forged",
            "swarm-partition", "0",
            "swarm-offset", "1",
            "swarm-reason", "BAD_SHAPE",
            "swarm-stage", "decode",
            "swarm-detail", "not " + position);
    sendLetter(headers, null, "{}");
  }

  /** A letter that says the same as the pipeline's, for a record with another key. */
  private void forgeAnotherKey(JsonNode letter) throws Exception {
    Map<String, String> headers = new HashMap<>();
    for (String name : List.of("topic", "partition", "offset", "reason", "stage", "detail")) {
      headers.put("swarm-" + name, letter.get(name).asText());
    }
    sendLetter(headers, "another-thread", CYCLE);
  }

  private void sendLetter(Map<String, String> headers, @Nullable String key, String value)
      throws Exception {
    Properties client = new Properties();
    client.load(new StringReader(run("config", "kafka-client").out()));
    try (var producer =
        new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
      var record =
          new ProducerRecord<>(
              "swarm.dlq",
              key == null ? null : key.getBytes(StandardCharsets.UTF_8),
              value.getBytes(StandardCharsets.UTF_8));
      headers.forEach(
          (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
      producer.send(record).get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  @Order(9)
  void readersSayOfEachMessageWhetherItIsVerified() throws Exception {
    Invocation thread = run("thread", "it-1", "--json");
    assertThat(thread.summary().get("unverified").asInt()).isZero();
    assertThat(thread.objects())
        .filteredOn(object -> object.get("type").asText().equals("envelope"))
        .isNotEmpty()
        .allSatisfy(object -> assertThat(object.get("verified").asBoolean()).isTrue());

    String[] tap = {"tap", "swarm.finalize", "--from-beginning", "--max", "1", "--verify"};
    Invocation good = run(tap);
    assertThat(good.out()).startsWith("VERIFIED\n{");
    run("pub", "swarm.finalize", "{\"kind\":\"FINALIZE\"}", "--key", "it-1");
    tap[4] = Long.toString(records("swarm.finalize"));
    Invocation forged =
        run(Stream.concat(Stream.of(tap), Stream.of("--json")).toArray(String[]::new));
    assertThat(forged.objects())
        .filteredOn(object -> object.has("problem"))
        .singleElement()
        .satisfies(object -> assertThat(object.get("problem").asText()).startsWith("BAD_SHAPE"));
  }

  @Test
  @Order(9)
  void rawRecordsGoThroughAsTheyAreAndAreAudited() throws Exception {
    assertThat(run("pub", "it.raw", "not json", "--key", "k").exit()).isZero();
    Invocation tap = run("tap", "it.raw", "--from-beginning", "--max", "1", "--json");
    JsonNode seen = tap.objects().get(0);
    assertThat(seen.get("value").asText()).isEqualTo("not json");
    assertThat(seen.get("key").asText()).isEqualTo("k");
    assertThat(auditOfCommands()).anyMatch(line -> line.contains("\"dir\":\"RAW_DELIVERED\""));
    assertThat(published())
        .hasSize(2)
        .first()
        .satisfies(line -> assertThat(line).contains("\"note\":\"to be sent\"", "\"offset\":-1"));

    // It is audited before Kafka refuses it.
    Invocation refused = run("pub", "it.raw", "x".repeat(2 << 20));
    assertThat(refused.exit()).as(refused.out()).isNotZero();
    assertThat(published())
        .hasSize(3)
        .last()
        .satisfies(line -> assertThat(line).contains("\"note\":\"to be sent\"", "\"offset\":-1"));
    assertThat(run("tap", "no.such.topic").exit()).isEqualTo(ExitCode.USAGE);
  }

  /** The lines of the audit log that commands beside the stack write. */
  private List<String> auditOfCommands() throws IOException {
    List<String> lines = new ArrayList<>();
    try (var segments = Files.list(home.resolve("data/audit/node-2"))) {
      for (Path segment : segments.sorted().toList()) {
        lines.addAll(Files.readAllLines(segment));
      }
    }
    return lines;
  }

  private List<String> published() throws IOException {
    return auditOfCommands().stream()
        .filter(line -> line.contains("\"dir\":\"RAW_PUBLISHED\""))
        .filter(line -> line.contains("\"topic\":\"it.raw\""))
        .toList();
  }

  @Test
  @Order(8)
  void configPrintsWithWhatAnAgentReachesKafka() throws Exception {
    Invocation printed = run("config", "kafka-client", "--as", "agent");
    assertThat(printed.exit()).as(printed.err()).isZero();
    Properties client = new Properties();
    client.load(new StringReader(printed.out()));
    assertThat(client.getProperty("sasl.jaas.config")).contains("username=\"agent\"").endsWith(";");
    try (Admin admin = Admin.create(client)) {
      assertThat(admin.listTopics().names().get()).contains("swarm.need", "swarm.finalize");
    }
    assertThat(run("config", "kafka-client").out()).contains("username=\"pipeline\"");
    assertThat(run("config", "kafka").exit()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  @Order(8)
  void aNeedPostedTwiceIsOneNeedAndItsResultIsRead() throws Exception {
    OpenApi openApi = OpenApi.load();
    String body = "{\"task_type\":\"hash.sha256\",\"input\":{\"text\":\"hello\"}}";
    HttpResponse<String> first = post("/v1/needs?thread=over-http&wait=60", "key-1", body);
    openApi.describes("POST /v1/needs", first);
    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    HttpResponse<String> second = post("/v1/needs?thread=over-http", "key-1", body);
    openApi.describes("POST /v1/needs", second);
    assertThat(second.statusCode()).isEqualTo(202);
    String place = first.headers().firstValue("location").orElseThrow();
    assertThat(second.headers().firstValue("location")).hasValue(place);

    HttpResponse<String> found = http(place);
    openApi.describes("GET /v1/needs/{id}", found);
    JsonNode need = new ObjectMapper().readTree(found.body());
    assertThat(need.get("outcome").asText()).isEqualTo("ACCEPTED");
    assertThat(need.at("/payload/idempotency_key").asText()).isEqualTo("key-1");
    assertThat(need.get("messages"))
        .extracting(message -> message.get("kind").asText())
        .containsExactly(
            "NEED", "PROPOSE", "DECIDE", "CLAIM", "COMMIT", "ATTEST", "ATTEST", "FINALIZE");
    HttpResponse<String> artifact = http(need.at("/results/0/href").asText());
    assertThat(artifact.body())
        .isEqualTo("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assertThat(run("replay", "over-http").exit()).isZero();
  }

  @Test
  @Order(8)
  void aNeedThatIsRefusedOrTakesAnothersKeyIsAProblem() throws Exception {
    OpenApi openApi = OpenApi.load();
    String body = "{\"task_type\":\"hash.sha256\",\"input\":{\"text\":\"%s\"}}";
    assertThat(post("/v1/needs?wait=60", "key-2", body.formatted("a")).statusCode()).isEqualTo(200);
    HttpResponse<String> conflict = post("/v1/needs", "key-2", body.formatted("b"));
    openApi.describes("POST /v1/needs", conflict);
    assertThat(conflict.statusCode()).isEqualTo(409);
    HttpResponse<String> cycle = post("/v1/needs", "key-3", CYCLE);
    openApi.describes("POST /v1/needs", cycle);
    assertThat(cycle.statusCode()).isEqualTo(422);
    assertThat(cycle.body()).contains("\"code\":\"BAD_PLAN\"");
    HttpResponse<String> broken = post("/v1/needs", "key-4", "not json");
    openApi.describes("POST /v1/needs", broken);
    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(post("/v1/needs", "key-5", "[]").statusCode()).isEqualTo(422);
    assertThat(post("/v1/needs", "key-5", "{}").statusCode()).isEqualTo(422);
    assertThat(post("/v1/needs?thread=a%20b", "key-6", body.formatted("a")).statusCode())
        .isEqualTo(400);
  }

  @Test
  @Order(8)
  void anIdempotencyKeyIsTheSameByHttpNeedAndIntake() throws Exception {
    String body =
        "{\"idempotency_key\":\"key-7\",\"input\":{\"text\":\"%s\"},\"task_type\":\"hash.sha256\"}";
    HttpResponse<String> first =
        post("/v1/needs?thread=doors&wait=60", "key-7", body.formatted("a"));
    assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
    String id = new ObjectMapper().readTree(first.body()).get("need_id").asText();

    Invocation again =
        run("need", "--thread", "doors", "--payload", body.formatted("a"), "--wait", "--json");
    assertThat(again.exit()).as(again.out() + again.err()).isZero();
    assertThat(again.summary().get("need_id").asText()).isEqualTo(id);
    Invocation unwaited = run("need", "--thread", "doors", "--payload", body.formatted("a"));
    assertThat(unwaited.out()).contains("known by its idempotency key: need=" + id);

    Invocation other = run("need", "--thread", "doors", "--payload", body.formatted("b"));
    assertThat(other.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(other.err()).contains("the NEED was refused, IDEMPOTENCY_CONFLICT: ");
    assertThat(run("thread", "doors", "--json").summary().get("needs").asInt()).isEqualTo(1);
  }

  private HttpResponse<String> post(String path, String key, String body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://" + httpAddress() + path))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  @Test
  @Order(9)
  void aSecondUpOnTheDirectoryIsRefused() {
    Invocation second = run("up", "--data", home.resolve("data").toString(), "--json");
    assertThat(second.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(second.out()).contains("in use by process " + up.process().pid());
  }

  @Test
  @Order(10)
  void termDrainsAndEndsWith143AndNothingIsLeft() throws Exception {
    up.process().destroy();
    assertThat(up.process().waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    assertThat(up.process().exitValue()).isEqualTo(143);
    assertThat(home.resolve("data/endpoints.json")).doesNotExist();
    assertThat(Files.readString(home.resolve("up.err")))
        .contains("stopping")
        .doesNotContain("\tat ");
    Invocation need = run("need", "x");
    assertThat(need.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(need.err()).contains("no stack is running").contains("./swarm up");
    assertThat(run("status").exit()).isEqualTo(ExitCode.ENVIRONMENT);
    Invocation replay = run("replay", "it-1");
    assertThat(replay.err()).contains("using its last directory");
    assertThat(replay.exit()).as(replay.out()).isZero();
  }

  @Test
  @Order(11)
  void replayStartsWhatItNeedsOnTheDirectoryOfAStackThatStopped() throws Exception {
    for (String source : List.of("store", "kafka")) {
      Invocation replay = run("replay", "--all", "--from", source, "--json");
      assertThat(replay.exit()).as(replay.out() + replay.err()).isZero();
      assertThat(replay.err()).contains("postgres on " + home.resolve("data").toRealPath());
      assertThat(replay.summary().get("passed").asInt()).as(source).isEqualTo(7);
    }
    Path nowhere = home.resolve("nowhere");
    Invocation none = run("replay", "--all", "--from", "store", "--data", nowhere.toString());
    assertThat(none.exit()).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(none.err()).contains("its postgres was never started there").contains("--data");
    assertThat(nowhere).doesNotExist();
  }
}
