package dev.canswarm.pipeline.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A package is small, or its package-info gives the reason after the word "Flat:". */
class PackageSizeTest {
  private static final Path ROOT = Path.of("..");
  private static final int FILES_MAX = 25;
  private static final String REASON = "Flat:";

  @Test
  void aLargePackageGivesAReason() throws IOException {
    assertThat(largeWithoutReason(ROOT)).isEmpty();
  }

  @Test
  void aLargePackageWithoutAReasonIsFound(@TempDir Path root) throws IOException {
    Path large = Files.createDirectories(root.resolve("module/src/main/java/large"));
    for (int i = 0; i < FILES_MAX; i++) {
      Files.createFile(large.resolve("Type" + i + ".java"));
    }
    Path info = Files.writeString(large.resolve("package-info.java"), "/** Much. */");
    assertThat(largeWithoutReason(root)).containsExactly(large);
    Files.writeString(info, "/** Much. Flat: for a reason. */");
    assertThat(largeWithoutReason(root)).isEmpty();
  }

  private static List<Path> largeWithoutReason(Path root) throws IOException {
    try (Stream<Path> modules = Files.list(root)) {
      return modules
          .map(module -> module.resolve("src/main/java"))
          .filter(Files::isDirectory)
          .flatMap(PackageSizeTest::packages)
          .filter(PackageSizeTest::isLarge)
          .filter(directory -> !givesReason(directory))
          .sorted()
          .toList();
    }
  }

  private static Stream<Path> packages(Path sources) {
    try (Stream<Path> all = Files.walk(sources)) {
      return all.filter(Files::isDirectory).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLarge(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".java")).count() > FILES_MAX;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean givesReason(Path directory) {
    Path info = directory.resolve("package-info.java");
    try {
      return Files.exists(info) && Files.readString(info).contains(REASON);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
