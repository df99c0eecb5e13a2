package dev.canswarm.pipeline.files;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.port.ArtifactException;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Artifacts as files {@code aa/bb/aabb…} under a root: two levels of 256 directories, so that no
 * directory grows past what file systems like. An artifact is durable before its address is
 * answered: a small one by a journal that many share ({@link ArtifactWriter}), a large one by
 * forcing its file and its directory. One that is there but damaged is replaced by the next {@code
 * put} of the same content.
 *
 * <p>Thread-safe; several processes may share a root. Waiting work is bounded by the scheduler's
 * queue; when that refuses, the error is a {@link RetryableException}.
 */
public final class FileArtifactStore implements ArtifactStore, AutoCloseable {
  /** A whole artifact is held in one array: Java's largest array, less a margin. */
  public static final long BYTES_MAX_LIMIT = Integer.MAX_VALUE - 64L;

  /** A larger content is forced by itself: to write it twice would cost more than to wait. */
  static final int JOURNALED_BYTES_MAX = 256 * 1024;

  private static final Set<OpenOption> NEW_FILE =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private static final String ASIDE = "tmp";
  private static final String JOURNALS = "journal";

  private final Path root;
  private final long bytesMax;
  private final Scheduler fileScheduler;
  private final TemporaryFiles temporaryFiles;
  private final ArtifactWriter writer;

  /** Directories whose own entries this process has forced; at most 256 + 65,536. */
  private final Set<Path> durableDirectories = ConcurrentHashMap.newKeySet();

  /** Known existing directories. */
  private final Set<Path> directories = ConcurrentHashMap.newKeySet();

  /**
   * Opens the store, creates its root if it is missing, deletes what crashed writers left, and
   * replays their journals. Blocks: call it while starting.
   *
   * @param bytesMax most bytes of one artifact, at most {@link #BYTES_MAX_LIMIT}
   * @param fileScheduler where files are read and written: bounded threads, bounded queue
   * @throws RetryableException when the directory cannot be made or read
   */
  public FileArtifactStore(Path root, long bytesMax, Scheduler fileScheduler) {
    if (bytesMax < 0 || bytesMax > BYTES_MAX_LIMIT) {
      throw new IllegalArgumentException(
          "expected bytesMax from 0 to " + BYTES_MAX_LIMIT + ", got " + bytesMax);
    }
    this.bytesMax = bytesMax;
    this.fileScheduler = fileScheduler;
    try {
      Directories.createDurably(root.resolve(ASIDE));
      this.root = root.toRealPath();
      this.temporaryFiles = new TemporaryFiles(this.root.resolve(ASIDE));
      temporaryFiles.sweep();
      Path journals = this.root.resolve(JOURNALS);
      Directories.createDurably(journals);
      this.writer =
          new ArtifactWriter(
              this.root, journals, this::writeUnforced, this::writeDurably, fileScheduler);
      writer.recover();
    } catch (IOException e) {
      throw new RetryableException("open artifact store " + root, e);
    }
  }

  @Override
  public Mono<String> put(byte[] content) {
    if (content.length > bytesMax) {
      return Mono.error(() -> ArtifactException.tooLarge(content.length, bytesMax));
    }
    return content.length > JOURNALED_BYTES_MAX
        ? onFiles("put artifact in ", Mono.fromCallable(() -> write(content)))
        : writer.put(content);
  }

  @Override
  public Mono<byte[]> get(String address) {
    if (!Sha256.isHex(address)) {
      return Mono.error(() -> ArtifactException.badAddress(address));
    }
    return onFiles("get artifact " + address + " from ", Mono.fromCallable(() -> read(address)));
  }

  @Override
  public long bytesMax() {
    return bytesMax;
  }

  /**
   * Leaves nothing to replay. Blocks for as long as the disk takes; what is put afterwards fails as
   * retryable. A store that is not closed loses nothing.
   */
  @Override
  public void close() {
    writer.close();
  }

  private <T> Mono<T> onFiles(String what, Mono<T> work) {
    return work.subscribeOn(fileScheduler)
        .onErrorMap(
            e -> e instanceof IOException || e instanceof RejectedExecutionException,
            e -> new RetryableException(what + root, e));
  }

  private String write(byte[] content) throws IOException {
    String address = Sha256.hex(content);
    writeDurably(address, content);
    return address;
  }

  private void writeDurably(String address, byte[] content) throws IOException {
    Path file = fileOf(address);
    Path directory = directoryOf(file);
    makeDurable(directory);
    if (!holds(file, content)) {
      temporaryFiles.write(content, file);
    }
    // Also when it was there: its writer may not have come to this yet.
    Directories.force(directory);
  }

  /**
   * Durable by the journal alone. A file that is not there is written in its place: nobody has its
   * address yet, and what a crash leaves half-written is replaced by the next put of its content.
   */
  private void writeUnforced(String address, byte[] content) throws IOException {
    Path file = fileOf(address);
    makeDirectory(directoryOf(file));
    try (FileChannel channel = FileChannel.open(file, NEW_FILE)) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    } catch (FileAlreadyExistsException e) {
      if (!holds(file, content)) {
        temporaryFiles.writeUnforced(content, file);
      }
    }
  }

  private void makeDirectory(Path directory) throws IOException {
    if (directories.contains(directory)) {
      return;
    }
    Path upper = directoryOf(directory);
    if (!directories.contains(upper)) {
      Files.createDirectories(upper);
      directories.add(upper);
    }
    try {
      // Most of them are new at first, so making one is tried before anything is looked at.
      Files.createDirectory(directory);
    } catch (FileAlreadyExistsException | NoSuchFileException e) {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory);
      }
    }
    directories.add(directory);
  }

  private static Path directoryOf(Path file) {
    Path directory = file.getParent();
    if (directory == null) {
      throw new IllegalStateException("no directory above " + file);
    }
    return directory;
  }

  /** Makes the two levels above a file, and forces them once per process. */
  private void makeDurable(Path directory) throws IOException {
    if (!durableDirectories.contains(directory)) {
      Files.createDirectories(directory);
      Path upper = directory.getParent();
      if (upper != null) {
        Directories.force(upper);
      }
      Directories.force(root);
      durableDirectories.add(directory);
    }
  }

  private boolean holds(Path file, byte[] content) throws IOException {
    byte[] stored = readUpTo(file, content.length);
    return stored != null && Arrays.equals(stored, content);
  }

  private byte @Nullable [] read(String address) throws IOException {
    byte[] content = readUpTo(fileOf(address), bytesMax);
    if (content == null) {
      return null;
    }
    if (content.length > bytesMax) {
      throw ArtifactException.tooLarge(Files.size(fileOf(address)), bytesMax);
    }
    String actual = Sha256.hex(content);
    if (!actual.equals(address)) {
      throw ArtifactException.corrupt(address, actual);
    }
    return content;
  }

  /** The content, cut off at one byte more than the limit; null when there is no file. */
  private static byte @Nullable [] readUpTo(Path file, long limitBytes) throws IOException {
    try (InputStream in =
        Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      return in.readNBytes((int) limitBytes + 1);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private Path fileOf(String address) {
    return root.resolve(address.substring(0, 2)).resolve(address.substring(2, 4)).resolve(address);
  }
}
