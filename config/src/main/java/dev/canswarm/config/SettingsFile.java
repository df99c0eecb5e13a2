package dev.canswarm.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Flattens a YAML settings file into dotted keys. Nested and dotted names may be mixed. */
final class SettingsFile {
  /** The size limit of a settings file, in bytes. */
  static final int FILE_BYTES_MAX = YamlNodes.TEXT_CHARS_MAX;

  private final Path file;
  private final List<SettingsProblem> problems;
  private final Map<String, SourcedValue> values = new LinkedHashMap<>();

  private SettingsFile(Path file, List<SettingsProblem> problems) {
    this.file = file;
    this.problems = problems;
  }

  /**
   * Returns the values of the known settings in the file, by key.
   *
   * @param problems receives the file's faults and its unknown names
   */
  static Map<String, SourcedValue> read(Path file, List<SettingsProblem> problems) {
    SettingsFile reader = new SettingsFile(file, problems);
    try {
      Optional<Node> root = YamlNodes.compose(BoundedFile.readUtf8(file, FILE_BYTES_MAX));
      if (root.isPresent() && !YamlNodes.kind(root.get()).equals("nothing")) {
        reader.flatten("", root.get());
      }
    } catch (InvalidYamlException fault) {
      reader.report(fault);
    } catch (IOException failure) {
      problems.add(
          SettingsProblem.badFile(
              file.toString(), "a readable file", reason(failure), reader.source()));
    }
    return reader.values;
  }

  private void flatten(String prefix, Node mapping) {
    try {
      String what = prefix.isEmpty() ? "settings" : prefix;
      for (YamlNodes.Member member : YamlNodes.members(mapping, what)) {
        String key = prefix.isEmpty() ? member.name() : prefix + "." + member.name();
        member(key, member);
      }
    } catch (InvalidYamlException fault) {
      report(fault);
    }
  }

  /** Reports what is wrong with a member, and lets its neighbours be read. */
  private void member(String key, YamlNodes.Member member) {
    if (member.value() instanceof MappingNode) {
      flatten(key, member.value());
      return;
    }
    try {
      take(key, member.line(), member.value());
    } catch (InvalidYamlException fault) {
      report(fault);
    }
  }

  private void take(String key, int line, Node node) throws InvalidYamlException {
    boolean nothing = YamlNodes.kind(node).equals("nothing");
    Optional<SettingKey<?>> known = SettingKeys.find(key).or(() -> SecretFiles.secretOf(key));
    if (known.isEmpty()) {
      // A group such as "kafka:" may be empty, for instance if all of it is commented out.
      if (!nothing || !SettingNames.group(key)) {
        problems.add(SettingsProblem.unknown(key, SettingNames.nearest(key), where(line)));
      }
      return;
    }
    boolean list = node instanceof SequenceNode;
    if (list && !known.get().type().list()) {
      String expected = known.get().type().expected();
      throw new InvalidYamlException(line, key + " as " + expected, "a list");
    }
    String value = list ? array(key, node) : YamlNodes.scalar(node, key + " as a single value");
    SourcedValue sourced = new SourcedValue(value, list, source(), where(line));
    if (values.putIfAbsent(key, sourced) != null) {
      throw new InvalidYamlException(line, key + " once", "a duplicate");
    }
  }

  /**
   * Writes a YAML list as a JSON array, which is valid YAML too, so that one text carries it to its
   * parser.
   */
  private static String array(String key, Node node) throws InvalidYamlException {
    StringBuilder array = new StringBuilder("[");
    String what = "each item of " + key + " as a single value";
    for (Node item : YamlNodes.items(node, key)) {
      array.append(array.length() == 1 ? "" : ",").append('"');
      YamlNodes.item(item, what).chars().forEach(c -> append(array, (char) c));
      array.append('"');
    }
    return array.append(']').toString();
  }

  private static void append(StringBuilder array, char c) {
    if (c == '"' || c == '\\') {
      array.append('\\').append(c);
    } else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
      array.append(String.format("\\u%04x", (int) c));
    } else {
      array.append(c);
    }
  }

  private void report(InvalidYamlException fault) {
    String where = fault.line() == 0 ? source() : where(fault.line());
    problems.add(SettingsProblem.badFile(file.toString(), fault.expected(), fault.actual(), where));
  }

  private String source() {
    return "file " + file;
  }

  private String where(int line) {
    return source() + ", line " + line;
  }

  private static String reason(IOException failure) {
    return Optional.ofNullable(failure.getMessage()).orElse(failure.getClass().getSimpleName());
  }
}
