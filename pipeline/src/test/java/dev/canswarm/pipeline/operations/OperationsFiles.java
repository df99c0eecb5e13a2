package dev.canswarm.pipeline.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files in {@code docs/operations}. */
public final class OperationsFiles {
  static final Path DIRECTORY = Path.of("..", "docs", "operations");
  static final Path ALERTS = DIRECTORY.resolve("alerts.yml");
  static final Path DASHBOARD = DIRECTORY.resolve("dashboard.json");
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:swarm|jvm|process|system)_[a-z_]+(?=[^a-z_(]|$)");

  private OperationsFiles() {}

  /** The queries of the dashboard, with Grafana's variables filled in. */
  static List<String> queries() throws IOException {
    List<String> queries = new ArrayList<>();
    JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
    for (JsonNode target :
        dashboard.findValues("targets").stream().flatMap(OperationsFiles::all).toList()) {
      queries.add(
          target.get("expr").asText().replace("$__rate_interval", "1m").replace("$instance", ".*"));
    }
    return queries;
  }

  private static Stream<JsonNode> all(JsonNode array) {
    List<JsonNode> nodes = new ArrayList<>();
    array.forEach(nodes::add);
    return nodes.stream();
  }

  /** The names of all metrics that rules and dashboard use. */
  public static TreeSet<String> metrics() throws IOException {
    String text = Files.readString(ALERTS) + String.join("\n", queries());
    TreeSet<String> names = new TreeSet<>();
    var found = METRIC.matcher(text);
    while (found.find()) {
      names.add(found.group());
    }
    // It is there from the first collection on.
    names.remove("jvm_gc_pause_seconds_sum");
    return names;
  }
}
