package dev.canswarm.pipeline.cli.status;

import dev.canswarm.pipeline.cli.status.KafkaSnapshot.Group;
import dev.canswarm.pipeline.cli.status.KafkaSnapshot.Member;
import dev.canswarm.pipeline.cli.text.Printable;
import dev.canswarm.pipeline.health.HealthCheck;
import dev.canswarm.pipeline.health.HealthStatus.State;
import dev.canswarm.pipeline.postgres.OpenNeedsReader;
import dev.canswarm.pipeline.postgres.OpenNeedsReader.OpenNeeds;
import dev.canswarm.pipeline.postgres.OpenState;
import dev.canswarm.policy.RoleName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Formats a snapshot: as lines for people, and as members of an object for programs. */
final class StatusText {
  private static final double MILLIS = 1_000;
  private static final double SECONDS_OF_RATE = 60;

  private final String swarmId;
  private final String data;
  private final Addresses at;

  /** The addresses of the servers, each as {@code host:port}. */
  record Addresses(String kafka, String postgres, Optional<String> redis, Optional<String> http) {}

  StatusText(String swarmId, String data, Addresses at) {
    this.swarmId = swarmId;
    this.data = data;
    this.at = at;
  }

  String lines(StatusSnapshot snapshot) {
    List<String> lines = new ArrayList<>();
    lines.add("swarm      %s on %s".formatted(swarmId, data));
    lines.add(server("kafka", at.kafka(), kafkaState(snapshot), snapshot.kafkaFailure()));
    lines.add(
        server("postgres", at.postgres(), postgresState(snapshot), snapshot.postgresFailure()));
    lines.add(server("redis", at.redis().orElse("?"), redisState(snapshot), ""));
    lines.add(
        server(
            "http", at.http().orElse("not answered"), httpState(snapshot), snapshot.httpFailure()));
    snapshot
        .health()
        .ifPresent(
            health ->
                health.checks().stream()
                    .filter(check -> check.state() != State.UP)
                    .forEach(
                        check ->
                            lines.add(
                                "           %s is %s: %s"
                                    .formatted(
                                        Printable.value(check.name()),
                                        check.state().label(),
                                        Printable.value(check.detail())))));
    snapshot
        .kafka()
        .ifPresent(kafka -> kafka.groups().forEach(group -> lines.addAll(group(group))));
    snapshot.needs().ifPresent(needs -> lines.addAll(needs(needs)));
    snapshot
        .kafka()
        .ifPresent(
            kafka ->
                lines.add(
                    "last min   %d NEEDs came (%.1f/s), %d ended (%.1f/s), %d refused; %d dead letters kept"
                        .formatted(
                            kafka.needs(),
                            kafka.needs() / SECONDS_OF_RATE,
                            kafka.ended(),
                            kafka.ended() / SECONDS_OF_RATE,
                            kafka.refused(),
                            kafka.deadLetters())));
    return String.join("\n", lines);
  }

  private static String server(String name, String address, String state, String failure) {
    String why = failure.isEmpty() ? "" : ": " + Printable.value(failure);
    return "%-9s  %-22s %s%s".formatted(name, address, state, why).stripTrailing();
  }

  private static List<String> group(Group group) {
    List<String> lines = new ArrayList<>();
    String behind =
        group.lag().entrySet().stream()
            .filter(topic -> topic.getValue() > 0)
            .map(topic -> topic.getKey() + " " + topic.getValue())
            .collect(Collectors.joining(", "));
    lines.add(
        "group      %s  %s, lag %d%s"
            .formatted(
                group.id(),
                group.state().toLowerCase(Locale.ROOT),
                group.total(),
                behind.isEmpty() ? "" : " (" + behind + ")"));
    for (Member member : group.members()) {
      lines.add(
          "  process  %s  %s, %d partitions"
              .formatted(Printable.value(member.id()), roles(member), member.partitions()));
    }
    return lines;
  }

  private static List<String> needs(OpenNeeds needs) {
    String states =
        Arrays.stream(OpenState.values())
            .filter(state -> needs.byState().getOrDefault(state, 0L) > 0)
            .map(state -> needs.byState().get(state) + " " + state.label())
            .collect(Collectors.joining(", "));
    String most =
        needs.total() > OpenNeedsReader.LOOKED_UP_MAX
            ? ", of the oldest " + OpenNeedsReader.LOOKED_UP_MAX
            : "";
    List<String> lines = new ArrayList<>();
    lines.add(
        "open       " + needs.total() + " NEEDs" + (states.isEmpty() ? "" : ": " + states + most));
    needs
        .oldest()
        .ifPresent(
            oldest ->
                lines.add(
                    "oldest     %.1f s  %s  thread %s"
                        .formatted(
                            oldest.ageMillis() / MILLIS,
                            oldest.needId(),
                            Printable.value(oldest.threadId().text()))));
    return lines;
  }

