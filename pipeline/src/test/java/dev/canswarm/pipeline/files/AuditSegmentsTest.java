package dev.canswarm.pipeline.files;

import static dev.canswarm.pipeline.files.AuditFixture.append;
import static dev.canswarm.pipeline.files.AuditFixture.contentsOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.replay.audit.AuditException;
import dev.canswarm.replay.audit.AuditException.Problem;
import dev.canswarm.replay.audit.AuditItem;
import dev.canswarm.replay.audit.AuditLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

class AuditSegmentsTest {
  private final AuditFixture fixture;

  AuditSegmentsTest(@TempDir Path directory) {
    fixture = new AuditFixture(directory.resolve("audit"));
  }

  /** Starts a node three times, which writes three segments of 2 records each. */
  @BeforeEach
  void write() {
    for (int start = 0; start < 3; start++) {
      append(fixture.open(), 2 * start, 2);
    }
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void recordsComeInOrderWithTheirPlaces() {
    assertThat(fixture.contents()).isEqualTo(contentsOf(0, 6));
    assertThat(fixture.read())
        .extracting(item -> item.location().toString())
        .containsExactly(
            "000000000001.jsonl:1",
            "000000000001.jsonl:3",
            "000000000002.jsonl:1",
            "000000000002.jsonl:3",
            "000000000003.jsonl:1",
            "000000000003.jsonl:3");
  }

  @Test
  void aMissingDirectoryIsAnEmptyLog(@TempDir Path elsewhere) {
    StepVerifier.create(
            AuditSegments.read(elsewhere.resolve("none"), AuditFixture.ENGINE, List.of()))
        .verifyComplete();
  }

  @Test
  void demandIsFollowed() {
    StepVerifier.create(
            AuditSegments.read(
                fixture.directory, AuditFixture.ENGINE, List.of(AuditFixture.KEY.publicKey())),
            2)
        .expectNextCount(2)
        .thenRequest(3)
        .expectNextCount(3)
        .thenCancel()
        .verify();
  }

  @Test
  void oneChangedByteAnywhereNamesFileAndLine() throws IOException {
    var random = new Random(21);
    for (Path segment : fixture.segments()) {
      byte[] whole = Files.readAllBytes(segment);
      for (int at = 0; at < whole.length; at += 1 + random.nextInt(40)) {
        byte[] changed = whole.clone();
        changed[at] ^= (byte) (1 + random.nextInt(255));
        Files.write(segment, changed);
        AuditException found = catchThrowableOfType(AuditException.class, fixture::read);
        assertThat(found).as("%s byte %d", segment.getFileName(), at).isNotNull();
        assertThat(found.location())
            .as(found.getMessage())
            .isEqualTo(new AuditLocation(segment.getFileName().toString(), lineOf(whole, at)));
      }
      Files.write(segment, whole);
    }
  }

  private static long lineOf(byte[] bytes, int at) {
    long line = 1;
    for (int i = 0; i < at; i++) {
      line += bytes[i] == '\n' ? 1 : 0;
    }
    return line;
  }

  @Test
  void aSegmentThatWasRemovedIsFound() throws IOException {
    Files.delete(fixture.segments().get(1));
    assertProblem(Problem.MISSING_SEGMENT);
  }

  @Test
  void theFirstSegmentThatWasRemovedIsFound() throws IOException {
    Files.delete(fixture.segments().get(0));
    assertProblem(Problem.MISSING_SEGMENT);
  }

  @Test
  void aSegmentThatWasRemovedAndTheOthersRenamedIsFound() throws IOException {
    List<Path> segments = fixture.segments();
    Files.move(segments.get(2), segments.get(1), StandardCopyOption.REPLACE_EXISTING);
    assertProblem(Problem.OUT_OF_SEQUENCE);
  }

  @Test
  void aSegmentThatWasEmptiedIsFound() throws IOException {
    Files.write(fixture.segments().get(1), new byte[0]);
    assertProblem(Problem.OUT_OF_SEQUENCE);
  }

  @Test
  void aCutInAnyButTheNewestSegmentIsFound() throws IOException {
    Path first = fixture.segments().get(0);
    byte[] whole = Files.readAllBytes(first);
    Files.write(first, Arrays.copyOf(whole, whole.length - 10));
    assertProblem(Problem.MALFORMED);
  }

  @Test
  void aTornEndOfTheNewestIsReportedAndIsNotTampering() throws IOException {
    Path newest = fixture.segments().get(2);
    Files.writeString(newest, "{\"dir\":\"PUBL", StandardOpenOption.APPEND);
    List<AuditItem> items = fixture.read();
    assertThat(items).hasSize(7);
    assertThat(items.get(6))
        .isEqualTo(new AuditItem.Torn(new AuditLocation("000000000003.jsonl", 5), 12));
  }

  @Test
  void aSealedEndThatIsMissingCannotBeSeenFromTheSegments() throws IOException {
    Files.delete(fixture.segments().get(2));
    assertThat(fixture.contents()).isEqualTo(contentsOf(0, 4));
  }

  @Test
  void filesWithOtherNamesAreLeftAlone() throws IOException {
    Files.writeString(fixture.directory.resolve("README"), "mine");
    Files.writeString(fixture.directory.resolve("1.jsonl"), "mine");
    assertThat(fixture.contents()).isEqualTo(contentsOf(0, 6));
    append(fixture.open(new LamportClock(0), AuditLimits.DEFAULT), 6, 1);
    assertThat(fixture.contents()).isEqualTo(contentsOf(0, 7));
  }

  private void assertProblem(Problem problem) {
    assertThatThrownBy(fixture::read)
        .isInstanceOfSatisfying(
            AuditException.class,
            error -> assertThat(error.problem()).as(error.getMessage()).isEqualTo(problem));
  }
}
