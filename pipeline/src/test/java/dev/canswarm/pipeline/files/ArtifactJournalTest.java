package dev.canswarm.pipeline.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactJournalTest {
  private static final int ENTRY_BYTES = 2 * Integer.BYTES + Sha256.HASH_BYTES;

  @TempDir private Path directory;

  private final List<String> handedOut = new ArrayList<>();

  @Test
  void whatWasAppendedIsHandedOutInOrderUntilItIsDeleted() throws IOException {
    ArtifactJournal journal = ArtifactJournal.begin(directory);
    append(journal, "one", "");
    append(journal, "three");
    assertThat(journal.bytes()).isEqualTo(3 * ENTRY_BYTES + "onethree".length());
    journal.forEach(this::take);
    assertThat(handedOut).containsExactly("one", "", "three");
    assertThat(ArtifactJournal.leftovers(directory)).as("one's own is none").isEmpty();
    journal.delete();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aLeftoverIsReplayedAndGoesOnceItsContentsAreDurable() throws IOException {
    Path leftover = leftover("one", "two");
    assertThat(ArtifactJournal.leftovers(directory)).containsExactly(leftover);
    ArtifactJournal.replay(
        leftover,
        this::take,
        () -> {
          assertThat(handedOut).containsExactly("one", "two");
          assertThat(leftover).exists();
          handedOut.add("durable");
        });
    assertThat(handedOut).containsExactly("one", "two", "durable");
    assertThat(leftover).doesNotExist();
  }

  @Test
  void aLeftoverWhoseContentsAreNotDurableStays() throws IOException {
    Path leftover = leftover("one");
    assertThatThrownBy(
            () ->
                ArtifactJournal.replay(
                    leftover,
                    this::take,
                    () -> {
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThat(leftover).exists();
  }

  @Test
  void anEndThatWasCutOffAnywhereIsPassedOver() throws IOException {
    Path leftover = leftover("one", "two");
    byte[] whole = Files.readAllBytes(leftover);
    int first = ENTRY_BYTES + "one".length();
    for (int length = first; length < whole.length; length++) {
      handedOut.clear();
      Files.write(leftover, Arrays.copyOf(whole, length));
      ArtifactJournal.replay(leftover, this::take, () -> {});
      assertThat(handedOut).as("of %d bytes", length).containsExactly("one");
      assertThat(leftover).doesNotExist();
    }
  }

  @Test
  void nothingOfADamagedEntryIsHandedOut() throws IOException {
    Path leftover = leftover("one", "two");
    byte[] whole = Files.readAllBytes(leftover);
    int first = ENTRY_BYTES + "one".length();
    for (int place = first; place < whole.length; place++) {
      handedOut.clear();
      byte[] damaged = whole.clone();
      damaged[place] ^= (byte) 0x80;
      Files.write(leftover, damaged);
      ArtifactJournal.replay(leftover, this::take, () -> {});
      assertThat(handedOut).as("byte %d", place).containsExactly("one");
    }
  }

  @Test
  void aJournalThatIsLockedIsLeftAlone() throws IOException {
    Path leftover = leftover("one");
    try (FileChannel holder = FileChannel.open(leftover, StandardOpenOption.WRITE);
        FileLock lock = holder.lock()) {
      assertThat(lock.isValid()).isTrue();
      ArtifactJournal.replay(leftover, this::take, () -> handedOut.add("durable"));
      assertThat(handedOut).isEmpty();
      assertThat(leftover).exists();
    }
    ArtifactJournal.replay(leftover, this::take, () -> {});
    assertThat(handedOut).containsExactly("one");
  }

  /** What a process that died left: nobody locks it. */
  private Path leftover(String... contents) throws IOException {
    try (ArtifactJournal journal = ArtifactJournal.begin(directory)) {
      append(journal, contents);
    }
    try (Stream<Path> files = Files.list(directory.toRealPath())) {
      return files.findFirst().orElseThrow();
    }
  }

  private static void append(ArtifactJournal journal, String... contents) throws IOException {
    List<byte[]> bytes = Arrays.stream(contents).map(text -> text.getBytes(UTF_8)).toList();
    journal.append(bytes, bytes.stream().map(Sha256::hash).toList());
  }

  private void take(byte[] content) {
    handedOut.add(new String(content, UTF_8));
  }
}
