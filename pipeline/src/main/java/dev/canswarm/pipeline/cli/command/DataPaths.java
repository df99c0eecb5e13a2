package dev.canswarm.pipeline.cli.command;

import dev.canswarm.config.LoadedSettings;
import dev.canswarm.config.ResolvedSetting;
import dev.canswarm.config.TrustFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Finds files from the loaded settings. */
public final class DataPaths {
  private static final String DEFAULT_SOURCE = "default";
  private static final int REDIS_PORT_DEFAULT = 6379;

  private DataPaths() {}

  /** Returns the data directory if a flag, the environment or a file names one. */
  static Optional<Path> explicitData(LoadedSettings loaded) {
    return isGiven(loaded, "data") ? Optional.of(loaded.settings().data()) : Optional.empty();
  }

  /**
   * The trust file: the one that is named, else that of the data directory.
   *
   * @param dataDir as it is used, symbolic links resolved
   */
  public static Path trustFile(LoadedSettings loaded, Path dataDir) {
    return isGiven(loaded, "trust.file")
        ? loaded.settings().trustFile()
        : dataDir.resolve(TrustFile.NAME);
  }

  /** Returns host and port of a Redis URL, without the login. */
  public static String redisAddress(String url) {
    URI uri = URI.create(url);
    return uri.getHost() + ":" + (uri.getPort() < 0 ? REDIS_PORT_DEFAULT : uri.getPort());
  }

  /** Whether the setting was set explicitly. */
  public static boolean isGiven(LoadedSettings loaded, String key) {
    return loaded.values().stream()
        .filter(value -> value.key().equals(key))
        .map(ResolvedSetting::source)
        .anyMatch(source -> !source.equals(DEFAULT_SOURCE));
  }
}
