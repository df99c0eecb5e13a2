package dev.canswarm.pipeline.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.clock.LamportClock;
import dev.canswarm.port.AuditContent;
import dev.canswarm.port.AuditEvent;
import dev.canswarm.port.AuditEvent.Direction;
import dev.canswarm.replay.audit.AuditException;
import dev.canswarm.replay.audit.AuditFormat;
import dev.canswarm.replay.audit.AuditItem;
import dev.canswarm.replay.audit.AuditVerifier;
import dev.canswarm.replay.audit.ChainPosition;
import dev.canswarm.replay.audit.SegmentReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Damages real segments at random. {@link FileAuditLog} wrote them in batches of several sizes,
 * with or without records after the last checkpoint, with or without a truncated last line.
 */
class AuditMutationTest {
  private static final AuditLimits SMALL_SEGMENTS = new AuditLimits(2_500, 3, 16_384);
  private static final int UNSEALED_RECORDS = 3;

  private static @Nullable Path root;

  /** Undamaged segments in which a checkpoint covers every line. */
  private static List<byte[]> whole = List.of();

  /** Lines that a node wrote without a following checkpoint. */
  private static List<byte[]> unsealed = List.of();

  private static List<AuditItem> sealedItems = List.of();

  @BeforeContainer
  static void write() throws IOException {
    Path directory = Files.createTempDirectory("audit-mutations");
    root = directory;
    try (AuditFixture fixture = new AuditFixture(directory.resolve("template"))) {
      for (int start = 0; start < 3; start++) {
        FileAuditLog log = fixture.open(new LamportClock(0), SMALL_SEGMENTS);
        Flux.range(8 * start, 8).flatMapSequential(i -> log.append(event(i)), 3).blockLast();
        log.close().block();
      }
      List<byte[]> segments = new ArrayList<>();
      for (Path segment : fixture.segments()) {
        segments.add(Files.readAllBytes(segment));
      }
      whole = segments;
      sealedItems = fixture.read();
      unsealed = unsealedAfter(segments);
    }
    assertThat(whole).hasSizeGreaterThan(3);
    assertThat(sealedItems).hasSize(24);
  }

  private static AuditEvent event(int index) {
    byte[] content =
        (index % 5 == 0 ? "no JSON " + index : "{\"i\":" + index + ",\"t\":\"grün\"}")
            .getBytes(UTF_8);
    Direction direction = Direction.values()[index % Direction.values().length];
    return new AuditEvent(direction, "swarm.need", 0, index, content, index % 4 == 0 ? "x" : "");
  }

  private static List<byte[]> unsealedAfter(List<byte[]> segments) {
    AuditVerifier verifier =
        new AuditVerifier(AuditFixture.ENGINE, List.of(AuditFixture.KEY.publicKey()));
    for (byte[] segment : segments) {
      SegmentReader reader = new SegmentReader("template", verifier);
      reader.feed(segment, segment.length);
      reader.end(true);
    }
    ChainPosition position = Objects.requireNonNull(verifier.position());
    List<byte[]> lines = new ArrayList<>();
    for (int i = 0; i < UNSEALED_RECORDS; i++) {
      AuditEvent event = event(100 + i);
      long lamport = position.lamport() + 1;
      byte[] line =
          AuditFormat.record(position, lamport, 17, event, AuditContent.of(event.content()));
      position = position.after(lamport, line);
      lines.add(line);
    }
    return lines;
  }

  @AfterContainer
  static void delete() throws IOException {
    if (root != null) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** The lines of a log by segment, without newlines, and the bytes after the last newline. */
  private record Log(List<List<byte[]>> segments, byte[] torn) {
    static Log of(int unsealedLines, int tornBytes) {
      List<List<byte[]>> segments = new ArrayList<>();
      for (byte[] segment : whole) {
        segments.add(lines(segment));
      }
      segments.get(segments.size() - 1).addAll(unsealed.subList(0, unsealedLines));
      byte[] next = unsealed.get(Math.min(unsealedLines, UNSEALED_RECORDS - 1));
      return new Log(segments, Arrays.copyOf(next, tornBytes));
    }

    private static List<byte[]> lines(byte[] segment) {
      List<byte[]> lines = new ArrayList<>();
      int start = 0;
      for (int i = 0; i < segment.length; i++) {
        if (segment[i] == '\n') {
          lines.add(Arrays.copyOfRange(segment, start, i));
          start = i + 1;
        }
      }
      return lines;
    }

    List<byte[]> files() {
      List<byte[]> files = new ArrayList<>();
      for (List<byte[]> segment : segments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] line : segment) {
          bytes.writeBytes(line);
          bytes.write('\n');
        }
        files.add(bytes.toByteArray());
      }
      int last = files.size() - 1;
      ByteArrayOutputStream newest = new ByteArrayOutputStream();
      newest.writeBytes(files.get(last));
      newest.writeBytes(torn);
      files.set(last, newest.toByteArray());
      return files;
    }

