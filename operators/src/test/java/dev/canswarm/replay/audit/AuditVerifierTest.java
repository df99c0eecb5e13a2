package dev.canswarm.replay.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.canswarm.replay.audit.AuditException.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AuditVerifierTest {
  private static final byte[] WHOLE = SampleLog.ofThreeBatches().bytes();

  @Test
  void aWholeLogGivesItsRecordsAllSealed() {
    assertThat(SampleLog.read(WHOLE))
        .hasSize(6)
        .allSatisfy(
            item ->
                assertThat(item)
                    .isInstanceOfSatisfying(
                        AuditItem.Entry.class, entry -> assertThat(entry.isSealed()).isTrue()))
        .extracting(item -> item.location().line())
        .containsExactly(1L, 2L, 4L, 6L, 7L, 8L);
  }

  @Test
  void piecesOfAnySizeGiveTheSame() {
    List<AuditItem> whole = SampleLog.read(WHOLE);
    for (int pieceBytes : new int[] {1, 2, 7, 100, 399}) {
      assertThat(SampleLog.read(WHOLE, pieceBytes)).usingRecursiveComparison().isEqualTo(whole);
    }
  }

  @Test
  void oneChangedByteAnywhereNamesItsLine() {
    var random = new Random(20);
    for (int at = 0; at < WHOLE.length; at++) {
      assertNamesItsLine(at, (byte) (1 + random.nextInt(255)));
    }
  }

  @Property(tries = 1500)
  void anyChangeOfOneByteNamesItsLine(
      @ForAll @IntRange(max = 1 << 20) int where, @ForAll @ByteRange(min = -128) byte mask) {
    assertNamesItsLine(where % WHOLE.length, mask == 0 ? 1 : mask);
  }

  private static void assertNamesItsLine(int at, byte mask) {
    byte[] changed = WHOLE.clone();
    changed[at] ^= mask;
    AuditException found =
        catchThrowableOfType(AuditException.class, () -> SampleLog.read(changed));
    assertThat(found).as("byte %d xor %d", at, mask).isNotNull();
    assertThat(found.location())
        .as("byte %d xor %d: %s", at, mask, found.getMessage())
        .isEqualTo(new AuditLocation(SampleLog.FILE, lineOf(at)));
  }

  private static long lineOf(int at) {
    long line = 1;
    for (int i = 0; i < at; i++) {
      line += WHOLE[i] == '\n' ? 1 : 0;
    }
    return line;
  }

  @Test
  void aLineThatIsMissingIsFoundUnlessItIsTheLast() {
    int count = SampleLog.ofThreeBatches().lines.size();
    for (int index = 0; index < count - 1; index++) {
      SampleLog log = SampleLog.ofThreeBatches();
      log.lines.remove(index);
      assertFound(log, "without line " + (index + 1));
    }
  }

  @Test
  void aLineThatIsRepeatedIsFound() {
    int count = SampleLog.ofThreeBatches().lines.size();
    for (int index = 0; index < count; index++) {
      SampleLog log = SampleLog.ofThreeBatches();
      log.lines.add(index, log.lines.get(index));
      assertFound(log, "line " + (index + 1) + " twice");
    }
  }

  @Test
  void linesThatChangedPlacesAreFound() {
    int count = SampleLog.ofThreeBatches().lines.size();
    for (int first = 0; first < count; first++) {
      for (int second = first + 1; second < count; second++) {
        SampleLog log = SampleLog.ofThreeBatches();
        Collections.swap(log.lines, first, second);
        assertFound(log, "lines " + (first + 1) + " and " + (second + 1) + " swapped");
      }
    }
  }

  private static void assertFound(SampleLog log, String how) {
    assertThatThrownBy(() -> SampleLog.read(log.bytes()))
        .as(how)
        .isInstanceOf(AuditException.class)
        .hasMessageStartingWith(SampleLog.FILE + ":");
  }

  @Test
  void aLogThatIsCutAnywhereIsTornAndNotTampered() {
    for (int length = 0; length < WHOLE.length; length++) {
      byte[] cut = Arrays.copyOf(WHOLE, length);
      List<AuditItem> items = SampleLog.read(cut);
      boolean atLineEnd = length == 0 || WHOLE[length - 1] == '\n';
      assertThat(items.stream().filter(AuditItem.Torn.class::isInstance).count())
          .as("cut to %d bytes", length)
          .isEqualTo(atLineEnd ? 0 : 1);
      assertThat(items.stream().filter(AuditVerifierTest::isSealed).count())
          .as("cut to %d bytes", length)
          .isEqualTo(sealedIn(length));
    }
  }

  /** How many records the first bytes of the sample seal. */
  private static long sealedIn(int length) {
    long lines = 0;
    for (int i = 0; i < length; i++) {
      lines += WHOLE[i] == '\n' ? 1 : 0;
    }
    return lines == 9 ? 6 : lines >= 5 ? 3 : lines >= 3 ? 2 : 0;
  }

  private static boolean isSealed(AuditItem item) {
    return item instanceof AuditItem.Entry entry && entry.isSealed();
  }

  @Test
  void recordsBehindTheLastCheckpointComeOutUnsealed() {
    SampleLog log = SampleLog.ofThreeBatches().add("{}", "").add("{}", "");
    assertThat(SampleLog.read(log.bytes()))
        .hasSize(8)
        .extracting(AuditVerifierTest::isSealed)
        .containsExactly(true, true, true, true, true, true, false, false);
  }

  @Test
  void zerosThatAPowerFailureLeftAreTorn() {
    byte[] lengthened = Arrays.copyOf(WHOLE, WHOLE.length + 4096);
    assertThat(SampleLog.read(lengthened)).hasSize(7).last().isInstanceOf(AuditItem.Torn.class);
  }

  @Test
  void garbageBehindAWholeLineIsTampering() {
    for (byte garbage : new byte[] {0, ' ', '\r', '}', 'x'}) {
      byte[] changed = WHOLE.clone();
      changed[changed.length - 1] = garbage;
      assertProblem(changed, Problem.MALFORMED);
    }
  }

  @Test
  void anotherNodesLogIsNotTrusted() {
    var verifier = new AuditVerifier(SampleLog.ENGINE, List.of(SampleLog.keyOf(2).publicKey()));
    var reader = new SegmentReader(SampleLog.FILE, verifier);
    assertThatThrownBy(() -> reader.feed(WHOLE, WHOLE.length))
        .isInstanceOfSatisfying(
            AuditException.class,
            error -> assertThat(error.problem()).isEqualTo(Problem.UNTRUSTED_NODE));
  }

  @Test
  void aCheckpointOfAnotherTrustedNodeDoesNotSealThisLog() {
    SampleLog log = new SampleLog().add("{}", "");
    ChainPosition position =
        ChainPosition.genesis(SampleLog.KEY.publicKey()).after(2, log.lines.get(0));
    log.lines.add(AuditFormat.checkpoint(position, 1, SampleLog.keyOf(2)));
    assertProblem(log.bytes(), Problem.UNTRUSTED_NODE);
  }

  @Test
  void aChainThatWasRebuiltWithoutTheKeyIsFound() {
    SampleLog log = new SampleLog().add("{}", "");
    ChainPosition position =
        ChainPosition.genesis(SampleLog.KEY.publicKey()).after(2, log.lines.get(0));
    byte[] checkpoint = AuditFormat.checkpoint(position, 1, SampleLog.keyOf(3));
    String forged =
        new String(checkpoint, StandardCharsets.UTF_8)
            .replace(SampleLog.keyOf(3).publicKey().base64(), SampleLog.KEY.publicKey().base64());
    log.lines.add(forged.getBytes(StandardCharsets.UTF_8));
    assertProblem(log.bytes(), Problem.BAD_SIGNATURE);
  }

  @Test
  void aLogWithoutItsBeginningIsFound() {
    SampleLog log = SampleLog.ofThreeBatches();
    log.lines.subList(0, 3).clear();
    assertProblem(log.bytes(), Problem.OUT_OF_SEQUENCE);
  }

  @Test
  void moreRecordsThanABatchHoldsAreNotHeld() {
    SampleLog log = new SampleLog();
    for (int i = 0; i <= AuditFormat.BATCH_RECORDS_MAX; i++) {
      log.add("{}", "");
    }
    assertProblem(log.bytes(), Problem.TOO_LARGE);
  }

  @Test
  void aLineWithoutEndIsNotReadIntoMemory() {
    byte[] endless = new byte[AuditFormat.LINE_BYTES_MAX + 1];
    Arrays.fill(endless, (byte) 'x');
    assertProblem(endless, Problem.TOO_LARGE);
  }

  private static void assertProblem(byte[] segment, Problem problem) {
    assertThatThrownBy(() -> SampleLog.read(segment))
        .isInstanceOfSatisfying(
            AuditException.class,
            error -> assertThat(error.problem()).as(error.getMessage()).isEqualTo(problem));
  }
}
