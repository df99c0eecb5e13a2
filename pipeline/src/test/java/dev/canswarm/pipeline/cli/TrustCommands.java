package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The commands that change keys, roles and policies, run in this process beside the stack that was
 * started in a directory.
 */
final class TrustCommands {
  private final Path home;

  /**
   * @param home the directory that {@link UpProcess#start} got
   */
  TrustCommands(Path home) {
    this.home = home;
  }

  Invocation run(String... args) {
    return Invocation.of(home, args);
  }

  /** Runs a command that must succeed, and returns its summary. */
  JsonNode done(String... args) throws Exception {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("--json");
    Invocation invocation = run(all.toArray(String[]::new));
    assertThat(invocation.exit()).as(invocation.out() + invocation.err()).isZero();
    return invocation.summary();
  }

  /** Returns the number of the last entry of the control chain, 0 when it has none. */
  int entries() throws Exception {
    return done("trust", "list").get("number").asInt();
  }

  /** Returns each key of an agent as {@code status since number isHere}. */
  List<String> listed(String name) throws Exception {
    Invocation list = run("trust", "list", "--json");
    assertThat(list.exit()).as(list.err()).isZero();
    return list.objects().stream()
        .filter(object -> object.path("name").asText().equals(name))
        .map(
            object ->
                object.get("status").asText()
                    + " since "
                    + object.get("since").asLong()
                    + " "
                    + object.get("private_key_here").asBoolean())
        .toList();
  }

  /** Returns the public key of an agent that has this status. */
  String keyOf(String name, String status) throws Exception {
    return run("trust", "list", "--json").objects().stream()
        .filter(object -> object.path("name").asText().equals(name))
        .filter(object -> object.get("status").asText().equals(status))
        .map(object -> object.get("public_key").asText())
        .findFirst()
        .orElseThrow();
  }

  void assertNeedIsAccepted(String thread) {
    Invocation need = run("need", "--wait", "--thread", thread, "to be or not to be");
    assertThat(need.exit()).as(need.err()).isZero();
  }

  /** Runs {@code trust} with these arguments, which must be refused for this reason. */
  void assertRefused(String why, String... arguments) {
    List<String> all = new ArrayList<>(List.of("trust"));
    all.addAll(List.of(arguments));
    Invocation refused = run(all.toArray(String[]::new));
    assertThat(refused.exit()).as(refused.out() + refused.err()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains(why);
  }
}
