package dev.canswarm.pipeline.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Help breaks only between words, not at the lines of its source. */
class HelpLayoutTest {
  private static final int COLUMNS = 60;

  @Command(
      name = "sample",
      description = {
        "Says a good deal about ./swarm sample, and even",
        "about a,b,c in lines of its own."
      },
      footer = {
        "",
        "Examples of what it does, which are longer than one line of the help is wide."
      })
  private static final class Sample {
    @Option(
        names = "--long-option",
        description =
            "Describes ./swarm/some/path/that/is/long and then a,comma,separated,list and more.")
    private boolean option;

    boolean option() {
      return option;
    }
  }

  private static String usage() {
    CommandLine line = new CommandLine(new Sample());
    line.setHelpFactory(HelpLayout::new);
    line.setUsageHelpWidth(COLUMNS);
    return line.getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  private static String words(String text) {
    return text.replaceAll("\\s+", " ");
  }

  @Test
  void everyLineFitsAndNoWordIsBroken() {
    assertThat(usage().lines()).allMatch(line -> line.length() <= COLUMNS);
    assertThat(usage().lines())
        .anyMatch(line -> line.contains("./swarm/some/path/that/is/long"))
        .anyMatch(line -> line.contains("a,comma,separated,list"));
  }

  @Test
  void aDescriptionIsOneParagraph() {
    assertThat(words(usage()))
        .contains(
            "Says a good deal about ./swarm sample, and even about a,b,c in lines of its own.");
    assertThat(usage()).contains("and even about");
  }

  @Test
  void aFooterKeepsItsLinesAndIsWrapped() {
    assertThat(usage()).contains("\n\nExamples of what it does");
    assertThat(words(usage())).contains("longer than one line of the help is wide.");
    assertThat(new Sample().option()).isFalse();
  }
}
