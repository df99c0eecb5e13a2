package dev.canswarm.pipeline.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.port.RetryableException;
import dev.canswarm.replay.audit.AuditException;
import dev.canswarm.replay.audit.AuditItem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Items one by one, over all segments, with what a crash tore off last. */
class AuditCursorTest {
  private final AuditFixture audit;

  AuditCursorTest(@TempDir Path directory) {
    audit = new AuditFixture(directory);
  }

  @AfterEach
  void close() {
    audit.close();
  }

  private AuditCursor cursor() {
    return new AuditCursor(
        audit.directory, AuditFixture.ENGINE, List.of(AuditFixture.KEY.publicKey()));
  }

  private static List<AuditItem> all(AuditCursor cursor) {
    List<AuditItem> items = new ArrayList<>();
    AuditItem item = cursor.next();
    while (item != null) {
      items.add(item);
      item = cursor.next();
    }
    return items;
  }

  private void write(int from, int count) {
    FileAuditLog log = audit.open();
    AuditFixture.append(log, from, count);
    log.close().block();
  }

  @Test
  void anEmptyLogEndsAtOnceAndStaysAtItsEnd() {
    AuditCursor cursor = cursor();
    assertThat(cursor.next()).isNull();
    assertThat(cursor.next()).isNull();
  }

  @Test
  void recordsComeInOrderAcrossSegments() throws IOException {
    write(0, 3);
    write(3, 2);
    assertThat(audit.segments()).hasSize(2);
    assertThat(all(cursor()))
        .allMatch(item -> item instanceof AuditItem.Entry entry && entry.isSealed())
        .extracting(item -> new String(((AuditItem.Entry) item).record().event().content(), UTF_8))
        .isEqualTo(AuditFixture.contentsOf(0, 5));
  }

  @Test
  void aTornLineComesLast() throws IOException {
    write(0, 1);
    Files.writeString(audit.segments().get(0), "{\"dir\":", StandardOpenOption.APPEND);
    List<AuditItem> items = all(cursor());
    assertThat(items).hasSize(2);
    assertThat(items.get(1))
        .isInstanceOfSatisfying(
            AuditItem.Torn.class, torn -> assertThat(torn.bytes()).isEqualTo(7));
  }

  @Test
  void aDamagedLineEndsTheReading() throws IOException {
    write(0, 2);
    Path segment = audit.segments().get(0);
    Files.writeString(
        segment, Files.readString(segment, UTF_8).replace("{\"i\":1}", "{\"i\":7}"), UTF_8);
    AuditCursor cursor = cursor();
    assertThatThrownBy(() -> all(cursor)).isInstanceOf(AuditException.class);
    cursor.close();
  }

  @Test
  void aSegmentThatCannotBeReadMayBeTriedAgain() throws IOException {
    write(0, 1);
    AuditCursor cursor = cursor();
    Path segment = audit.segments().get(0);
    Files.delete(segment);
    assertThatThrownBy(cursor::next)
        .isInstanceOf(RetryableException.class)
        .hasMessageContaining("read audit segments");
  }

  @Test
  void itMayBeClosedInTheMiddleAndTwice() {
    write(0, 3);
    AuditCursor cursor = cursor();
    assertThat(cursor.next()).isNotNull();
    cursor.close();
    cursor.close();
  }
}
