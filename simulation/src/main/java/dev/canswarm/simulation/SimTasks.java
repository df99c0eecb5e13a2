package dev.canswarm.simulation;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.StrictJson;
import dev.canswarm.protocol.payload.Need;
import dev.canswarm.task.TaskException;
import dev.canswarm.task.TaskHandler;
import dev.canswarm.task.TaskInput;
import dev.canswarm.task.TaskRegistry;
import dev.canswarm.task.Verification;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The task types of the simulation, honest and lying, and their correct answers. */
final class SimTasks {
  static final String DIGEST = "sim.digest";
  static final String CHECKED = "sim.checked";
  static final String FLAKY = "sim.flaky";
  static final String HOPELESS = "sim.hopeless";

  /** A type that no process knows. */
  static final String UNKNOWN = "sim.unknown";

  private static final int SPELLINGS = 2;

  private SimTasks() {}

  /** Returns the task handlers of one incarnation of a process. */
  static TaskRegistry of(int node, boolean lying) {
    return TaskRegistry.of(
        List.of(
            new Digest(lying),
            new Checked(CHECKED, node % SPELLINGS, lying, false),
            new Checked(FLAKY, node % SPELLINGS, lying, true),
            new Hopeless()));
  }

  private static byte[] digest(TaskInput input) {
    List<byte[]> parts = new ArrayList<>();
    parts.add(CanonicalJson.write(input.input()));
    parts.addAll(input.required());
    return ("digest " + Sha256.hex(parts.toArray(byte[][]::new))).getBytes(StandardCharsets.UTF_8);
  }

  /** Nondeterministic work: several spellings of the answer are correct. */
  private static byte[] spelling(TaskInput input, int number) {
    String text = new String(digest(input), StandardCharsets.UTF_8) + " spelling " + number;
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A liar lies about half of all inputs, always the same ones. */
  private static boolean isLiedAbout(TaskInput input) {
    byte[] truth = digest(input);
    return truth[truth.length - 1] % 2 == 0;
  }

  private static byte[] lie(byte[] truth) {
    return ("not " + new String(truth, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }

  private record Digest(boolean lying) implements TaskHandler {
    @Override
    public String type() {
      return DIGEST;
    }

    @Override
    public byte[] run(TaskInput input) {
      return lying && isLiedAbout(input) ? lie(digest(input)) : digest(input);
    }
  }

  private static final class Checked implements TaskHandler {
    private final String type;
    private final int spelling;
    private final boolean lying;
    private final boolean flaky;
    private final Set<String> tried = new HashSet<>();

    Checked(String type, int spelling, boolean lying, boolean flaky) {
      this.type = type;
      this.spelling = spelling;
      this.lying = lying;
      this.flaky = flaky;
    }

    @Override
    public String type() {
      return type;
    }

    @Override
    public Verification verification() {
      return Verification.CHECK;
    }

    @Override
    public byte[] run(TaskInput input) throws TaskException {
      byte[] answer = spelling(input, spelling);
      if (flaky && tried.add(Sha256.hex(answer))) {
        throw new TaskException("not the first time");
      }
      return lying && isLiedAbout(input) ? lie(answer) : answer;
    }

    @Override
    public boolean check(TaskInput input, byte[] artifact) {
      boolean right = false;
      for (int i = 0; i < SPELLINGS; i++) {
        right |= Arrays.equals(spelling(input, i), artifact);
      }
      return right != (lying && isLiedAbout(input));
    }
  }

  private record Hopeless() implements TaskHandler {
    @Override
    public String type() {
      return HOPELESS;
    }

    @Override
    public byte[] run(TaskInput input) throws TaskException {
      throw new TaskException("nobody can do this");
    }
  }

  /** Returns, for each task of a NEED, the addresses of all correct artifacts. */
  static List<Set<String>> rightAnswers(byte[] payload) {
    JsonObject object = StrictJson.parseObject(payload);
    List<Need.Task> tasks = Need.parse(object).tasks();
    TreeMap<String, byte[]> made = new TreeMap<>();
    List<Set<String>> right = new ArrayList<>();
    for (Need.Task task : tasks) {
      List<byte[]> required = task.requires().stream().map(made::get).toList();
      TaskInput input =
          new TaskInput(new ObjectReader(inputOf(object, task), "").required("input"), required);
      Set<String> addresses = new TreeSet<>();
      if (task.taskType().equals(DIGEST)) {
        byte[] artifact = digest(input);
        made.put(task.name(), artifact);
        addresses.add(Sha256.hex(artifact));
      } else {
        for (int i = 0; i < SPELLINGS; i++) {
          addresses.add(Sha256.hex(spelling(input, i)));
        }
      }
      right.add(addresses);
    }
    return right;
  }

  private static JsonObject inputOf(JsonObject need, Need.Task task) {
    ObjectReader reader = new ObjectReader(need, "");
    if (!reader.has("tasks")) {
      return need;
    }
    return reader.requiredList("tasks").stream()
        .map(JsonObject.class::cast)
        .filter(one -> new ObjectReader(one, "").requiredString("name").equals(task.name()))
        .findFirst()
        .orElseThrow();
  }
}
