package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.tracing.TraceCollector;
import dev.canswarm.pipeline.tracing.TraceCollector.Seen;
import dev.canswarm.port.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** A NEED of three processes with different roles is one trace, in front of a collector. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TracedSwarmIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"to be or not to be\"}}";
  private static final String FOREIGN_TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String FOREIGN_SPAN = "b7ad6b7169203331";
  private static final String FINALIZE = "process swarm.finalize";
  private static final int VERIFIERS_ASKED = 2;
  private static final int PROCESSES = 3;

  private final TraceCollector collector;
  private final List<UpProcess> processes = new ArrayList<>();
  private final KafkaProducer<String, String> producer;
  private final HttpClient client = HttpClient.newHttpClient();

  TracedSwarmIT(@TempDir Path home) throws Exception {
    collector = TraceCollector.start();
    processes.add(UpProcess.start(home, settings("gateway,planner,decider")));
    processes.add(UpProcess.join(home, "workers", settings("worker")));
    processes.add(UpProcess.join(home, "judges", settings("verifier,coordinator")));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", processes.get(0).kafkaAddress(), "acks", "all"),
            new StringSerializer(),
            new StringSerializer());
  }

  private Map<String, String> settings(String roles) {
    return Map.of("SWARM_ROLES", roles, "SWARM_TRACING_OTLP_ENDPOINT", collector.endpoint());
  }

  @AfterAll
  void stop() throws Exception {
    producer.close();
    for (int i = processes.size() - 1; i >= 0; i--) {
      processes.get(i).stop();
    }
    collector.close();
  }

  private void intake(String thread, String value, String traceparent) {
    ProducerRecord<String, String> record = new ProducerRecord<>(Topics.INTAKE, thread, value);
    record.headers().add("traceparent", traceparent.getBytes(StandardCharsets.UTF_8));
    producer.send(record);
    producer.flush();
  }

  private List<Seen> awaited(Predicate<List<Seen>> wanted) {
    return Flux.interval(POLL)
        .onBackpressureDrop()
        .map(tick -> collector.spans())
        .filter(wanted)
        .next()
        .blockOptional(PATIENCE)
        .orElseThrow();
  }

  /** The spans of the thread's NEED, once its trace is whole. */
  private List<Seen> trace(String thread) {
    List<Seen> spans = awaited(all -> isWhole(ofThread(all, thread)));
    return ofThread(spans, thread);
  }

  private static List<Seen> ofThread(List<Seen> all, String thread) {
    Set<String> traces =
        all.stream()
            .filter(span -> span.attribute("swarm.thread.id").equals(thread))
            .map(Seen::traceId)
            .collect(Collectors.toSet());
    return all.stream().filter(span -> traces.contains(span.traceId())).toList();
  }

  /**
   * Every process has taken the FINALIZE, there is one root, and every parent and sender is there.
   */
  private static boolean isWhole(List<Seen> trace) {
    Set<String> ids = trace.stream().map(Seen::spanId).collect(Collectors.toSet());
    long ends =
        trace.stream()
            .filter(span -> span.name().equals(FINALIZE))
            .map(Seen::instance)
            .distinct()
            .count();
    return ends == PROCESSES
        && trace.stream().filter(span -> span.parentId().isEmpty()).count() == 1
        && trace.stream().allMatch(s -> s.parentId().isEmpty() || ids.contains(s.parentId()))
        && trace.stream()
            .flatMap(span -> span.links().stream())
            .filter(link -> link.startsWith(trace.get(0).traceId()))
            .allMatch(link -> ids.contains(link.substring(link.indexOf('/') + 1)));
  }

  private static List<Seen> named(List<Seen> trace, String name) {
    return trace.stream().filter(span -> span.name().equals(name)).toList();
  }

  private static long instances(List<Seen> spans) {
    return spans.stream().map(Seen::instance).distinct().count();
  }

  @Test
  void aWholeNeedIsOneConnectedTraceOverThreeProcesses() {
    intake("whole", WORDS, "00-" + FOREIGN_TRACE + "-" + FOREIGN_SPAN + "-01");
    List<Seen> trace = trace("whole");

    Seen root = named(trace, "NEED").get(0);
    assertThat(root.attribute("swarm.outcome")).isEqualTo("ACCEPTED");
    assertThat(root.attribute("swarm.need.id")).startsWith(root.traceId() + root.spanId());
    assertThat(instances(trace)).isEqualTo(PROCESSES);
    for (String stage :
        List.of("decode", "admit", "react", "store", "publish", "perform", "acknowledge")) {
      assertThat(instances(named(trace, stage))).as(stage).isEqualTo(PROCESSES);
    }
    List<String> topics = new ArrayList<>(Topics.ofVerbs());
    topics.remove(Verb.CONTROL.topic());
    for (String topic : topics) {
      assertThat(named(trace, "send " + topic)).as(topic).isNotEmpty();
      assertThat(instances(named(trace, "process " + topic))).as(topic).isEqualTo(PROCESSES);
    }
    assertThat(trace)
        .extracting(span -> span.attribute("swarm.verb"))
        .contains("NEED", "PROPOSE", "DECIDE", "CLAIM", "COMMIT", "ATTEST", "FINALIZE");
    assertThat(named(trace, "process swarm.intake"))
        .singleElement()
        .satisfies(
            span -> assertThat(span.links()).containsExactly(FOREIGN_TRACE + "/" + FOREIGN_SPAN));
  }

  @Test
  void aRecordIsLinkedToItsSenderInAnotherProcess() {
    intake("linked", WORDS, "00-" + FOREIGN_TRACE + "-" + FOREIGN_SPAN + "-01");
    List<Seen> trace = trace("linked");

    Seen run = named(trace, "run task").get(0);
    Seen commit = named(trace, "send swarm.commit").get(0);
    List<Seen> verifications = named(trace, "verify task");
    assertThat(named(trace, "run task")).hasSize(1);
    assertThat(commit.instance()).isEqualTo(run.instance());
    assertThat(verifications).hasSize(VERIFIERS_ASKED);
    assertThat(instances(verifications)).isEqualTo(1);
    assertThat(verifications.get(0).instance()).isNotEqualTo(run.instance());
    assertThat(named(trace, "process swarm.commit"))
        .extracting(Seen::links)
        .contains(List.of(commit.link()))
        .doesNotContain(List.of());
  }

  @Test
  void aHeaderOfAnotherFormChangesNothing() {
    intake("malformed", WORDS, "00-" + FOREIGN_TRACE + "-" + "?".repeat(16) + "-01");
    List<Seen> trace = trace("malformed");

    assertThat(named(trace, "NEED").get(0).attribute("swarm.outcome")).isEqualTo("ACCEPTED");
    assertThat(named(trace, "process swarm.intake"))
        .singleElement()
        .satisfies(span -> assertThat(span.links()).isEmpty());
  }

  @Test
  void aRefusedRecordIsATraceOfItsOwn() {
    intake("refused", "junk", "00-" + FOREIGN_TRACE + "-" + FOREIGN_SPAN + "-01");
    List<Seen> spans =
        awaited(all -> all.stream().anyMatch(span -> span.name().equals("dead letter")));

    assertThat(named(spans, "dead letter"))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.parentId()).isEmpty();
              assertThat(letter.attribute("error.type")).isEqualTo("MALFORMED_JSON");
              assertThat(letter.attribute("messaging.destination.name")).isEqualTo(Topics.INTAKE);
            });
  }

  @Test
  void aNeedOverHttpBeginsWithItsSubmission() throws Exception {
    HttpResponse<String> reply =
        client.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://" + processes.get(0).httpAddress() + "/v1/needs?thread=posted"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(WORDS))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    JsonNode answer = MAPPER.readTree(reply.body());
    List<Seen> trace = trace("posted");

    Seen submit = named(trace, "submit").get(0);
    assertThat(answer.get("need_id").asText()).startsWith(submit.traceId() + submit.parentId());
    List<String> senders =
        trace.stream()
            .filter(span -> span.parentId().equals(submit.spanId()))
            .map(Seen::link)
            .toList();
    Map<String, List<String>> links = new HashMap<>();
    named(trace, "process swarm.need").forEach(span -> links.put(span.instance(), span.links()));
    assertThat(senders).hasSize(1);
    assertThat(links).hasSize(PROCESSES).containsValue(senders);
  }
}