    int lineCount() {
      return segments.stream().mapToInt(List::size).sum();
    }

    /** Returns the segment of a line, counted over the whole log. */
    int segmentOf(int line) {
      int left = line;
      for (int segment = 0; ; segment++) {
        if (left < segments.get(segment).size()) {
          return segment;
        }
        left -= segments.get(segment).size();
      }
    }

    int lineIn(int line) {
      return line - segments.subList(0, segmentOf(line)).stream().mapToInt(List::size).sum();
    }

    byte[] line(int line) {
      return segments.get(segmentOf(line)).get(lineIn(line));
    }
  }

  private static Log anyLog(Random random) {
    int unsealedLines = random.nextInt(UNSEALED_RECORDS);
    return Log.of(unsealedLines, random.nextBoolean() ? 0 : 1 + random.nextInt(150));
  }

  /** The result of reading a log: its items, and the exception that ended it, if any. */
  private record Reading(List<AuditItem> items, Optional<AuditException> found) {
    List<String> sealed() {
      return items.stream()
          .filter(item -> item instanceof AuditItem.Entry entry && entry.isSealed())
          .map(AuditMutationTest::text)
          .toList();
    }
  }

  private static String text(AuditItem item) {
    AuditItem.Entry entry = (AuditItem.Entry) item;
    return entry.location()
        + " "
        + entry.record().n()
        + " "
        + new String(entry.record().event().content(), UTF_8);
  }

  private static Reading read(List<byte[]> files) {
    try {
      Path directory = Files.createTempDirectory(Objects.requireNonNull(root), "log");
      for (int i = 0; i < files.size(); i++) {
        Files.write(directory.resolve(AuditSegments.name(i + 1)), files.get(i));
      }
      return read(directory);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Reading read(Path directory) throws IOException {
    List<AuditItem> items = new ArrayList<>();
    try {
      AuditSegments.read(directory, AuditFixture.ENGINE, List.of(AuditFixture.KEY.publicKey()))
          .doOnNext(items::add)
          .blockLast();
      return new Reading(items, Optional.empty());
    } catch (AuditException e) {
      return new Reading(items, Optional.of(e));
    } finally {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }

  /**
   * Asserts that the records emitted as sealed are those that the node sealed, in the same order.
   */
  private static void assertSealedIsGenuine(Reading reading, String how) {
    List<String> genuine = sealedItems.stream().map(AuditMutationTest::text).toList();
    List<String> sealed = reading.sealed();
    assertThat(sealed).as(how).isEqualTo(genuine.subList(0, sealed.size()));
  }

  private static void assertFound(Reading reading, String how, int... segments) {
    assertThat(reading.found()).as(how).isPresent();
    String file = reading.found().orElseThrow().location().file();
    assertThat(Arrays.stream(segments).mapToObj(i -> AuditSegments.name(i + 1)))
        .as("%s: %s", how, reading.found().orElseThrow().getMessage())
        .contains(file);
    assertSealedIsGenuine(reading, how);
  }

  @Property(tries = 20)
  void withoutDamageEverythingComesOut(@ForAll long seed) {
    Log log = anyLog(new Random(seed));
    Reading reading = read(log.files());
    assertThat(reading.found()).isEmpty();
    assertThat(reading.sealed()).hasSize(sealedItems.size());
    long torn = reading.items().stream().filter(AuditItem.Torn.class::isInstance).count();
    assertThat(torn).isEqualTo(log.torn().length > 0 ? 1 : 0);
  }

  @Property(tries = 400)
  void oneFlippedBitIsFoundAndItsLineNamed(@ForAll long seed) {
    Random random = new Random(seed);
    Log log = anyLog(random);
    List<byte[]> files = log.files();
    int file = random.nextInt(files.size());
    byte[] changed = files.get(file).clone();
    int at = random.nextInt(changed.length);
    int bit = random.nextInt(8);
    changed[at] ^= (byte) (1 << bit);
    files.set(file, changed);
    Reading reading = read(files);
    String how = "bit %d of byte %d of segment %d".formatted(bit, at, file + 1);
    if (file < files.size() - 1 || at < whole.get(file).length) {
      assertFound(reading, how, file);
      byte[] before = Arrays.copyOf(whole.get(file), at);
      assertThat(reading.found().orElseThrow().location().line())
          .as("%s: %s", how, reading.found().orElseThrow().getMessage())
          .isEqualTo(1 + countOf(before, (byte) '\n'));
    } else if (reading.found().isPresent()) {
      assertFound(reading, how, file);
    } else {
      // Nothing after the last checkpoint was acknowledged. Damage there may remain undetected, but
      // seals nothing.
      assertThat(reading.sealed()).as(how).hasSize(sealedItems.size());
    }
  }

  private static long countOf(byte[] bytes, byte wanted) {
    long count = 0;
    for (byte each : bytes) {
      count += each == wanted ? 1 : 0;
    }
    return count;
  }

  @Property(tries = 150)
  void oneRemovedLineIsFoundUnlessItIsTheLast(@ForAll long seed) {
    Random random = new Random(seed);
    Log log = anyLog(random);
    int line = random.nextInt(log.lineCount() - 1);
    int segment = log.segmentOf(line);
    log.segments().get(segment).remove(log.lineIn(line));
    assertFound(read(log.files()), "without line " + line, segment, segment + 1);
  }

  @Property(tries = 150)
  void oneRepeatedLineIsFoundWhereverItIsPut(@ForAll long seed) {
    Random random = new Random(seed);
    Log log = anyLog(random);
    byte[] again = log.line(random.nextInt(log.lineCount()));
    int before = random.nextInt(log.lineCount());
    int segment = log.segmentOf(before);
    log.segments().get(segment).add(log.lineIn(before) + random.nextInt(2), again);
    assertFound(read(log.files()), "again before line " + before, segment, segment + 1);
  }

  @Property(tries = 150)
  void twoLinesThatChangedPlacesAreFound(@ForAll long seed) {
    Random random = new Random(seed);
    Log log = anyLog(random);
    int one = random.nextInt(log.lineCount());
    int other = random.nextInt(log.lineCount() - 1);
    other += other >= one ? 1 : 0;
    byte[] first = log.line(one);
    log.segments().get(log.segmentOf(one)).set(log.lineIn(one), log.line(other));
    log.segments().get(log.segmentOf(other)).set(log.lineIn(other), first);
    int segment = log.segmentOf(Math.min(one, other));
    assertFound(read(log.files()), "lines " + one + " and " + other, segment, segment + 1);
  }

  @Property(tries = 100)
  void aSegmentThatIsGoneEmptiedRepeatedCutOrMovedIsFound(@ForAll long seed) {
    Random random = new Random(seed);
    List<byte[]> files = anyLog(random).files();
    int segment = random.nextInt(files.size() - 1);
    int other = segment + 1 + random.nextInt(files.size() - 1 - segment);
    int how = random.nextInt(6);
    switch (how) {
      case 0 -> files.remove(segment);
      case 1 -> files.set(segment, new byte[0]);
      case 2 -> files.add(segment, files.get(segment));
      case 3 -> files.add(files.get(segment));
      case 4 -> files.set(segment, cut(files.get(segment), random));
      default -> {
        byte[] first = files.get(segment);
        files.set(segment, files.get(other));
        files.set(other, first);
      }
    }
    Reading reading = read(files);
    assertThat(reading.found()).as("%d on segment %d, %d", how, segment, other).isPresent();
    assertSealedIsGenuine(reading, "segment " + segment);
  }

  private static byte[] cut(byte[] segment, Random random) {
    return Arrays.copyOf(segment, random.nextInt(segment.length));
  }

  /** The segments alone cannot reveal a truncation at a checkpoint; see ADR 3. */
  @Property(tries = 150)
  void aCutAtTheEndLeavesAGenuineBeginning(@ForAll long seed) {
    Random random = new Random(seed);
    List<byte[]> files = anyLog(random).files();
    int kept = 1 + random.nextInt(files.size());
    files.subList(kept, files.size()).clear();
    files.set(
        kept - 1,
        Arrays.copyOf(files.get(kept - 1), random.nextInt(files.get(kept - 1).length + 1)));
    Reading reading = read(files);
    assertThat(reading.found()).isEmpty();
    assertSealedIsGenuine(reading, "cut");
  }

  /** Combined damage never produces a sealed record that the node did not seal. */
  @Property(tries = 200)
  void nothingSealsWhatTheNodeDidNotSeal(@ForAll long seed) {
    Random random = new Random(seed);
    Log log = anyLog(random);
    for (int i = 0; i <= random.nextInt(4); i++) {
      int line = random.nextInt(log.lineCount());
      List<byte[]> lines = log.segments().get(log.segmentOf(line));
      int at = log.lineIn(line);
      switch (random.nextInt(4)) {
        case 0 -> lines.add(at, log.line(random.nextInt(log.lineCount())));
        case 1 -> lines.set(at, log.line(random.nextInt(log.lineCount())));
        case 2 -> lines.set(at, unsealed.get(random.nextInt(UNSEALED_RECORDS)));
        default -> {
          byte[] changed = lines.get(at).clone();
          changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
          lines.set(at, changed);
        }
      }
    }
    assertSealedIsGenuine(read(log.files()), "seed " + seed);
  }
}
