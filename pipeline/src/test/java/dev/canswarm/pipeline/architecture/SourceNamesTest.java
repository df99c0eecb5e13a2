package dev.canswarm.pipeline.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A simple name belongs to one type in all modules, and code uses simple names. */
class SourceNamesTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern QUALIFIED =
      Pattern.compile("\\b(?:java|javax|dev|org|io|com|reactor)(?:\\.[a-z][a-z0-9]*)+\\.[A-Z]\\w*");
  private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
  private static final Pattern NO_CODE = Pattern.compile("^\\s*(?:import |package |\\*|/\\*|//)");
  private static final String TEXT_BLOCK = "\"\"\"";

  /** Types whose simple name another type has that the same file uses. */
  private static final Set<String> AMBIGUOUS =
      Set.of("java.security.PublicKey", "org.apache.kafka.common.errors.TimeoutException");

  @Test
  void aSimpleNameBelongsToOneType() throws IOException {
    assertThat(repeated(ROOT)).isEmpty();
  }

  @Test
  void aSimpleNameOfTwoTypesIsFound(@TempDir Path root) throws IOException {
    source(root, "one", "Reply", "record Reply() {}");
    source(root, "two", "Reply", "record Reply() {}");
    source(root, "two", "Other", "record Other() {}");
    assertThat(repeated(root)).containsOnlyKeys("Reply.java");
  }

  @Test
  void codeUsesImports() throws IOException {
    assertThat(qualified(ROOT)).isEmpty();
  }

  @Test
  void aQualifiedNameInCodeIsFound(@TempDir Path root) throws IOException {
    source(
        root,
        "one",
        "Good",
        "import java.util.List;\n// java.util.Map\nString s = \"java.util.Map\";");
    source(root, "one", "Bad", "java.util.List<String> names;");
    assertThat(qualified(root)).singleElement().asString().endsWith("Bad.java:1: java.util.List");
  }

  private static void source(Path root, String module, String type, String code)
      throws IOException {
    Path file = root.resolve(module + "/src/main/java/" + module + "/" + type + ".java");
    Files.createDirectories(file.getParent());
    Files.writeString(file, code);
  }

  private static List<Path> files(Path root, String sources) throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.map(each -> each.resolve(sources)).sorted().toList()) {
        if (Files.isDirectory(module)) {
          try (Stream<Path> all = Files.walk(module)) {
            all.filter(file -> file.toString().endsWith(".java"))
                .filter(file -> !file.endsWith("package-info.java"))
                .forEach(files::add);
          }
        }
      }
    }
    return files;
  }

  private static Map<String, List<Path>> repeated(Path root) throws IOException {
    Map<String, List<Path>> byName = new TreeMap<>();
    for (Path file : files(root, "src/main/java")) {
      byName.computeIfAbsent(file.getFileName().toString(), name -> new ArrayList<>()).add(file);
    }
    byName.values().removeIf(places -> places.size() == 1);
    return byName;
  }

  private static List<String> qualified(Path root) throws IOException {
    List<String> found = new ArrayList<>();
    for (String sources : List.of("src/main/java", "src/test/java")) {
      files(root, sources).forEach(file -> found.addAll(qualifiedIn(file)));
    }
    return found;
  }

  private static List<String> qualifiedIn(Path file) {
    List<String> found = new ArrayList<>();
    boolean isText = false;
    try {
      List<String> lines = Files.readAllLines(file);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        if (line.contains(TEXT_BLOCK)) {
          isText = !isText;
        } else if (!isText && !NO_CODE.matcher(line).find()) {
          String code = STRING.matcher(line).replaceAll("").replaceFirst("//.*", "");
          Matcher name = QUALIFIED.matcher(code);
          while (name.find()) {
            if (!AMBIGUOUS.contains(name.group())) {
              found.add(file + ":" + (i + 1) + ": " + name.group());
            }
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }
}
