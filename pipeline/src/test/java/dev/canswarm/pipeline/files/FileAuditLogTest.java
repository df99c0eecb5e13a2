package dev.canswarm.pipeline.files;

import static dev.canswarm.pipeline.files.AuditFixture.append;
import static dev.canswarm.pipeline.files.AuditFixture.contentsOf;
import static dev.canswarm.pipeline.files.AuditFixture.event;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.pipeline.files.FaultyOutputs.Fault;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.port.RetryableException;
import dev.canswarm.replay.audit.AuditException;
import dev.canswarm.replay.audit.AuditFormat;
import dev.canswarm.replay.audit.AuditItem;
import dev.canswarm.replay.audit.AuditRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class FileAuditLogTest {
  private final AuditFixture fixture;

  FileAuditLogTest(@TempDir Path directory) {
    fixture = new AuditFixture(directory.resolve("audit"));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aListIsOneWriteWithOneCheckpointAndOneForce() throws IOException {
    FileAuditLog log = fixture.open();
    log.append(IntStream.range(0, 600).mapToObj(AuditFixture::event).toList()).block();
    assertThat(fixture.outputs.calls).containsExactly("create", "append", "force");
    assertThat(fixture.checkpoints()).isEqualTo(1);
    assertThat(fixture.contents()).isEqualTo(contentsOf(0, 600));
  }

  @Test
  void aListPastWhatOneCheckpointMayCoverIsWrittenInSeveral() throws IOException {
    FileAuditLog log = fixture.open();
    int count = AuditFormat.BATCH_RECORDS_MAX + 3;
    log.append(IntStream.range(0, count).mapToObj(AuditFixture::event).toList()).block();
    assertThat(fixture.checkpoints()).isEqualTo(2);
    assertThat(fixture.contents()).isEqualTo(contentsOf(0, count));
  }

  @Test
  void aCallerIsAnsweredAfterItsBatchWasForced() {
    FileAuditLog log = fixture.open();
    log.append(event(0)).block();
    assertThat(fixture.outputs.calls).containsExactly("create", "append", "force");
    log.append(event(1)).block();
    assertThat(fixture.outputs.calls)
        .containsExactly("create", "append", "force", "append", "force");
  }

  @Test
  void callersThatComeWhileABatchIsWrittenShareTheNext() throws Exception {
    FileAuditLog log = fixture.open();
    var busy = new CountDownLatch(1);
    fixture.files.schedule(() -> awaitQuietly(busy));
    Mono<Void> all = Flux.range(0, 1000).flatMap(i -> log.append(event(i)), 1000).then();
    StepVerifier.create(all).then(busy::countDown).verifyComplete();
    assertThat(fixture.contents()).isEqualTo(contentsOf(0, 1000));
    assertThat(fixture.checkpoints()).isEqualTo(2);
    assertThat(fixture.outputs.calls).filteredOn("force"::equals).hasSize(2);
  }

  @Test
  void oneCallerMoreThanMayWaitFailsRetryably() {
    FileAuditLog log = fixture.open(new LamportClock(0), new AuditLimits(1 << 20, 10, 5));
    var busy = new CountDownLatch(1);
    fixture.files.schedule(() -> awaitQuietly(busy));
    var waiting = Flux.range(0, 5).flatMap(i -> log.append(event(i))).then().toFuture();
    StepVerifier.create(log.append(event(5)))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(RetryableException.class)
                    .hasMessageContaining("5 events wait already"))
        .verify();
    assertThat(waiting).isNotDone();
    busy.countDown();
    waiting.join();
    log.append(event(5)).block();
    assertThat(fixture.contents()).isEqualTo(contentsOf(0, 6));
  }

  @Test
  void theChainAndTheClockGoOnAfterARestart() throws IOException {
    append(fixture.open(new LamportClock(40), AuditLimits.DEFAULT), 0, 3);
    var clock = new LamportClock(0);
    FileAuditLog second = fixture.open(clock, AuditLimits.DEFAULT);
    assertThat(clock.current()).isGreaterThanOrEqualTo(43);
    append(second, 3, 2);
    append(fixture.open(), 5, 1);
    assertThat(fixture.contents()).isEqualTo(contentsOf(0, 6));
    assertThat(fixture.records())
        .extracting(AuditRecord::n)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 6).boxed().toList());
    assertThat(fixture.records())
        .extracting(AuditRecord::lamport)
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(fixture.segments()).hasSize(3);
  }

  @Test
  void aClockThatIsAheadOfTheLogStaysAhead() {
    append(fixture.open(), 0, 3);
    var clock = new LamportClock(1000);
    fixture.open(clock, AuditLimits.DEFAULT);
    assertThat(clock.current()).isEqualTo(1000);
  }

  @Test
  void aStartWithoutARecordLeavesNoSegment() throws IOException {
    fixture.open();
    fixture.open();
    assertThat(fixture.segments()).isEmpty();
  }

  @Test
  void segmentsEndBeforeTheyGrowTooLong() throws IOException {
    append(fixture.open(new LamportClock(0), new AuditLimits(2000, 10, 100)), 0, 20);
    assertThat(fixture.segments())
        .hasSizeGreaterThan(5)
        .allSatisfy(segment -> assertThat(Files.size(segment)).isLessThanOrEqualTo(2000))
        .extracting(segment -> segment.getFileName().toString())
        .startsWith("000000000001.jsonl", "000000000002.jsonl");
    assertThat(fixture.contents()).isEqualTo(contentsOf(0, 20));
  }

  @Test
  void closingWritesWhatWaitsAndRefusesTheRest() {
    FileAuditLog log = fixture.open();
    var busy = new CountDownLatch(1);
    fixture.files.schedule(() -> awaitQuietly(busy));
    var waiting = log.append(event(0)).toFuture();
    var closed = log.close().toFuture();
    StepVerifier.create(log.append(event(1))).verifyError(RetryableException.class);
    busy.countDown();
    closed.join();
    assertThat(waiting).isCompleted();
    log.close().block();
    assertThat(fixture.outputs.calls).endsWith("close");
    assertThat(fixture.read())
        .singleElement()
        .isInstanceOfSatisfying(
            AuditItem.Entry.class, entry -> assertThat(entry.isSealed()).isTrue());
  }

  @ParameterizedTest
  @EnumSource(value = Fault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void aFailureOfTheDiskIsRetryableAndLeavesNoHole(Fault fault) throws IOException {
    FileAuditLog log = fixture.open(new LamportClock(0), new AuditLimits(1500, 10, 100));
    var written = new ArrayList<String>();
    int failures = 0;
    for (int index = 0; index < 45; index++) {
      fixture.outputs.fault = index % 10 < 5 ? Fault.NONE : fault;
      if (tryAppend(log, index)) {
        written.add("{\"i\":" + index + "}");
      } else {
        failures++;
      }
    }
    assertThat(failures).isGreaterThanOrEqualTo(4);
    assertThat(fixture.contents()).isEqualTo(written);
    assertThat(fixture.checkpoints()).isEqualTo(written.size());
    append(fixture.open(), 45, 1);
    assertThat(fixture.contents()).hasSize(written.size() + 1).endsWith("{\"i\":45}");
  }

  private static boolean tryAppend(FileAuditLog log, int index) {
    try {
      append(log, index, 1);
      return true;
    } catch (RetryableException e) {
      return false;
    }
  }

  @Test
  void whileTheDiskFailsEveryCallerOfTheBatchFails() {
    FileAuditLog log = fixture.open();
    fixture.outputs.fault = Fault.HALF_A_WRITE;
    StepVerifier.create(
            Flux.range(0, 10).flatMap(i -> log.append(event(i)).materialize()).collectList())
        .assertNext(
            signals ->
                assertThat(signals)
                    .hasSize(10)
                    .allSatisfy(
                        signal ->
                            assertThat(signal.getThrowable())
                                .isInstanceOf(RetryableException.class)
                                .hasMessageContaining("No space left")))
        .verifyComplete();
    fixture.outputs.fault = Fault.NONE;
    append(log, 0, 3);
    assertThat(fixture.contents()).isEqualTo(contentsOf(0, 3));
  }

  @Test
  void afterAFailureALogThatSomebodyChangedStaysFailed() throws IOException {
    FileAuditLog log = fixture.open();
    append(log, 0, 3);
    Path segment = fixture.segments().get(0);
    byte[] whole = Files.readAllBytes(segment);
    byte[] changed = whole.clone();
    changed[20] ^= 1;
    Files.write(segment, changed);
    fixture.outputs.fault = Fault.FORCE;
    StepVerifier.create(log.append(event(3))).verifyError(RetryableException.class);
    fixture.outputs.fault = Fault.NONE;
    for (int i = 0; i < 2; i++) {
      StepVerifier.create(log.append(event(3)))
          .expectErrorSatisfies(
              error ->
                  assertThat(error)
                      .isInstanceOf(RetryableException.class)
                      .hasCauseInstanceOf(AuditException.class))
          .verify();
    }
    Files.write(segment, whole);
    log.append(event(3)).block();
    assertThat(fixture.contents()).isEqualTo(contentsOf(0, 4));
  }

  @Test
  void afterAFailureALogThatLostASealedTailStaysFailed() throws IOException {
    FileAuditLog log = fixture.open();
    append(log, 0, 1);
    Path segment = fixture.segments().get(0);
    byte[] shorter = Files.readAllBytes(segment);
    append(log, 1, 1);
    fixture.outputs.fault = Fault.FORCE;
    StepVerifier.create(log.append(event(2))).verifyError(RetryableException.class);
    fixture.outputs.fault = Fault.NONE;
    Files.write(segment, shorter);
    StepVerifier.create(log.append(event(2)))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(RetryableException.class)
                    .hasMessageContaining("to end at record 2"))
        .verify();
  }

  @Test
  void aTailThatACrashLeftIsCutOffAndNeverSigned() throws IOException {
    append(fixture.open(), 0, 2);
    Path segment = fixture.segments().get(0);
    byte[] whole = Files.readAllBytes(segment);
    int sealed = indexOfLine(whole, 2);
    for (int length = sealed; length < whole.length; length += 7) {
      Files.write(segment, Arrays.copyOf(whole, length));
      fixture.open();
      assertThat(Files.size(segment)).as("cut at %d", length).isEqualTo(sealed);
    }
    append(fixture.open(), 7, 1);
    assertThat(fixture.contents()).containsExactly("{\"i\":0}", "{\"i\":7}");
  }

  private static int indexOfLine(byte[] bytes, int lines) {
    int at = 0;
    for (int line = 0; line < lines; at++) {
      line += bytes[at] == '\n' ? 1 : 0;
    }
    return at;
  }

  @Test
  void aSegmentOfWhichNothingWasSealedIsTakenAway() throws IOException {
    append(fixture.open(), 0, 1);
    Files.writeString(fixture.directory.resolve("000000000002.jsonl"), "");
    Files.writeString(fixture.directory.resolve("000000000003.jsonl"), "{\"dir\":\"PUB");
    append(fixture.open(), 1, 1);
    assertThat(fixture.segments()).hasSize(2);
    assertThat(fixture.contents()).isEqualTo(contentsOf(0, 2));
  }

  @Test
  void aDamagedLogIsNotOpenedAndTheLineIsNamed() throws IOException {
    append(fixture.open(), 0, 3);
    Path segment = fixture.segments().get(0);
    byte[] changed = Files.readAllBytes(segment);
    changed[indexOfLine(changed, 2) + 30] ^= 1;
    Files.write(segment, changed);
    assertThatThrownBy(fixture::open)
        .isInstanceOf(AuditException.class)
        .hasMessageStartingWith("000000000001.jsonl:3: ");
  }

  @Test
  void aDamagedEndOfTheSegmentBeforeIsSeenAtOpen() throws IOException {
    append(fixture.open(), 0, 1);
    append(fixture.open(), 1, 1);
    Path first = fixture.segments().get(0);
    Files.write(first, new byte[] {'x'}, StandardOpenOption.APPEND);
    assertThatThrownBy(fixture::open)
        .isInstanceOf(AuditException.class)
        .hasMessageContaining("000000000001.jsonl");
  }

  @Test
  void anotherNodesLogIsNotOpened() {
    append(fixture.open(), 0, 1);
    byte[] seed = new byte[32];
    seed[0] = 1;
    SigningKey other = AuditFixture.ENGINE.signingKey(seed);
    assertThatThrownBy(
            () -> fixture.open(other, new LamportClock(0), AuditFixture.TIME, AuditLimits.DEFAULT))
        .isInstanceOf(AuditException.class)
        .hasMessageContaining(other.publicKey().base64());
  }

  @Test
  void aDirectoryThatCannotBeMadeIsRetryable() throws IOException {
    Files.writeString(fixture.directory, "a file");
    assertThatThrownBy(fixture::open)
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining(fixture.directory.toString());
  }

  @Test
  void contentThatNoLineHoldsIsRefusedForGood() {
    var event =
        new AuditEvent(
            Direction.RAW_DELIVERED, "t", 0, 0, new byte[AuditFormat.CONTENT_BYTES_MAX + 1], "");
    StepVerifier.create(fixture.open().append(event)).verifyError(IllegalArgumentException.class);
  }

  @Test
  void largeRecordsAreSplitOverBatchesThatAReaderHolds() throws IOException {
    FileAuditLog log = fixture.open();
    var busy = new CountDownLatch(1);
    fixture.files.schedule(() -> awaitQuietly(busy));
    byte[] large = "x".repeat(5 << 20).getBytes(UTF_8);
    var event = new AuditEvent(Direction.RAW_DELIVERED, "t", 0, 0, large, "");
    var all = Flux.range(0, 5).flatMap(i -> log.append(event)).then().toFuture();
    busy.countDown();
    all.join();
    assertThat(fixture.checkpoints()).isEqualTo(2);
    assertThat(fixture.records()).hasSize(5);
  }

  @Test
  void aSchedulerThatIsGoneIsRetryable() {
    FileAuditLog log = fixture.open();
    append(log, 0, 1);
    fixture.files.dispose();
    for (int i = 0; i < 3; i++) {
      StepVerifier.create(log.append(event(i))).verifyError(RetryableException.class);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
