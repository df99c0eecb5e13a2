package dev.canswarm.pipeline.files;

import dev.canswarm.crypto.Sha256;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A journal of artifacts whose own files may not be on disk yet: contents one after the other, many
 * of them made durable by one {@code fsync}. Entry: a mark, the length, the SHA-256, the content.
 * An entry that a crash cut off at the end was never acknowledged, and is skipped.
 *
 * <p>A journal is locked while its process lives. An unlocked one was left by a crash, and the next
 * process that opens the store replays it. Not thread-safe.
 */
final class ArtifactJournal implements Closeable {
  private static final String NAMES = "puts-*.journal";
  private static final int MARK = 0x43534131;
  private static final int ENTRY_BYTES = 2 * Integer.BYTES + Sha256.HASH_BYTES;

  /**
   * Journals of this process. A POSIX lock belongs to the process and goes when any of its
   * descriptors of the file is closed, so one's own files must not even be probed.
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private static final AtomicLong NUMBERS = new AtomicLong();

  private final Path file;
  private final FileChannel channel;
  private long bytes;

  private ArtifactJournal(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Begins a journal in this directory, whose entry is on disk when this returns. */
  static ArtifactJournal begin(Path directory) throws IOException {
    Path file = nextFile(directory.toRealPath());
    OWN.add(file);
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        throw new IOException("journal " + file + " was taken for a leftover");
      }
      Directories.force(directory);
      return new ArtifactJournal(file, channel);
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      OWN.remove(file);
      throw e;
    }
  }

  /**
   * A name that no journal of this process has; a killed process with the same id may have left it.
   */
  private static Path nextFile(Path directory) {
    Path file;
    do {
      file =
          directory.resolve(
              "puts-%d-%d.journal"
                  .formatted(ProcessHandle.current().pid(), NUMBERS.incrementAndGet()));
    } while (Files.exists(file));
    return file;
  }

  /**
   * Appends contents, and answers when all are on disk. After a failure nothing may be appended any
   * more: what follows a torn entry is not found.
   *
   * @param hashes of the contents, in their order
   */
  void append(List<byte[]> contents, List<byte[]> hashes) throws IOException {
    int length = 0;
    for (byte[] content : contents) {
      length = Math.addExact(length, ENTRY_BYTES + content.length);
    }
    ByteBuffer entries = ByteBuffer.allocate(length);
    for (int i = 0; i < contents.size(); i++) {
      byte[] content = contents.get(i);
      entries.putInt(MARK).putInt(content.length).put(hashes.get(i)).put(content);
    }
    entries.flip();
    while (entries.hasRemaining()) {
      channel.write(entries);
    }
    channel.force(false);
    bytes += length;
  }

  /** How long it is. */
  long bytes() {
    return bytes;
  }

  /** Hands out all that it holds. */
  void forEach(Reader reader) throws IOException {
    readAll(file, reader);
  }

  /** Ends it: all that it holds is on disk elsewhere. */
  void delete() throws IOException {
    try {
      Files.deleteIfExists(file);
    } finally {
      close();
    }
  }

  /** Keeps the journal for the next process that opens the store. */
  @Override
  public void close() throws IOException {
    channel.close();
    OWN.remove(file);
  }

  /** Journals that crashes left. */
  static List<Path> leftovers(Path directory) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory.toRealPath(), NAMES)) {
      for (Path file : files) {
        if (!OWN.contains(file) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  /** Takes what a journal holds. */
  @FunctionalInterface
  interface Reader {
    void accept(byte[] content) throws IOException;
  }

  /**
   * Hands out all that a leftover holds, then deletes it; leaves it alone while its process lives.
   *
   * @param durable makes what was handed out durable, before the journal goes
   */
  static void replay(Path file, Reader reader, Directories.Action durable) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (channel.tryLock() == null) {
        return;
      }
      readAll(file, reader);
      durable.run();
      Files.deleteIfExists(file);
    } catch (NoSuchFileException | OverlappingFileLockException e) {
      // Its process has just deleted it, or another store of this process replays it.
    }
  }

  private static void readAll(Path file, Reader reader) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      read(in, Files.size(file), reader);
    }
  }

  private static void read(DataInputStream in, long length, Reader reader) throws IOException {
    long left = length;
    try {
      while (left >= ENTRY_BYTES && in.readInt() == MARK) {
        int size = in.readInt();
        left -= ENTRY_BYTES;
        if (size < 0 || size > left) {
          return;
        }
        byte[] hash = in.readNBytes(Sha256.HASH_BYTES);
        byte[] content = in.readNBytes(size);
        left -= size;
        if (content.length < size || !Arrays.equals(Sha256.hash(content), hash)) {
          return;
        }
        reader.accept(content);
      }
    } catch (EOFException e) {
      // The end was cut off.
    }
  }
}
