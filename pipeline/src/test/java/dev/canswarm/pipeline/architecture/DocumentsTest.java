package dev.canswarm.pipeline.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the documents refer to is there: tests by name, files and headings by link. */
class DocumentsTest {
  private static final Path ROOT = Path.of("..");
  private static final int README_LINES_MAX = 250;
  private static final Pattern TEST_NAME =
      Pattern.compile("`((?=\\w*[a-z])[A-Z]\\w*(?:Test|IT|Contract))(?:\\.(\\w+))?`");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s:]*)(?:#([^)\\s]*))?\\)");
  private static final Pattern FENCE = Pattern.compile("(?s)```.*?```");

  @Test
  void theReadmeIsShort() throws IOException {
    assertThat(Files.readAllLines(ROOT.resolve("README.md")))
        .hasSizeLessThanOrEqualTo(README_LINES_MAX);
  }

  @Test
  void everyTestThatADocumentNamesExists() throws IOException {
    List<Path> sources = sources();
    List<String> missing = new ArrayList<>();
    for (Path document : documents()) {
      var names = TEST_NAME.matcher(Files.readString(document));
      while (names.find()) {
        if (!exists(sources, names.group(1), names.group(2))) {
          missing.add(document + ": " + names.group());
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void everyLinkInADocumentLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : documents()) {
      var links = LINK.matcher(FENCE.matcher(Files.readString(document)).replaceAll(""));
      while (links.find()) {
        Path target = links.group(1).isEmpty() ? document : document.resolveSibling(links.group(1));
        if (!Files.exists(target)
            || (links.group(2) != null && !anchors(target).contains(links.group(2)))) {
          broken.add(document + ": " + links.group());
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static boolean exists(List<Path> sources, String type, @Nullable String method)
      throws IOException {
    for (Path source : sources) {
      if (source.endsWith(type + ".java")) {
        return method == null || Files.readString(source).contains(" " + method + "(");
      }
    }
    return false;
  }

  /** As GitHub makes them of headings. */
  private static Set<String> anchors(Path document) throws IOException {
    return FENCE
        .matcher(Files.readString(document))
        .replaceAll("")
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(text -> text.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Path> documents() throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path directory :
        List.of(
            ROOT,
            ROOT.resolve("docs"),
            ROOT.resolve("docs/adr"),
            ROOT.resolve("docs/operations"),
            ROOT.resolve("docs/spec"))) {
      try (Stream<Path> files = Files.list(directory)) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(found::add);
      }
    }
    return found;
  }

  private static List<Path> sources() throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.sorted().toList()) {
        Path tests = module.resolve("src").resolve("test").resolve("java");
        if (Files.isDirectory(tests)) {
          try (Stream<Path> files = Files.walk(tests)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(found::add);
          }
        }
      }
    }
    return found;
  }
}
