package dev.canswarm.benchmarks.load.stack;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The line with which {@code ./swarm up} says that it takes messages.
 *
 * @param kafka {@code host:port}
 * @param http {@code host:port}; empty where HTTP is off
 * @param data the data directory
 */
public record ReadyLine(String kafka, Optional<String> http, Path data) {
  private static final String PREFIX = "ready ";

  /** Reads a line; empty for any other line. The order of the members does not matter. */
  public static Optional<ReadyLine> parse(String line) {
    if (!line.startsWith(PREFIX)) {
      return Optional.empty();
    }
    Map<String, String> members = new LinkedHashMap<>();
    // The data directory comes last and may hold spaces.
    int data = line.indexOf(" data=");
    String head = data < 0 ? line : line.substring(0, data);
    for (String member : head.substring(PREFIX.length()).split(" ")) {
      int equals = member.indexOf('=');
      if (equals > 0) {
        members.put(member.substring(0, equals), member.substring(equals + 1));
      }
    }
    String kafka = members.get("kafka");
    return kafka == null || data < 0
        ? Optional.empty()
        : Optional.of(
            new ReadyLine(
                kafka,
                Optional.ofNullable(members.get("http")),
                Path.of(line.substring(data + " data=".length()))));
  }
}
