package dev.canswarm.json;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Runs a check over inputs until its time is up, and keeps what it finds: the input goes to {@code
 * target/fuzz}, from where it belongs among the fixtures, {@code src/test/resources/fuzz}.
 */
public final class FuzzBudget {
  /** Longer with the profile "long". */
  private static final long SECONDS = Long.getLong("test.fuzz.seconds", 3);

  private static final int INPUTS_BETWEEN_CHECKS = 64;
  private static final Path FINDS = Path.of("target", "fuzz");
  private static final Path FIXTURES = Path.of("src", "test", "resources", "fuzz");

  private FuzzBudget() {}

  /**
   * Checks inputs for a part of the time there is.
   *
   * @param inputs makes the next input; the same from run to run, if not as many
   * @return how many there were
   */
  public static long run(double part, Supplier<byte[]> inputs, Consumer<byte[]> check) {
    long end = System.nanoTime() + (long) (part * SECONDS * 1e9);
    long count = 0;
    while (System.nanoTime() - end < 0) {
      for (int i = 0; i < INPUTS_BETWEEN_CHECKS; i++, count++) {
        byte[] input = inputs.get();
        try {
          check.accept(input);
        } catch (RuntimeException | Error e) {
          throw new AssertionError("input " + count + " is now " + keep(input), e);
        }
      }
    }
    return count;
  }

  private static Path keep(byte[] input) {
    try {
      Files.createDirectories(FINDS);
      String name = "find-" + HexFormat.of().toHexDigits(Arrays.hashCode(input));
      return Files.write(FINDS.resolve(name), input).toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files of a fixture directory, in the order of their names. */
  public static List<Path> fixtures(String directory) {
    try (Stream<Path> files = Files.list(FIXTURES.resolve(directory))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A fixture's bytes. */
  public static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
