package dev.canswarm.benchmarks.report;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/** Writes the files of a report. Stateless. */
public final class ReportFiles {
  /** All iterations in JMH's own format. */
  public static final String JMH = "jmh.json";

  /** The report in Markdown. */
  public static final String PAGE = "report.md";

  /** The same JSON object that {@code --json} prints. */
  public static final String SUMMARY = "summary.json";

  private ReportFiles() {}

  /**
   * Writes the files and replaces those of an earlier report in the directory.
   *
   * @param summary the JSON of the report, on one line
   * @return the reasons why charts could not be drawn; empty if all were drawn
   * @throws IOException if a file cannot be written
   */
  public static List<String> write(Report report, String summary, Path directory)
      throws IOException {
    Files.createDirectories(directory);
    try (PrintStream out =
        new PrintStream(
            Files.newOutputStream(directory.resolve(JMH)), false, StandardCharsets.UTF_8)) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(report.runs());
      if (out.checkError()) {
        throw new IOException("cannot write " + directory.resolve(JMH));
      }
    }
    Files.writeString(directory.resolve(SUMMARY), summary + "\n");
    ChartFiles charts = Charts.write(report, directory);
    Files.writeString(directory.resolve(PAGE), MarkdownReport.of(report, charts.files()));
    return charts.problems();
  }
}
