package dev.canswarm.pipeline.embedded;

import com.github.luben.zstd.util.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the directory into which dependencies unpack their native libraries. They take {@code
 * java.io.tmpdir}, which hardened machines mount noexec; without the libraries the broker refuses
 * batches that are compressed with zstd or snappy as an unknown error, and a process that joined
 * cannot read them. Not thread-safe: called once, before any of the libraries is used.
 */
public final class NativeLibraries {
  static final String DIRECTORY = "native";

  /** The properties that set a directory for the dependencies: zstd, snappy, ACCP, Netty. */
  static final List<String> PROPERTIES =
      List.of(
          "ZstdTempFolder",
          "org.xerial.snappy.tempdir",
          "com.amazon.corretto.crypto.provider.tmpdir",
          "io.netty.native.workdir");

  /** Loads a library that is unpacked for it. */
  @FunctionalInterface
  interface Loader {
    /**
     * @param directory where to unpack it; null for the usual place
     * @throws LinkageError if it does not load from there
     */
    void load(@Nullable Path directory);
  }

  private final Loader loader;
  private final Properties properties;

  NativeLibraries(Loader loader, Properties properties) {
    this.loader = loader;
    this.properties = properties;
  }

  /**
   * Makes the dependencies of this JVM unpack their libraries into a directory from which they can
   * be loaded: the usual place, or else in the data directory. Blocks.
   *
   * @return the message for the user; empty if the usual directory works
   */
  public static Optional<String> prepare(DataDirectory data) {
    Loader zstd =
        directory -> {
          if (directory == null) {
            Native.load();
          } else {
            Native.load(directory.toFile());
          }
        };
    return new NativeLibraries(zstd, System.getProperties()).choose(data.resolve(DIRECTORY));
  }

  /**
   * @param own the directory to take instead of the usual place; no other process uses it
   */
  Optional<String> choose(Path own) {
    String usual = properties.getProperty("java.io.tmpdir");
    LinkageError unusable;
    try {
      loader.load(null);
      return Optional.empty();
    } catch (LinkageError e) {
      unusable = e;
    }
    try {
      FileTrees.delete(own); // what a killed process left
      Files.createDirectories(own);
      loader.load(own);
    } catch (IOException | LinkageError e) {
      return Optional.of(
          ("records that are compressed with zstd or snappy cannot be read by this process: native"
                  + " libraries load neither from java.io.tmpdir %s (%s) nor from %s (%s); name a"
                  + " directory that is writable and not mounted noexec, by"
                  + " SWARM_JAVA_OPTS=-Djava.io.tmpdir=DIR")
              .formatted(usual, firstLine(unusable), own, firstLine(e)));
    }
    for (String property : PROPERTIES) {
      properties.putIfAbsent(property, own.toString());
    }
    return Optional.of(
        "native libraries do not load from java.io.tmpdir %s, which may be full or mounted noexec; they are unpacked in %s"
            .formatted(usual, own));
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
  }
}
