package dev.canswarm.pipeline.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperationsFilesTest {
  private static final Path NOTHING = new File("/dev/null").toPath();

  private final Path directory;

  OperationsFilesTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void prometheusTakesTheAlertRulesAndTheyDoAsTheirTestsSay() throws Exception {
    String rules = OperationsFiles.ALERTS.toString();
    Promtool.accepts(NOTHING, List.of("check", "rules", rules), directory);
    String tests = OperationsFiles.DIRECTORY.resolve("alerts_test.yml").toString();
    Promtool.accepts(NOTHING, List.of("test", "rules", tests), directory);
    String config = OperationsFiles.DIRECTORY.resolve("prometheus.yml").toString();
    Promtool.accepts(NOTHING, List.of("check", "config", config), directory);
  }

  @Test
  void prometheusTakesEveryQueryOfTheDashboard() throws Exception {
    StringBuilder rules = new StringBuilder("groups:\n- name: dashboard\n  rules:\n");
    int number = 0;
    for (String query : OperationsFiles.queries()) {
      rules.append("  - record: query:number").append(number++).append("\n    expr: '");
      rules.append(query.replace("'", "''")).append("'\n");
    }
    assertThat(number).isGreaterThan(40);
    Path file = Files.writeString(directory.resolve("queries.yml"), rules);
    Promtool.accepts(NOTHING, List.of("check", "rules", file.toString()), directory);
  }

  @Test
  void everyAlertSaysWhatToDo() throws Exception {
    String page = Files.readString(OperationsFiles.DIRECTORY.resolve("README.md"));
    List<String> alerts =
        Files.readAllLines(OperationsFiles.ALERTS).stream()
            .filter(line -> line.contains("- alert: "))
            .map(line -> line.substring(line.indexOf(": ") + 2))
            .toList();
    assertThat(alerts).hasSizeGreaterThan(10);
    assertThat(alerts).allSatisfy(alert -> assertThat(page).contains("| `" + alert + "` |"));
  }
}
