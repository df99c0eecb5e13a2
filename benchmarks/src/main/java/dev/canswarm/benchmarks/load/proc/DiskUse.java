package dev.canswarm.benchmarks.load.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Measures how much disk space a directory takes. Stateless. */
public final class DiskUse {
  private static final long KIB = 1024;

  private DiskUse() {}

  /** Bytes of the blocks that are in use, as du(1) counts them; empty if it cannot. */
  public static OptionalLong bytes(Path directory) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder("du", "-sk", directory.toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String line =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      process.waitFor(); // files that vanish meanwhile make it fail, and count for nothing
      int digits = 0;
      while (digits < line.length() && Character.isDigit(line.charAt(digits))) {
        digits++;
      }
      return digits == 0
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(line.substring(0, digits)) * KIB);
    } catch (IOException none) {
      return OptionalLong.empty();
    }
  }
}
