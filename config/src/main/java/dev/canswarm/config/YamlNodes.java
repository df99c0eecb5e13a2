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
 * Reads YAML as a tree of nodes with line numbers. Constructs no objects. Refuses tags outside the
 * JSON schema, and aliases of collections, since a few of them expand without bound.
 */
final class YamlNodes {
  /** The size limit of a YAML text, in characters. */
  static final int TEXT_CHARS_MAX = 262_144;

  /** The limit of nested collections; it bounds the recursion of SnakeYAML's composer. */
  static final int NESTING_MAX = 16;

  private static final List<Tag> SCALAR_TAGS =
      List.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);

  private YamlNodes() {}

  /**
   * A member of a mapping.
   *
   * @param line the line of its name, from 1
   */
  record Member(String name, int line, Node value) {}

  /**
   * Returns the root of the only document, or empty if the text contains no node.
   *
   * @throws InvalidYamlException if the text is not YAML or exceeds a bound
   */
  static Optional<Node> compose(String text) throws InvalidYamlException {
    if (text.length() > TEXT_CHARS_MAX) {
      throw new InvalidYamlException(
          0, "at most " + TEXT_CHARS_MAX + " characters", text.length() + " characters");
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new JsonSchema())
            .setCodePointLimit(TEXT_CHARS_MAX)
            .setMaxAliasesForCollections(0)
            // members() refuses such a key too, and names its line.
            .setAllowNonScalarKeys(true)
            .setUseMarks(true)
            .build();
    try {
      checkNesting(settings, text);
      return new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException fault) {
      // Not the exception's own message: it quotes the surrounding text, which may contain a
      // secret.
      int line = fault.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      throw new InvalidYamlException(line, "YAML", "a fault: " + fault.getProblem());
    } catch (YamlEngineException fault) {
      throw new InvalidYamlException(
          0, "YAML without aliases of collections", "a fault in the text");
    }
  }

  private static void checkNesting(LoadSettings settings, String text) throws InvalidYamlException {
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        default -> {}
      }
      if (depth > NESTING_MAX) {
        int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
        throw new InvalidYamlException(
            line, "at most " + NESTING_MAX + " levels of nesting", "more");
      }
    }
  }

  /** Returns the line where the node starts, from 1. */
  static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  /** Returns a phrase for error messages that describes the type of the node. */
  static String kind(Node node) {
    if (node instanceof MappingNode) {
      return "a mapping";
    }
    if (node instanceof SequenceNode) {
      return "a list";
    }
    return node.getTag().equals(Tag.NULL) ? "nothing" : "a single value";
  }

  /**
   * Returns the members of a mapping in their order.
   *
   * @throws InvalidYamlException if the node is not a mapping or has a duplicate name
   */
  static List<Member> members(Node node, String what) throws InvalidYamlException {
    if (!(node instanceof MappingNode mapping)) {
      throw new InvalidYamlException(line(node), what + " as a mapping", kind(node));
    }
    Map<String, Member> members = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      String name = scalar(tuple.getKeyNode(), "a name");
      int line = line(tuple.getKeyNode());
      Member first = members.putIfAbsent(name, new Member(name, line, tuple.getValueNode()));
      if (first != null) {
        throw new InvalidYamlException(line, name + " once", "a duplicate of line " + first.line());
      }
    }
    return List.copyOf(members.values());
  }

  static List<Node> items(Node node, String what) throws InvalidYamlException {
    if (!(node instanceof SequenceNode sequence)) {
      throw new InvalidYamlException(line(node), what + " as a list", kind(node));
    }
    return sequence.getValue();
  }

  /**
   * Returns the text of a scalar as written, or the empty text for a null.
   *
   * @throws InvalidYamlException if the node is not a scalar or has a tag outside the JSON schema
   */
  static String scalar(Node node, String what) throws InvalidYamlException {
    if (!(node instanceof ScalarNode scalar)) {
      throw new InvalidYamlException(line(node), what, kind(node));
    }
    if (!SCALAR_TAGS.contains(scalar.getTag())) {
      throw new InvalidYamlException(line(node), what + " without a tag", "tag " + scalar.getTag());
    }
    return scalar.getTag().equals(Tag.NULL) ? "" : scalar.getValue();
  }

  /**
   * Returns the text of a list's item as written.
   *
   * @throws InvalidYamlException if the node is not a scalar, has a tag outside the JSON schema, or
   *     is a null: the word {@code null} without quotes, or nothing at all
   */
  static String item(Node node, String what) throws InvalidYamlException {
    String text = scalar(node, what);
    if (node.getTag().equals(Tag.NULL)) {
      throw new InvalidYamlException(
          line(node), what + ", in quotes if it is meant as text or empty", "a null");
    }
    return text;
  }

  /**
   * Returns the items of a list of scalars such as {@code [a, "b c"]}, or empty if the text is not
   * such a list.
   */
  static Optional<List<String>> scalars(String text) {
    try {
      Optional<Node> root = compose(text);
      if (root.isEmpty()) {
        return Optional.empty();
      }
      List<String> values = new ArrayList<>();
      for (Node item : items(root.get(), "values")) {
        values.add(item(item, "a value"));
      }
      return Optional.of(values);
    } catch (InvalidYamlException notAList) {
      return Optional.empty();
    }
  }
}
