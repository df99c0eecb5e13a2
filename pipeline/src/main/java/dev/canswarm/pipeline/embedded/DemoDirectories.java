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
 * Creates data directories for single runs, and removes those of runs that were killed. Deletes
 * only directories that this class created and marked, that belong to this user and that are not
 * locked. Thread-safe, also between processes.
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

  /** Creates the directories under {@code java.io.tmpdir}. */
  public static DemoDirectories inTempDir() {
    return new DemoDirectories(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** Creates the directories under {@code parent}, which must exist. */
  public static DemoDirectories in(Path parent) {
    return new DemoDirectories(parent);
  }

  /** The data directory of a single run. {@link #close} deletes it with its content. */
  public static final class DemoDirectory implements AutoCloseable {

    private final DataDirectory data;

    private DemoDirectory(DataDirectory data) {
      this.data = data;
    }

    /** Returns the directory, which this process has locked. */
    public DataDirectory data() {
      return data;
    }

    /** Deletes the directory and releases its lock. Stop its servers first. Idempotent. */
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
   * Creates a directory that only this user can read, and takes its lock.
   *
   * @throws EmbeddedStackException NOT_WRITABLE if it cannot be created
   */
  public DemoDirectory create() throws EmbeddedStackException {
    try {
      DataDirectory data = DataDirectory.open(Files.createTempDirectory(parent, PREFIX));
      // Marked only after it is locked, since a concurrent sweep deletes marked directories that
      // are not locked.
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
   * Deletes the directories of killed runs, after stopping servers that still run on them. A
   * directory that cannot be deleted remains for the next sweep.
   *
   * @return the number of deleted directories
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
      LOG.debug("cannot list left directories in {}", parent, e);
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

  /** Deletes the marker last, so that a later sweep can continue an interrupted deletion. */
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