  private static String roles(Member member) {
    return member.roles().isEmpty()
        ? "no roles"
        : member.roles().stream().map(RoleName::label).collect(Collectors.joining(","));
  }

  Map<String, Object> members(StatusSnapshot snapshot) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("swarm_id", swarmId);
    members.put("data", data);
    members.put("at_ms", snapshot.atMillis());
    members.put("well", snapshot.isWell());
    Map<String, Object> servers = new LinkedHashMap<>();
    servers.put("kafka", member(at.kafka(), kafkaState(snapshot), snapshot.kafkaFailure()));
    servers.put(
        "postgres", member(at.postgres(), postgresState(snapshot), snapshot.postgresFailure()));
    servers.put("redis", member(at.redis().orElse(""), redisState(snapshot), ""));
    servers.put("http", member(at.http().orElse(""), httpState(snapshot), snapshot.httpFailure()));
    members.put("servers", servers);
    snapshot.health().ifPresent(health -> members.put("checks", checks(health)));
    snapshot.kafka().ifPresent(kafka -> members.put("groups", groups(kafka)));
    snapshot.needs().ifPresent(needs -> members.put("open", open(needs)));
    snapshot
        .kafka()
        .ifPresent(
            kafka -> {
              Map<String, Object> lastMinute = new LinkedHashMap<>();
              lastMinute.put("needs", kafka.needs());
              lastMinute.put("ended", kafka.ended());
              lastMinute.put("refused", kafka.refused());
              members.put("last_minute", lastMinute);
              members.put("dead_letters", kafka.deadLetters());
            });
    return members;
  }

  private static Map<String, Object> member(String address, String state, String failure) {
    Map<String, Object> member = new LinkedHashMap<>();
    member.put("address", address);
    member.put("state", state);
    if (!failure.isEmpty()) {
      member.put("error", failure);
    }
    return member;
  }

  private static List<Map<String, Object>> checks(HealthSnapshot health) {
    List<Map<String, Object>> checks = new ArrayList<>();
    for (HealthSnapshot.Check check : health.checks()) {
      Map<String, Object> member = new LinkedHashMap<>();
      member.put("name", check.name());
      member.put("state", check.state().label());
      member.put("detail", check.detail());
      checks.add(member);
    }
    return checks;
  }

  private static List<Map<String, Object>> groups(KafkaSnapshot kafka) {
    List<Map<String, Object>> groups = new ArrayList<>();
    for (Group group : kafka.groups()) {
      List<Map<String, Object>> processes = new ArrayList<>();
      for (Member member : group.members()) {
        Map<String, Object> process = new LinkedHashMap<>();
        process.put("id", member.id());
        process.put("roles", member.roles().stream().map(RoleName::label).toList());
        process.put("host", member.host());
        process.put("partitions", member.partitions());
        processes.add(process);
      }
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("id", group.id());
      one.put("state", group.state());
      one.put("lag", group.total());
      one.put("lag_by_topic", group.lag());
      one.put("processes", processes);
      groups.add(one);
    }
    return groups;
  }

  private static Map<String, Object> open(OpenNeeds needs) {
    Map<String, Object> open = new LinkedHashMap<>();
    open.put("needs", needs.total());
    Map<String, Object> states = new LinkedHashMap<>();
    for (OpenState state : OpenState.values()) {
      states.put(state.label(), needs.byState().getOrDefault(state, 0L));
    }
    open.put("by_state", states);
    needs
        .oldest()
        .ifPresent(
            oldest -> {
              Map<String, Object> member = new LinkedHashMap<>();
              member.put("need_id", oldest.needId().text());
              member.put("thread_id", oldest.threadId().text());
              member.put("age_ms", oldest.ageMillis());
              open.put("oldest", member);
            });
    return open;
  }

  private static String kafkaState(StatusSnapshot snapshot) {
    return snapshot
        .kafka()
        .map(
            kafka ->
                ServerState.UP.label()
                    + (kafka.brokers() == 1 ? "" : ", " + kafka.brokers() + " brokers"))
        .orElse(ServerState.AWAY.label());
  }

  private static String postgresState(StatusSnapshot snapshot) {
    return (snapshot.needs().isPresent() ? ServerState.UP : ServerState.AWAY).label();
  }

  /** Only the process that runs the stack asks Redis. */
  private static String redisState(StatusSnapshot snapshot) {
    return snapshot.health().stream()
        .flatMap(health -> health.checks().stream())
        .filter(check -> check.name().equals(HealthCheck.REDIS))
        .map(check -> check.state() == State.UP ? ServerState.UP : ServerState.AWAY)
        .findFirst()
        .orElse(ServerState.UNKNOWN)
        .label();
  }

  /** Without an HTTP server there is no state to show. */
  private String httpState(StatusSnapshot snapshot) {
    if (at.http().isEmpty()) {
      return "";
    }
    return snapshot
        .health()
        .map(health -> health.ready() ? ServerState.READY : ServerState.NOT_READY)
        .orElse(ServerState.AWAY)
        .label();
  }
}
