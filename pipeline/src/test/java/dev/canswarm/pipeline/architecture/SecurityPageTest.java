package dev.canswarm.pipeline.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page on security names tests that there are, and every reason. */
class SecurityPageTest {
  private static final Path ROOT = Path.of("..");
  private final String page = Files.readString(ROOT.resolve("docs/SECURITY.md"));

  SecurityPageTest() throws IOException {}

  private Set<String> found(String pattern) {
    Set<String> all = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(page);
    while (matcher.find()) {
      all.add(matcher.group(1));
    }
    return all;
  }

  private static Set<String> tests() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String module : new String[] {"operators", "config", "pipeline", "simulation"}) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        names.addAll(
            files
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".java"))
                .map(name -> name.substring(0, name.length() - ".java".length()))
                .collect(Collectors.toSet()));
      }
    }
    return names;
  }

  @Test
  void everyTestThatItNamesExists() throws IOException {
    Set<String> named = found("`([A-Z][A-Za-z]+(?:Test|IT))`");
    assertThat(named).hasSizeGreaterThan(30);
    assertThat(tests()).containsAll(named);
  }

  @Test
  void everyReasonIsInItsTable() {
    String codes = "(?m)^\\| `([A-Z_]+)` \\|";
    assertThat(found(codes))
        .isEqualTo(
            Stream.of(Reason.values())
                .map(Reason::name)
                .collect(Collectors.toCollection(TreeSet::new)));
  }
}
