package dev.canswarm.pipeline.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.port.ArtifactException;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.ArtifactStoreContract;
import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class FileArtifactStoreTest extends ArtifactStoreContract {
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  private static final String LEFTOVER = "puts-1-leftover.journal";

  private final Scheduler files = Schedulers.newBoundedElastic(4, 1_000, "test-files");
  private final Path root;

  FileArtifactStoreTest(@TempDir Path directory) {
    root = directory.resolve("artifacts");
  }

  @AfterEach
  void stopScheduler() {
    files.dispose();
  }

  @Override
  protected ArtifactStore store() {
    return new FileArtifactStore(root, BYTES_MAX, files);
  }

  @Test
  void anArtifactLiesInTheDirectoriesOfItsFirstBytes() {
    store().put(bytes("abc")).block();
    assertThat(root.resolve("ba/78").resolve(ABC)).hasBinaryContent(bytes("abc"));
  }

  @Test
  void anotherStoreOnTheSameRootFindsIt() {
    store().put(bytes("abc")).block();
    assertThat(store().get(ABC).block()).isEqualTo(bytes("abc"));
  }

  @Test
  void changedContentIsNotHandedOutAndTheNextPutRepairsIt() throws IOException {
    ArtifactStore store = store();
    store.put(bytes("abc")).block();
    Files.write(root.resolve("ba/78").resolve(ABC), bytes("abd"));
    StepVerifier.create(store.get(ABC))
        .verifyErrorSatisfies(
            error -> {
              assertProblem(error, ArtifactException.Problem.CORRUPT);
              assertThat(error)
                  .hasMessageContaining(ABC)
                  .hasMessageContaining(
                      "a52d159f262b2c6ddb724a61840befc36eb30c88877a4030b65cbe86298449c9");
            });
    store.put(bytes("abc")).block();
    assertThat(store.get(ABC).block()).isEqualTo(bytes("abc"));
  }

  @Test
  void aFileThatGrewPastTheLimitIsNotReadIntoMemory() throws IOException {
    ArtifactStore store = store();
    store.put(bytes("abc")).block();
    Files.write(root.resolve("ba/78").resolve(ABC), new byte[(int) BYTES_MAX + 1]);
    StepVerifier.create(store.get(ABC))
        .verifyErrorSatisfies(error -> assertProblem(error, ArtifactException.Problem.TOO_LARGE));
  }

  @Test
  void nothingIsLeftAside() throws IOException {
    store().put(bytes("abc")).block();
    assertThat(aside()).isEmpty();
  }

  @Test
  void whatACrashLeftIsSweptAtOpenAndNothingElse() throws IOException {
    Files.createDirectories(root.resolve("tmp"));
    Files.write(root.resolve("tmp/put-1-7.tmp"), bytes("half"));
    Files.write(root.resolve("tmp/notes.txt"), bytes("mine"));
    store();
    assertThat(aside()).containsExactly("notes.txt");
  }

  @Test
  void aFileThatAnotherProcessStillWritesStays() throws Exception {
    Files.createDirectories(root.resolve("tmp"));
    Path written = root.resolve("tmp/put-1-7.tmp");
    Process other = LockHolder.start(written);
    try {
      store();
      assertThat(aside()).containsExactly("put-1-7.tmp");
    } finally {
      other.destroyForcibly().waitFor();
    }
    store();
    assertThat(aside()).isEmpty();
  }

  @Test
  void whatAMachineLostOfItsFilesIsTakenFromTheJournalAtOpen() throws IOException {
    store().put(bytes("abc")).block();
    leaveAsACrashDoes();
    Files.write(root.resolve("ba/78").resolve(ABC), new byte[0]);

    ArtifactStore next = store();

    assertThat(next.get(ABC).block()).isEqualTo(bytes("abc"));
    assertThat(root.resolve("journal").resolve(LEFTOVER)).doesNotExist();
  }

  @Test
  void aJournalIsReplayedUpToWhereACrashCutItOff() throws IOException {
    ArtifactStore store = store();
    store.put(bytes("abc")).then(store.put(bytes("lost"))).block();
    leaveAsACrashDoes();
    Path leftover = root.resolve("journal").resolve(LEFTOVER);
    byte[] whole = Files.readAllBytes(leftover);
    Files.write(leftover, Arrays.copyOf(whole, whole.length - 1));
    String lost = Sha256.hex(bytes("lost"));
    Path file = root.resolve(lost.substring(0, 2)).resolve(lost.substring(2, 4)).resolve(lost);
    Files.delete(file);
    Files.delete(root.resolve("ba/78").resolve(ABC));

    ArtifactStore next = store();

    assertThat(next.get(ABC).block()).isEqualTo(bytes("abc"));
    assertThat(file).doesNotExist();
    assertThat(leftover).doesNotExist();
  }

  @Test
  void aJournalOfALivingProcessIsLeftAlone() throws Exception {
    Files.createDirectories(root.resolve("journal"));
    Path written = root.resolve("journal").resolve(LEFTOVER);
    Process other = LockHolder.start(written);
    try {
      store();
      assertThat(written).exists();
    } finally {
      other.destroyForcibly().waitFor();
    }
    store();
    assertThat(written).doesNotExist();
  }

  @Test
  void aStoreThatIsClosedLeavesNoJournalAndTakesNoMore() throws IOException {
    FileArtifactStore store = new FileArtifactStore(root, BYTES_MAX, files);
    store.put(bytes("abc")).block();
    assertThat(journals()).hasSize(1);
    store.close();
    assertThat(journals()).isEmpty();
    assertThat(store.get(ABC).block()).isEqualTo(bytes("abc"));
    StepVerifier.create(store.put(bytes("more"))).verifyError(RetryableException.class);
  }

  @Test
  void aLongJournalIsFollowedByAnotherAndGoesOnceItsFilesAreOnDisk() throws IOException {
    FileArtifactStore store = new FileArtifactStore(root, BYTES_MAX, files);
    int count = (int) (ArtifactWriter.JOURNAL_BYTES_MAX / BYTES_MAX) + 40;
    Flux.range(0, count)
        .flatMap(
            i -> {
              byte[] content = new byte[(int) BYTES_MAX];
              content[0] = i.byteValue();
              content[1] = (byte) (i >> 8);
              return store.put(content);
            },
            32)
        .blockLast();
    store.close();
    assertThat(journals()).isEmpty();
  }

  @Test
  void aLargeArtifactNeedsNoJournal() throws IOException {
    FileArtifactStore store = new FileArtifactStore(root, 1L << 20, files);
    store.put(new byte[FileArtifactStore.JOURNALED_BYTES_MAX + 1]).block();
    assertThat(journals()).isEmpty();
  }

  /** The journal's file as it was, under a name that no process of this JVM has. */
  private void leaveAsACrashDoes() throws IOException {
    Path directory = root.resolve("journal");
    Files.copy(directory.resolve(journals().get(0)), directory.resolve(LEFTOVER));
  }

  private List<String> journals() throws IOException {
    try (Stream<Path> names = Files.list(root.resolve("journal"))) {
      return names
          .map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith(".journal"))
          .sorted()
          .toList();
    }
  }

  @Test
  void anOutageIsRetryableAndOver() throws IOException {
    ArtifactStore store = store();
    Files.write(root.resolve("ba"), bytes("a file where a directory belongs"));
    StepVerifier.create(store.put(bytes("abc"))).verifyError(RetryableException.class);
    StepVerifier.create(store.get(ABC)).verifyError(RetryableException.class);
    Files.delete(root.resolve("ba"));
    assertThat(store.put(bytes("abc")).block()).isEqualTo(ABC);
  }

  @Test
  void aSchedulerThatTakesNoMoreIsRetryable() {
    ArtifactStore store = store();
    files.dispose();
    StepVerifier.create(store.put(bytes("abc"))).verifyError(RetryableException.class);
  }

  @Test
  void aRootThatCannotBeMadeIsRetryable() throws IOException {
    Files.write(root, bytes("a file"));
    assertThatThrownBy(this::store)
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining(root.toString());
  }

  private List<String> aside() throws IOException {
    try (Stream<Path> names = Files.list(root.resolve("tmp"))) {
      return names.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  /** A separate process that locks a file and then waits until it is ended. */
  static final class LockHolder {
    private LockHolder() {}

    static Process start(Path file) throws IOException {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  LockHolder.class.getName(),
                  file.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      if (process.getInputStream().read() != 'L') {
        process.destroyForcibly();
        throw new IOException("the other process did not lock " + file);
      }
      return process;
    }

    public static void main(String[] arguments) throws IOException {
      try (FileChannel channel =
          FileChannel.open(
              Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        if (channel.tryLock() != null) {
          System.out.write('L');
          System.out.flush();
          int end = System.in.read();
          assertThat(end).isEqualTo(-1);
        }
      }
    }
  }
}
