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

/** Reads a settings file, YAML, into dotted keys. Nested and dotted names may be mixed. */
final class SettingsFile {
  /** Bytes of a settings file. */
  static final int FILE_BYTES_MAX = YamlNodes.TEXT_CHARS_MAX;

  private final Path file;
  private final List<SettingsProblem> problems;
  private final Map<String, Given> values = new LinkedHashMap<>();

  private SettingsFile(Path file, List<SettingsProblem> problems) {
    this.file = file;
    this.problems = problems;
  }

  /**
   * The known settings that the file gives.
   *
   * @param problems gets what is wrong with the file and its names
   */
  static Map<String, Given> read(Path file, List<SettingsProblem> problems) {
    SettingsFile reader = new SettingsFile(file, problems);
    try {
      Optional<Node> root = YamlNodes.compose(BoundedFile.readUtf8(file, FILE_BYTES_MAX));
      if (root.isPresent() && !YamlNodes.kind(root.get()).equals("nothing")) {
        reader.flatten("", root.get());
      }
    } catch (YamlFault fault) {
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
        if (member.value() instanceof MappingNode) {
          flatten(key, member.value());
        } else {
          take(key, member.line(), member.value());
        }
      }
    } catch (YamlFault fault) {
      report(fault);
    }
  }

  private void take(String key, int line, Node node) throws YamlFault {
    boolean nothing = YamlNodes.kind(node).equals("nothing");
    Optional<SettingKey<?>> known = SettingKeys.find(key);
    if (known.isEmpty()) {
      // "kafka:" with all below it commented out is no mistake.
      if (!nothing || !SettingNames.group(key)) {
        problems.add(SettingsProblem.unknown(key, SettingNames.nearest(key), where(line)));
      }
      return;
    }
    boolean list = node instanceof SequenceNode;
    if (list && !known.get().type().list()) {
      String expected = known.get().type().expected();
      throw new YamlFault(line, key + " as " + expected, "a list");
    }
    String value = list ? array(node) : YamlNodes.scalar(node, "a single value");
    Given given = new Given(value, list, source(), where(line));
    if (values.putIfAbsent(key, given) != null) {
      throw new YamlFault(line, key + " once", "it a second time");
    }
  }

  /** The list as a JSON array, which is YAML too: how one text carries it to where it is read. */
  private static String array(Node node) throws YamlFault {
    StringBuilder array = new StringBuilder("[");
    for (Node item : YamlNodes.items(node, "values")) {
      array.append(array.length() == 1 ? "" : ",").append('"');
      YamlNodes.scalar(item, "a single value").chars().forEach(c -> append(array, (char) c));
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

  private void report(YamlFault fault) {
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
