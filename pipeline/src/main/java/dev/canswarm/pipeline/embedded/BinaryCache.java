package dev.canswarm.pipeline.embedded;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The directory that contains the unpacked server binaries. All data directories of a user share
 * it; if it cannot be used, the binaries go into the data directory. A bundle appears there
 * atomically. Thread-safe, also between processes.
 */
final class BinaryCache {

  /** Unpacks a bundle into a new, empty directory. */
  @FunctionalInterface
  interface Unpacker {
    void unpackInto(Path directory) throws IOException;
  }

  private static final String UNFINISHED = ".unfinished-";

  /** One monitor per bundle directory, since file locks do not exclude threads of the same JVM. */
  private static final Map<Path, Object> MONITORS = new ConcurrentHashMap<>();

  private final Optional<Path> shared;
  private final Path own;

  BinaryCache(Optional<Path> shared, Path own) {
    this.shared = shared;
    this.own = own;
  }

  /**
   * Returns the directories to try in order of preference; the last one is in the data directory.
   */
  List<Path> places() {
    List<Path> places = new ArrayList<>(2);
    shared.filter(BinaryCache::isSafe).ifPresent(places::add);
    places.add(own);
    return places;
  }

  /** Creates the error for a server whose binaries do not run in any of the places. */
  static EmbeddedStackException cannotRun(ServerKind server, ServerUser user) {
    String message =
        user.isSelf()
            ? "the binaries of %s do not run on this machine (they need glibc); name servers of your"
                    .formatted(server.label())
                + " own in the configuration"
            : "%s does not run as root, and %s cannot run it: that takes 'setpriv' (util-linux), and a"
                    .formatted(server.label(), user)
                + " cache that every user can pass to, such as "
                + StackSettings.SYSTEM_CACHE
                + " or another XDG_CACHE_HOME; or run as an ordinary user";
    return new EmbeddedStackException(Kind.UNSUPPORTED_PLATFORM, message);
  }

  /**
   * Whether the directory can be created and belongs to this user. Its content is executed, so a
   * directory of another user (as with the caller's HOME under {@code sudo}) is not safe.
   */
  private static boolean isSafe(Path directory) {
    try {
      Files.createDirectories(directory);
      return FileTrees.belongsTo(directory, FileTrees.self(directory));
    } catch (IOException notWritable) {
      return false;
    }
  }

  /**
   * Returns the directory of bundle {@code name} in {@code place}; unpacks the bundle if it is
   * missing.
   *
   * @throws IOException if it cannot be written there
   */
  static Path unpack(Path place, String name, Unpacker unpacker) throws IOException {
    Path bundle = place.resolve(name);
    if (Files.isDirectory(bundle)) {
      return bundle;
    }
    Files.createDirectories(place);
    synchronized (MONITORS.computeIfAbsent(bundle, path -> new Object())) {
      try (FileChannel channel =
              FileChannel.open(
                  place.resolve("." + name + ".lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid() && !Files.isDirectory(bundle)) {
          unpackLocked(place, name, unpacker);
        }
      }
    }
    return bundle;
  }

  private static void unpackLocked(Path place, String name, Unpacker unpacker) throws IOException {
    String prefix = UNFINISHED + name + "-";
    try (DirectoryStream<Path> killed = Files.newDirectoryStream(place, prefix + "*")) {
      for (Path directory : killed) {
        FileTrees.delete(directory); // Safe: we hold the lock, so no other process is unpacking.
      }
    }
    Path unfinished = Files.createTempDirectory(place, prefix);
    try {
      unpacker.unpackInto(unfinished);
      FileTrees.allowReading(unfinished);
      Files.move(unfinished, place.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      FileTrees.delete(unfinished);
    }
  }
}
