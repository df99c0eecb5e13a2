package dev.canswarm.pipeline.http;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A script of {@code src/test/browser}, which drives the page in Chromium and prints {@code DONE}
 * as its last line if all was as expected.
 */
public final class BrowserScript {
  private static final Path DIRECTORY = Path.of("src", "test", "browser");
  private static final long EXIT_SECONDS_MAX = 60;

  private final Path node;
  private final Path chromium;

  private BrowserScript(Path node, Path chromium) {
    this.node = node;
    this.chromium = chromium;
  }

  /**
   * Finds what a script needs: Node, Chromium, and the package that {@code npm ci} installs. Where
   * one of them is missing, the test is skipped and says which.
   */
  public static BrowserScript orSkip() {
    Path node = program("node");
    Path chromium = program("chromium", "chromium-browser", "google-chrome");
    if (!Files.isDirectory(DIRECTORY.resolve("node_modules/playwright-core"))) {
      abort("the page is not tested: run npm ci in pipeline/src/test/browser");
    }
    return new BrowserScript(node, chromium);
  }

  private static Path program(String... names) {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":")) {
      for (String name : names) {
        Path file = Path.of(directory, name);
        if (Files.isExecutable(file)) {
          return file;
        }
      }
    }
    return abort("the page is not tested: none of " + String.join(", ", names) + " is installed");
  }

  /**
   * Runs a script until it ends, and returns all that it printed. Blocks.
   *
   * @param heard receives each line as it is printed; the script goes on meanwhile
   */
  public String run(Consumer<String> heard, String script, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(node.toString());
    command.add(DIRECTORY.resolve(script).toString());
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CHROMIUM", chromium.toString());
    Process process = builder.start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
        heard.accept(line);
      }
    } finally {
      if (!process.waitFor(EXIT_SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
    return String.join("\n", lines);
  }
}
