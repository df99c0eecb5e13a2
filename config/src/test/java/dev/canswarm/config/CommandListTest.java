package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CommandListTest {
  @Property(tries = 100)
  void whatAYamlListHoldsIsWhatTheCommandGets(@ForAll("words") List<String> words)
      throws Exception {
    Path file = Files.createTempFile("swarm", ".yaml");
    try {
      StringBuilder yaml = new StringBuilder("tasks.exec.x.command:\n");
      for (String word : words) {
        yaml.append("- '").append(word.replace("'", "''")).append("'\n");
      }
      Files.writeString(file, yaml);

      SwarmSettings settings =
          SettingsLoader.load(Map.of(), Map.of(), Optional.of(file), Path.of("/")).settings();

      assertThat(settings.tasks().exec().get("x")).isNotNull().returns(words, ExecCommand::command);
    } finally {
      Files.delete(file);
    }
  }

  @Provide
  Arbitrary<List<String>> words() {
    return Arbitraries.strings()
        .withCharRange(' ', '~')
        .withChars('é', 'ß', '"', '\\', '\u20ac', '\u2192')
        .ofMinLength(1)
        .ofMaxLength(12)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5)
        // A program that is a path is found from the working directory: ExecSettingsTest.
        .filter(words -> words.get(0).indexOf('/') <= 0);
  }
}
