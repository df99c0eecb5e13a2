package dev.canswarm.pipeline.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonBoolean;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.command.CommandContext;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.command.StopSignal;
import dev.canswarm.replay.ReplayFixture;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ReplayCommandTest {
  private final Path data;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  ReplayCommandTest(@TempDir Path data) {
    this.data = data;
  }

  private int run(String... args) {
    out.reset();
    err.reset();
    CommandContext context =
        new CommandContext(
            new Console(printing(out), printing(err), false),
            new StopSignal(),
            Map.of("SWARM_DATA", data.toString(), "LANG", "C.UTF-8", "HOME", data.toString()),
            data,
            () -> 1_800_000_000_000_000_000L,
            new SecureRandom());
    CommandLine line = new CommandLine(new ReplayCommand(context));
    line.setExecutionExceptionHandler(
        (failure, command, result) -> {
          err.writeBytes(String.valueOf(failure.getMessage()).getBytes(StandardCharsets.UTF_8));
          if (failure instanceof CommandException known) {
            return known.exitCode();
          }
          throw failure;
        });
    return line.execute(args);
  }

  private static PrintStream printing(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private String output() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private List<JsonObject> objects() {
    return output()
        .lines()
        .map(line -> StrictJson.parseObject(line.getBytes(StandardCharsets.UTF_8)))
        .toList();
  }

  private RecordedSwarm recorded() throws Exception {
    return new RecordedSwarm(data)
        .write(
            List.of(
                new ReplayFixture().on("one").run(ReplayFixture.oneTask()),
                new ReplayFixture().on("two").run(ReplayFixture.twoTasks())));
  }

  @Test
  void allThreadsPass() throws Exception {
    recorded();
    assertThat(run("--all")).as(output() + err).isZero();
    assertThat(output())
        .contains("✓ PASS  thread one")
        .contains("✓ PASS  thread two")
        .contains("2 threads, 2 NEEDs: 2 passed, 0 failed, 0 incomplete");
  }

  @Test
  void oneThreadShowsEveryCheck() throws Exception {
    recorded();
    assertThat(run("two")).as(output() + err).isZero();
    assertThat(output())
        .doesNotContain("thread one")
        .containsPattern("✓ PASS +votes")
        .containsPattern("✓ PASS +derived +6 of 6")
        .contains("op-log not compared")
        .contains("in 1 log, chains and checkpoints whole")
        .contains("1 thread, 1 NEED: 1 passed");
  }

  @Test
  void jsonIsAnObjectForEachNeedAndASummary() throws Exception {
    recorded();
    assertThat(run("--all", "--json")).isZero();
    List<JsonObject> objects = objects();
    assertThat(objects).hasSize(3);
    assertThat(objects.get(0).get("type")).isEqualTo(new JsonString("need"));
    assertThat(objects.get(0).get("status")).isEqualTo(new JsonString("PASS"));
    assertThat(objects.get(0).get("checks"))
        .isInstanceOfSatisfying(
            JsonArray.class, checks -> assertThat(checks.elements()).hasSize(10));
    assertThat(objects.get(2).get("type")).isEqualTo(new JsonString("summary"));
    assertThat(objects.get(2).get("ok")).isEqualTo(new JsonBoolean(true));
    assertThat(objects.get(2).get("threads")).isEqualTo(JsonNumber.of(2));
    assertThat(objects.get(2).get("passed")).isEqualTo(JsonNumber.of(2));
  }

  @Test
  void anyFlippedByteFailsAndNamesFileAndLine() throws Exception {
    Path segment = recorded().segment();
    byte[] whole = Files.readAllBytes(segment);
    int step = whole.length / 40;
    for (int at = 0; at < whole.length; at += step) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 1;
      Files.write(segment, flipped);
      assertThat(run("--all")).as("byte " + at + output()).isEqualTo(1);
      assertThat(output()).containsPattern("✗ FAIL  audit: audit/000000000001.jsonl:\\d+");
    }
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 1;
    Files.write(segment, flipped);
    assertThat(run("one", "--json")).isEqualTo(1);
    assertThat(String.valueOf(objects().get(0).get("where"))).contains("000000000001.jsonl:");
    assertThat(objects().get(1).get("exit")).isEqualTo(JsonNumber.of(1));
  }

  @Test
  void unknownThreadIsIncompleteAndSaysSo() throws Exception {
    recorded();
    assertThat(run("three")).isEqualTo(5);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("thread three is not there");
  }

  @Test
  void needThatIsNotOverIsIncomplete() throws Exception {
    new RecordedSwarm(data)
        .write(
            List.of(
                new ReplayFixture().hanging("worker-1", "worker-2").run(ReplayFixture.oneTask())));
    assertThat(run("--all")).isEqualTo(5);
    assertThat(output()).contains("missing: a FINALIZE");
  }

  @Test
  void otherPolicyIsIncomplete() throws Exception {
    recorded();
    Path policy = data.resolve("policy.json");
    Files.writeString(policy, Files.readString(policy).replace("\"k\":2", "\"k\":3"));
    assertThat(run("--all")).isEqualTo(5);
    assertThat(output()).contains("missing: the policy that these envelopes name");
  }

  @Test
  void threadAndAllExcludeEachOtherAndOptionsFitTheSource() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("one", "--all")).isEqualTo(2);
    assertThat(run("--all", "--from", "tape")).isEqualTo(2);
    assertThat(run("--all", "--from", "kafka", "--audit", "x")).isEqualTo(2);
    assertThat(run("--all", "--from", "store", "--no-op-log")).isEqualTo(2);
  }

  @Test
  void sourcesThatAreNowhereAreNamedAndNothingIsMade() throws Exception {
    recorded();
    for (String source : List.of("kafka", "store")) {
      assertThat(run("--all", "--from", source)).isEqualTo(3);
      assertThat(err.toString(StandardCharsets.UTF_8)).contains("no stack is running on");
    }
    assertThat(data.resolve("lock")).doesNotExist();
  }

  @Test
  void tornEndIsReportedAndIsNotAFailure() throws Exception {
    Path segment = recorded().segment();
    byte[] whole = Files.readAllBytes(segment);
    Files.write(segment, Arrays.copyOf(whole, whole.length - 5));
    // The envelopes before it carry their own signatures, so the NEEDs can be judged all the same.
    assertThat(run("--all")).as(output()).isZero();
    assertThat(output())
        .contains("cut off by a crash: audit/000000000001.jsonl:")
        .contains("behind the last checkpoint, so not signed: ");
  }

  @Test
  void directoryWithoutALogIsAnEnvironmentError() {
    assertThat(run("--all")).isEqualTo(3);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("no audit log in");
  }
}
