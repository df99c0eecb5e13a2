package dev.canswarm.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/**
 * YAML as a tree of nodes with their lines: nothing is constructed, tags outside the JSON schema
 * are refused, and so are aliases of collections, since a few of them expand without bound.
 */
final class YamlNodes {
  /** Characters of one YAML text. */
  static final int TEXT_CHARS_MAX = 262_144;

  /** Collections within collections; the composer below recurses. */
  static final int NESTING_MAX = 16;

  private static final List<Tag> SCALAR_TAGS =
      List.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);

  private YamlNodes() {}

  /** A member of a mapping. */
  record Member(String name, int line, Node value) {}

  /** The one document's root, or empty where the text holds nothing. */
  static Optional<Node> compose(String text) throws YamlFault {
    if (text.length() > TEXT_CHARS_MAX) {
      throw new YamlFault(
          0, "at most " + TEXT_CHARS_MAX + " characters", text.length() + " characters");
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new JsonSchema())
            .setCodePointLimit(TEXT_CHARS_MAX)
            .setMaxAliasesForCollections(0)
            .setUseMarks(true)
            .build();
    try {
      checkNesting(settings, text);
      return new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException fault) {
      // Not its message: that quotes the text around the fault, which may hold a secret.
      int line = fault.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      throw new YamlFault(line, "YAML", "a fault: " + fault.getProblem());
    } catch (YamlEngineException fault) {
      throw new YamlFault(0, "YAML without aliases of collections", "a fault in the text");
    }
  }

  private static void checkNesting(LoadSettings settings, String text) throws YamlFault {
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        default -> {}
      }
      if (depth > NESTING_MAX) {
        int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
        throw new YamlFault(line, "at most " + NESTING_MAX + " levels of nesting", "more");
      }
    }
  }

  /** From 1. */
  static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  /** What a node is, in words. */
  static String kind(Node node) {
    if (node instanceof MappingNode) {
      return "a mapping";
    }
    if (node instanceof SequenceNode) {
      return "a list";
    }
    return node.getTag().equals(Tag.NULL) ? "nothing" : "a single value";
  }

  /** The members in their order; no name twice. */
  static List<Member> members(Node node, String what) throws YamlFault {
    if (!(node instanceof MappingNode mapping)) {
      throw new YamlFault(line(node), what + " as a mapping", kind(node));
    }
    Map<String, Member> members = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String name = scalar(tuple.getKeyNode(), "a name");
      int line = line(tuple.getKeyNode());
      Member first = members.putIfAbsent(name, new Member(name, line, tuple.getValueNode()));
      if (first != null) {
        throw new YamlFault(line, name + " once", "it a second time, after line " + first.line());
      }
    }
    return List.copyOf(members.values());
  }

  static List<Node> items(Node node, String what) throws YamlFault {
    if (!(node instanceof SequenceNode sequence)) {
      throw new YamlFault(line(node), what + " as a list", kind(node));
    }
    return sequence.getValue();
  }

  /** The text of a single value as it was written; empty text for nothing. */
  static String scalar(Node node, String what) throws YamlFault {
    if (!(node instanceof ScalarNode scalar)) {
      throw new YamlFault(line(node), what, kind(node));
    }
    if (!SCALAR_TAGS.contains(scalar.getTag())) {
      throw new YamlFault(line(node), what + " without a tag", "tag " + scalar.getTag());
    }
    return scalar.getTag().equals(Tag.NULL) ? "" : scalar.getValue();
  }

  /** The items of a list of single values such as {@code [a, "b c"]}, or empty if it is none. */
  static Optional<List<String>> scalars(String text) {
    try {
      Optional<Node> root = compose(text);
      if (root.isEmpty()) {
        return Optional.empty();
      }
      List<String> values = new ArrayList<>();
      for (Node item : items(root.get(), "values")) {
        values.add(scalar(item, "a value"));
      }
      return Optional.of(values);
    } catch (YamlFault notAList) {
      return Optional.empty();
    }
  }
}
