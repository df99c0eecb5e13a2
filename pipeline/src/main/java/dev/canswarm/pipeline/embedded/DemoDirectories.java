package dev.canswarm.pipeline.embedded;

import dev.canswarm.pipeline.embedded.EmbeddedStackException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes data directories that last as long as a run, and removes those of runs that were killed.
 * Only directories that this class made and marked, that belong to this user and that nobody has
 * locked are ever deleted. Thread-safe, also between processes.
 */
public final class DemoDirectories {

  private static final Logger LOG = LoggerFactory.getLogger(DemoDirectories.class);

  private static final String PREFIX = "can-swarm-demo-";
  private static final String MARKER = "DEMO";
  private static final String MARKER_TEXT =
      "made by can-swarm for one run; deleted when the run ends, or at the next one\n";

  private final Path parent;

  private DemoDirectories(Path parent) {
    this.parent = parent;
  }

  /** Directories under {@code java.io.tmpdir}. */
  public static DemoDirectories inTempDir() {
    return new DemoDirectories(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** Directories under {@code parent}, which is there already. */
  public static DemoDirectories in(Path parent) {
    return new DemoDirectories(parent);
  }

  /** A data directory of one run. {@link #close} deletes it with all that it holds. */
  public static final class DemoDirectory implements AutoCloseable {

    private final DataDirectory data;

    private DemoDirectory(DataDirectory data) {
      this.data = data;
    }

    /** The directory, locked by this process. */
    public DataDirectory data() {
      return data;
    }

    /** Deletes the directory and releases its lock. Close what runs on it first. Idempotent. */
    @Override
    public void close() {
      try {
        deleteLocked(data.root());
      } catch (IOException e) {
        LOG.warn("cannot delete {} now, the next run will: {}", data.root(), e.toString());
      } finally {
        data.close();
      }
    }
  }

  /**
   * Makes a directory, readable by this user alone, and takes its lock.
   *
   * @throws EmbeddedStackException NOT_WRITABLE
   */
  public DemoDirectory create() throws EmbeddedStackException {
    try {
      DataDirectory data = DataDirectory.open(Files.createTempDirectory(parent, PREFIX));
      // Marked only once it is locked: from here on a sweep may take it, but for the lock.
      Files.writeString(data.resolve(MARKER), MARKER_TEXT, StandardCharsets.US_ASCII);
      return new DemoDirectory(data);
    } catch (IOException e) {
      throw new EmbeddedStackException(
          Kind.NOT_WRITABLE,
          "cannot make a temporary directory in %s (%s); set -Djava.io.tmpdir to another one"
              .formatted(parent, e),
          e);
    }
  }

  /**
   * Deletes the directories of runs that were killed, after stopping servers that may be left on
   * them. What cannot be deleted is left for the next sweep.
   *
   * @return how many were deleted
   */
  public int sweep() {
    int swept = 0;
    try (DirectoryStream<Path> candidates = Files.newDirectoryStream(parent, PREFIX + "*")) {
      UserPrincipal self = FileTrees.self(parent);
      for (Path candidate : candidates) {
        if (sweep(candidate, self)) {
          swept++;
        }
      }
    } catch (IOException e) {
      LOG.debug("cannot look for left directories in {}", parent, e);
    }
    return swept;
  }

  private static boolean sweep(Path candidate, UserPrincipal self) {
    try {
      if (!Files.isDirectory(candidate, LinkOption.NOFOLLOW_LINKS)
          || !FileTrees.belongsTo(candidate, self)
          || !Files.isRegularFile(candidate.resolve(MARKER), LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
      Optional<DirectoryLock> lock = DirectoryLock.tryAcquireExisting(candidate);
      if (lock.isEmpty()) {
        return false;
      }
      Path root = candidate.toRealPath();
      try {
        Orphans.stopAll(root);
        deleteLocked(root);
      } finally {
        lock.get().close();
      }
      return true;
    } catch (IOException e) {
      LOG.debug("cannot sweep {}", candidate, e);
      return false;
    }
  }

  /** Deletes what a run wrote first, so that a deletion cut short can be taken up by a sweep. */
  private static void deleteLocked(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!name.equals(MARKER) && !name.equals(DirectoryLock.FILE)) {
          FileTrees.delete(entry);
        }
      }
    }
    FileTrees.delete(root);
  }
}
