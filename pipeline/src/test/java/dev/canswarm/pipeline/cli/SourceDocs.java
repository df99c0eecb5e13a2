package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Javadoc of a source file of ours, as text for a table: a class has no Javadoc when it runs. */
final class SourceDocs {
  private static final String COMMENT = "/\\*\\*((?:(?!\\*/).)*)\\*/\\s+";
  private static final Pattern CONSTANT = pattern("(?:[^;{}()/]*?\\bint )?([A-Z][A-Z_]+)\\b");
  private static final Pattern METHOD =
      pattern("((?:[A-Z][\\w.<>\\[\\], ]*|void|long|int|byte\\[\\]) \\w+\\([^)]*\\));");
  private static final Pattern TYPE =
      pattern("public (?:sealed )?(?:interface|record|enum) (\\w+)");
  private static final Pattern PARAMETER = Pattern.compile("@param (\\w+) ([^@]*)");
  private static final Pattern REFERENCE = Pattern.compile("\\{@(?:link|code) #?([^}]*)}");
  private static final Pattern TAG = Pattern.compile("@(param \\w+|return|throws [\\w.]+) ");

  private final String source;

  private SourceDocs(String source) {
    this.source = source;
  }

  /**
   * @param module such as {@code operators}
   * @param type with its packages and slashes, such as {@code dev/canswarm/port/Bus}
   */
  static SourceDocs of(String module, String type) throws IOException {
    Path file = Path.of("..", module, "src", "main", "java", type + ".java");
    return new SourceDocs(Files.readString(file));
  }

  /** What each constant with a comment means, in the order of the source. */
  Map<String, String> constants() {
    return documented(CONSTANT);
  }

  /** What each method of an interface promises, by its declaration. */
  Map<String, String> methods() {
    return documented(METHOD);
  }

  /** The comment of the file's first type. */
  String ofType() {
    return documented(TYPE).values().iterator().next();
  }

  /** The record's components with what they mean. */
  Map<String, String> parameters() {
    Map<String, String> found = new LinkedHashMap<>();
    Matcher comment = TYPE.matcher(source);
    assertThat(comment.find()).isTrue();
    Matcher parameter = PARAMETER.matcher(unwrapped(comment.group(1)));
    while (parameter.find()) {
      found.put(parameter.group(1), plain(parameter.group(2)));
    }
    return found;
  }

  private Map<String, String> documented(Pattern pattern) {
    Map<String, String> found = new LinkedHashMap<>();
    Matcher matcher = pattern.matcher(source);
    while (matcher.find()) {
      found.put(oneLine(matcher.group(2)), sentences(unwrapped(matcher.group(1))));
    }
    assertThat(found).isNotEmpty();
    return found;
  }

  /** The description, then what is returned; parameters are left to the source. */
  private static String sentences(String comment) {
    List<String> parts = new ArrayList<>();
    Matcher tag = TAG.matcher(comment);
    int from = 0;
    String name = "";
    while (true) {
      boolean more = tag.find();
      String text = plain(comment.substring(from, more ? tag.start() : comment.length()));
      if (!text.isEmpty() && name.isEmpty()) {
        parts.add(text);
      } else if (!text.isEmpty() && name.equals("return")) {
        parts.add("Returns " + text + (text.endsWith(".") ? "" : "."));
      }
      if (!more) {
        return String.join(" ", parts);
      }
      name = tag.group(1);
      from = tag.end();
    }
  }

  private static String unwrapped(String comment) {
    return oneLine(comment.replaceAll("(?m)^\\s*\\* ?", " "));
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  private static String plain(String text) {
    return REFERENCE
        .matcher(text.replace("<p>", ""))
        .replaceAll(match -> Matcher.quoteReplacement("`" + match.group(1).replace('#', '.') + "`"))
        .replace("|", "\\|")
        .replaceAll(" +", " ")
        .strip();
  }

  private static Pattern pattern(String declaration) {
    return Pattern.compile(COMMENT + declaration, Pattern.DOTALL);
  }
}
