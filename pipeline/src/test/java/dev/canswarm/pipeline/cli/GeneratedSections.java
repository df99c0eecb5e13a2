package dev.canswarm.pipeline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a document that are made from the code: the text between {@code <!-- generated: NAME
 * -->} and {@code <!-- end -->}. Everything around them is written by hand.
 */
public final class GeneratedSections {
  private static final String REGENERATE = "swarm.docs.regenerate";
  private static final Pattern SECTION =
      Pattern.compile("(?s)(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)");

  private GeneratedSections() {}

  /**
   * Fails when a generated part of the page differs from the code, or when page and code do not
   * have the same parts. With {@code -Dswarm.docs.regenerate=true} it first rewrites the page.
   *
   * @param module the Maven module of the test
   * @param sections content by name, each ending with a line end
   * @param elsewhere the parts of the page that tests of other modules check
   */
  public static void check(
      Path page,
      String module,
      Class<?> test,
      SortedMap<String, String> sections,
      Set<String> elsewhere)
      throws IOException {
    String written = Files.readString(page);
    List<String> names =
        SECTION
            .matcher(written)
            .results()
            .map(section -> section.group(2))
            .filter(name -> !elsewhere.contains(name))
            .sorted()
            .toList();
    assertThat(names).as("generated parts of %s", page).isEqualTo(List.copyOf(sections.keySet()));
    String wanted = SECTION.matcher(written).replaceAll(section -> replacement(section, sections));
    if (Boolean.getBoolean(REGENERATE)) {
      Files.writeString(page, wanted);
    }
    assertThat(page)
        .withFailMessage(
            "%s is stale in one of %s: run ./mvnw test -pl %s -am -Dtest=%s -D%s=true"
                + " -Dsurefire.failIfNoSpecifiedTests=false",
            page, new TreeSet<>(names), module, test.getSimpleName(), REGENERATE)
        .hasContent(wanted);
  }

  private static String replacement(MatchResult section, SortedMap<String, String> sections) {
    String content = sections.get(section.group(2));
    if (content == null) {
      return Matcher.quoteReplacement(section.group());
    }
    return Matcher.quoteReplacement(section.group(1) + content + section.group(3));
  }
}
