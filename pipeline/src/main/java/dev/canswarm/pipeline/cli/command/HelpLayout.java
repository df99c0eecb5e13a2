package dev.canswarm.pipeline.cli.command;

import dev.canswarm.pipeline.cli.text.WordWrap;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Lays out a command's help with line breaks only between words. Picocli's own layout breaks within
 * {@code ./swarm} and {@code a,b}, and keeps the lines of a description's source.
 */
final class HelpLayout extends Help {
  HelpLayout(CommandSpec command, ColorScheme colors) {
    super(command, colors);
  }

  /** Returns the description as one paragraph, independent of the lines of its source. */
  @Override
  public String description(Object... params) {
    return paragraph(String.join(" ", commandSpec().usageMessage().description()));
  }

  @Override
  public String footer(Object... params) {
    return Arrays.stream(commandSpec().usageMessage().footer())
        .map(this::paragraph)
        .collect(Collectors.joining());
  }

  private String paragraph(String format) {
    return Arrays.stream(format.formatted().split("\\R", -1))
        .flatMap(line -> WordWrap.lines(line, commandSpec().usageMessage().width(), 0).stream())
        .map(line -> line + System.lineSeparator())
        .collect(Collectors.joining());
  }

  @Override
  public Layout createDefaultLayout(
      List<OptionSpec> options, List<PositionalParamSpec> positionals, ColorScheme colors) {
    Column[] columns =
        super.createDefaultLayout(options, positionals, colors).textTable().columns();
    return new Layout(
        colors,
        new WordTable(colors, columns),
        createDefaultOptionRenderer(),
        createDefaultParameterRenderer());
  }

  /** A table whose wrapped column, which has no colours, breaks between words. */
  private static final class WordTable extends TextTable {
    WordTable(ColorScheme colors, Column[] columns) {
      super(colors, columns);
    }

    @Override
    public Cell putValue(int row, int col, Text value) {
      Column column = columns()[col];
      if (column.overflow != Column.Overflow.WRAP
          || value == null
          || value.plainString().isEmpty()) {
        return super.putValue(row, col, value);
      }
      Cell cell = new Cell(col, row);
      int below = row;
      for (String line :
          WordWrap.lines(value.plainString(), column.width - column.indent, indentWrappedLines)) {
        if (below == rowCount()) {
          addEmptyRow();
        }
        cell = super.putValue(below, col, Ansi.OFF.text(line));
        below = cell.row + 1;
      }
      return cell;
    }
  }
}
