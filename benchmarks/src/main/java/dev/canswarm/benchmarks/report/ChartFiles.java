package dev.canswarm.benchmarks.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.internal.chartpart.IChart;

/** Draws charts as PNG files in one directory. Not thread-safe. */
public final class ChartFiles {
  private final Path directory;
  private final List<String> files = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * @param directory exists
   */
  public ChartFiles(Path directory) {
    this.directory = directory;
    // The charts are only written to files, so no display is needed even if DISPLAY is set.
    System.setProperty("java.awt.headless", "true");
  }

  /** Draws a chart to a file of this name, or notes why that was not possible. */
  public void draw(String name, Supplier<IChart> chart) {
    try {
      BitmapEncoder.saveBitmap(chart.get(), directory.resolve(name).toString(), BitmapFormat.PNG);
      files.add(name);
    } catch (IOException | RuntimeException | LinkageError e) {
      problems.add(name + ": " + e);
    }
  }

  /** Returns the names of the written files. */
  public List<String> files() {
    return List.copyOf(files);
  }

  /**
   * Returns the reasons why charts could not be drawn; for example, a JRE without fonts cannot
   * draw.
   */
  public List<String> problems() {
    return List.copyOf(problems);
  }
}
