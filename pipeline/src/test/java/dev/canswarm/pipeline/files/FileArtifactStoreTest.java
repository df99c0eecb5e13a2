package dev.canswarm.pipeline.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.port.ArtifactException;
import dev.canswarm.port.ArtifactStore;
import dev.canswarm.port.ArtifactStoreContract;
import dev.canswarm.port.RetryableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class FileArtifactStoreTest extends ArtifactStoreContract {
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

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

  /** A process of its own that locks a file and waits for its end. */
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
