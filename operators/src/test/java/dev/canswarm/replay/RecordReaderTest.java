package dev.canswarm.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Drafts;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** Records are verified and grouped by NEED in any order, and each is counted once. */
class RecordReaderTest {
  private static final ReplayFixture NEED = new ReplayFixture().run(ReplayFixture.oneTask());
  private static final Envelope COMMIT = NEED.only(Verb.COMMIT);

  private final RecordReader reader = new RecordReader(ReplayFixture.CODEC);

  private static ReplayRecord record(String where, Envelope envelope) {
    return new ReplayRecord(where, envelope.bytes(), true);
  }

  private static ReplayRecord record(String where, String text) {
    return new ReplayRecord(where, text.getBytes(UTF_8), false);
  }

  private NeedRecords read(String needId, ReplayRecord... records) {
    SortedMap<String, NeedRecords> needs = reader.read(List.of(records));
    assertThat(needs).containsOnlyKeys(needId);
    return Objects.requireNonNull(needs.get(needId));
  }

  @Test
  void envelopesAreSortedByTheirNeed() {
    ReplayFixture other = new ReplayFixture().on("thread-2").run(ReplayFixture.oneTask());
    SortedMap<String, NeedRecords> needs =
        reader.read(
            List.of(
                record("a:1", COMMIT),
                record("a:2", other.only(Verb.COMMIT)),
                record("a:3", NEED.only(Verb.NEED))));
    assertThat(needs).containsOnlyKeys(NEED.needId().text(), other.needId().text());
    assertThat(Objects.requireNonNull(needs.get(NEED.needId().text())).entries())
        .containsOnlyKeys(COMMIT.id(), NEED.needId().envelope());
  }

  @Test
  void whatWasRecordedInSeveralPlacesIsOneEnvelopeAtTheFirstOfThem() {
    NeedRecords need =
        read(
            NEED.needId().text(),
            new ReplayRecord("node-2:4", COMMIT.bytes(), true),
            new ReplayRecord("node-1:9", COMMIT.bytes(), false));
    assertThat(need.entries().get(COMMIT.id()))
        .isEqualTo(new NeedRecords.Entry(COMMIT, "node-1:9", true));
    assertThat(need.check().status()).isEqualTo(Status.PASS);
  }

  @Test
  void theOrderOfTheRecordsChangesNothing() {
    List<ReplayRecord> records = new ArrayList<>();
    int line = 0;
    for (Verb verb : Verb.values()) {
      for (Envelope envelope : NEED.all(verb)) {
        records.add(record("log:" + line++, envelope));
        records.add(new ReplayRecord("copy:" + line++, envelope.bytes(), false));
      }
    }
    records.add(record("junk:1", "{\"need_id\":\"" + NEED.needId() + "\"}"));
    records.add(record("junk:2", "{\"need_id\":\"" + NEED.needId() + "\",\"x\":1}"));
    String expected = described(reader.read(records));
    for (int seed = 0; seed < 20; seed++) {
      Collections.shuffle(records, new Random(seed));
      assertThat(described(reader.read(records))).isEqualTo(expected);
    }
  }

  private static String described(SortedMap<String, NeedRecords> needs) {
    StringBuilder text = new StringBuilder();
    needs.forEach(
        (id, need) ->
            text.append(id)
                .append(need.entries())
                .append(need.check().summary())
                .append(need.check().findings())
                .append(need.threadId())
                .append('\n'));
    return text.toString();
  }

  @Test
  void aForgedSignatureFailsAtItsNeedWithItsPlaceAndBytes() {
    String text = new String(COMMIT.bytes(), UTF_8);
    String forged = text.replaceAll("\"timestamp_ns\":\"1", "\"timestamp_ns\":\"2");
    NeedRecords need = read(NEED.needId().text(), record("log:7", forged));
    assertThat(need.entries()).isEmpty();
    assertThat(need.threadId()).isEqualTo(ReplayFixture.THREAD);
    assertThat(need.check().status()).isEqualTo(Status.FAIL);
    assertThat(need.check().findings().toString())
        .contains("log:7", "BAD_SIGNATURE", "timestamp_ns");
  }

  @Test
  void aForgedNeedFailsAtTheNeedThatItClaimsToBe() {
    String text = new String(NEED.only(Verb.NEED).bytes(), UTF_8);
    NeedRecords need =
        read(
            NEED.needId().text(),
            record("log:1", text.replace("\"nonce\":\"n-1\"", "\"nonce\":\"n-2\"")));
    assertThat(need.check().findings().toString()).contains("BAD_ID");
  }

  @Test
  void whatNamesNoNeedFailsUnderTheEmptyId() {
    NeedRecords none =
        read(
            "",
            record("log:1", "no JSON at all"),
            record("log:2", "{\"need_id\":\"not an id\"}"),
            record("log:3", "{\"need_id\":7,\"thread_id\":\"no thread\"}"));
    assertThat(none.check().status()).isEqualTo(Status.FAIL);
    assertThat(none.check().summary()).startsWith("0 of 3 envelopes");
    assertThat(none.threadId()).isEqualTo(ThreadId.NONE);
  }

  @Test
  void twoThatBothHoldTheirSlotWithOtherBytesContradictEachOther() {
    Envelope again =
        ReplayFixture.CODEC.sign(
            Drafts.draftOf(COMMIT), NEED.signer(COMMIT.sender()), COMMIT.timestampNs() + 1);
    assertThat(again.id()).isEqualTo(COMMIT.id());
    NeedRecords need = read(NEED.needId().text(), record("a:1", COMMIT), record("b:1", again));
    assertThat(need.check().status()).isEqualTo(Status.FAIL);
    assertThat(need.check().findings().toString()).contains("sent with other bytes than at a:1");
  }

  @Test
  void aSecondSigningThatHoldsNoSlotIsOnlyNoted() {
    Envelope again =
        ReplayFixture.CODEC.sign(
            Drafts.draftOf(COMMIT), NEED.signer(COMMIT.sender()), COMMIT.timestampNs() + 1);
    NeedRecords need =
        read(
            NEED.needId().text(),
            new ReplayRecord("a:1", again.bytes(), false),
            record("b:1", COMMIT));
    assertThat(need.check().status()).isEqualTo(Status.PASS);
    assertThat(Objects.requireNonNull(need.entries().get(COMMIT.id())).envelope())
        .isEqualTo(COMMIT);
  }
}
