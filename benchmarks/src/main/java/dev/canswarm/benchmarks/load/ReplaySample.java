package dev.canswarm.benchmarks.load;

import dev.canswarm.benchmarks.load.stack.BenchStack;
import dev.canswarm.benchmarks.load.stack.Launch;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.StrictJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Replays NEEDs with {@code ./swarm replay --all}, from the audit logs and against the database,
 * and checks a random sample of the reports.
 *
 * @param asked NEEDs whose reports were checked
 * @param passed those that passed every check
 * @param failures the first that did not
 */
record ReplaySample(int asked, int passed, List<String> failures) {
  private static final int FAILURES_MAX = 5;

  ReplaySample {
    failures = List.copyOf(failures);
  }

  boolean ok() {
    return asked > 0 && passed == asked;
  }

  /** A random part, at least one if any. */
  static Set<String> choose(Collection<String> needIds, double percent, Random random) {
    List<String> shuffled = new ArrayList<>(needIds);
    Collections.sort(shuffled);
    Collections.shuffle(shuffled, random);
    int count = (int) Math.ceil(shuffled.size() * percent / 100);
    return new HashSet<>(shuffled.subList(0, Math.min(count, shuffled.size())));
  }

  /** Replays while the stack runs. */
  static ReplaySample of(Launch launch, BenchStack stack, Set<String> needIds)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("replay", "--all", "--json"));
    arguments.add("--data=" + stack.data());
    for (Path log : stack.auditLogs()) {
      arguments.add("--audit=" + log);
    }
    ProcessBuilder builder =
        new ProcessBuilder(launch.command(List.of(), arguments))
            .directory(stack.root().toFile())
            .redirectError(stack.root().resolve("replay.err").toFile());
    builder.environment().clear();
    builder.environment().putAll(launch.childEnvironment(List.of(), stack.root().resolve("state")));
    Process process = builder.start();
    process.getOutputStream().close();
    int passed = 0;
    Set<String> left = new HashSet<>(needIds);
    List<String> failures = new ArrayList<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        JsonObject report = StrictJson.parseObject(line.getBytes(StandardCharsets.UTF_8));
        if (!text(report, "type").equals("need") || !left.remove(text(report, "need_id"))) {
          continue;
        }
        if (text(report, "status").equals("PASS")) {
          passed++;
        } else if (failures.size() < FAILURES_MAX) {
          failures.add(text(report, "need_id") + ": " + text(report, "status"));
        }
      }
    }
    process.waitFor();
    left.stream().limit(FAILURES_MAX).forEach(id -> failures.add(id + ": not replayed"));
    return new ReplaySample(needIds.size(), passed, failures);
  }

  private static String text(JsonObject members, String name) {
    return members.get(name) instanceof JsonString string ? string.value() : "";
  }
}
