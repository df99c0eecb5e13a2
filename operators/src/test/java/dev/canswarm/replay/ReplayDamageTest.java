package dev.canswarm.replay;

import static dev.canswarm.replay.CheckName.DERIVED;
import static dev.canswarm.replay.CheckName.LEASES;
import static dev.canswarm.replay.CheckName.ONCE;
import static dev.canswarm.replay.CheckName.OPLOG;
import static dev.canswarm.replay.CheckName.ORDER;
import static dev.canswarm.replay.CheckName.POLICY;
import static dev.canswarm.replay.CheckName.RECORDS;
import static dev.canswarm.replay.CheckName.RESULT;
import static dev.canswarm.replay.CheckName.VOTES;
import static dev.canswarm.replay.ReplayFixture.artifact;
import static dev.canswarm.replay.ReplayFixture.draftOf;
import static dev.canswarm.replay.ReplayFixture.replaced;
import static dev.canswarm.replay.ReplayFixture.with;
import static dev.canswarm.replay.ReplayFixture.withLamport;
import static dev.canswarm.replay.ReplayFixture.withParents;
import static dev.canswarm.replay.ReplayFixture.withPayload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Kind;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.stage.RowCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever is changed shows, even where those who changed it hold every key. */
class ReplayDamageTest {
  private static final Verdict.Cause VOTED = Verdict.Cause.VOTES;

  private final ReplayFixture need = new ReplayFixture().run(ReplayFixture.twoTasks());

  private static UnaryOperator<Draft> payload(String text, String other) {
    return draft -> withPayload(draft, replaced(draft.payload(), text, other));
  }

  @Test
  void changed_artifact_shows_in_the_votes_and_the_result() {
    need.forge(need.all(Kind.COMMIT).get(0), payload(artifact("a"), artifact("other")));
    assertThat(with(need.replay(), Status.FAIL)).contains(VOTES);
  }

  @Test
  void changed_artifact_in_the_result_shows() {
    need.forge(need.only(Kind.FINALIZE), payload(artifact("a"), artifact("other")));
    assertThat(with(need.replay(), Status.FAIL)).contains(VOTES, DERIVED, RESULT);
  }

  @Test
  void vote_left_out_of_the_finalize_shows() {
    Envelope end = need.only(Kind.FINALIZE);
    need.forge(
        end, draft -> withParents(draft, draft.parents().subList(1, draft.parents().size())));
    assertThat(with(need.replay(), Status.FAIL)).contains(VOTES, DERIVED);
  }

  @Test
  void vote_by_an_unlisted_key_shows() {
    need.forge(need.all(Kind.ATTEST).get(0), draft -> draft, need.key("stranger"));
    assertThat(with(need.replay(), Status.FAIL)).contains(POLICY, VOTES);
  }

  @Test
  void vote_by_a_key_of_another_role_shows() {
    need.forge(need.all(Kind.ATTEST).get(0), draft -> draft, need.key("coordinator"));
    assertThat(with(need.replay(), Status.FAIL)).contains(POLICY, VOTES);
  }

  @Test
  void same_verifier_counted_twice_shows() {
    List<Envelope> votes = need.all(Kind.ATTEST);
    Envelope first = votes.get(0);
    Envelope other =
        votes.stream()
            .filter(vote -> vote.parents().equals(first.parents()) && !vote.equals(first))
            .findFirst()
            .orElseThrow();
    Draft again =
        withPayload(
            draftOf(other),
            StrictJson.parseObject(
                new String(CanonicalJson.write(other.payload()), StandardCharsets.UTF_8)
                    .replaceFirst("\\{", "{\"evidence\":1,")
                    .getBytes(StandardCharsets.UTF_8)));
    need.forge(other, draft -> again, need.signer(first.sender()));
    assertThat(with(need.replay(), Status.FAIL)).contains(VOTES);
  }

  @Test
  void vote_of_the_worker_on_its_own_work_shows() {
    Envelope vote = need.all(Kind.ATTEST).get(0);
    Envelope commit =
        need.all(Kind.COMMIT).stream()
            .filter(done -> vote.parents().contains(done.id()))
            .findFirst()
            .orElseThrow();
    SigningKey worker = need.key("worker-1");
    need.forge(
        need.all(Kind.CLAIM).stream()
            .filter(claim -> commit.parents().contains(claim.id()))
            .findFirst()
            .orElseThrow(),
        draft -> draft,
        worker);
    Envelope forgedCommit = commitOf(need, vote.payload().get("task_id"));
    need.forge(forgedCommit, draft -> draft, worker);
    Envelope forgedVote = voteOn(need, commitOf(need, vote.payload().get("task_id")).id());
    need.forge(forgedVote, draft -> draft, worker);
    assertThat(with(need.replay(), Status.FAIL)).contains(VOTES);
  }

  private static Envelope commitOf(ReplayFixture need, @Nullable JsonValue taskId) {
    return need.all(Kind.COMMIT).stream()
        .filter(
            commit ->
                String.valueOf(commit.payload().get("task_id")).equals(String.valueOf(taskId)))
        .findFirst()
        .orElseThrow();
  }

  private static Envelope voteOn(ReplayFixture need, String commitId) {
    return need.all(Kind.ATTEST).stream()
        .filter(vote -> vote.parents().contains(commitId))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void changed_result_hash_shows_both_byte_strings() {
    Envelope end = need.only(Kind.FINALIZE);
    String hash = Finalize.parse(end.payload()).resultHash();
    need.forge(end, payload(hash, artifact("other")));
    ReplayReport report = need.replay();
    assertThat(with(report, Status.FAIL)).containsExactly(DERIVED, RESULT);
    Finding.Failure failure =
        (Finding.Failure)
            report.check(DERIVED).findings().stream()
                .filter(Finding.Failure.class::isInstance)
                .findFirst()
                .orElseThrow();
    assertThat(failure.where()).startsWith("audit/000000000001.jsonl:");
    assertThat(failure.expected()).contains(hash).doesNotContain(artifact("other"));
    assertThat(failure.actual()).contains(artifact("other")).doesNotContain(hash);
    Envelope recorded = need.only(Kind.FINALIZE);
    assertThat(failure.actual() + " unsigned, " + failure.expected())
        .contains("\"id\":\"" + recorded.id() + "\"")
        .contains("\"timestamp_ns\":\"" + recorded.timestampNs() + "\"")
        .doesNotContain("sig_b64");
  }

  @Test
  void second_decide_shows() {
    Envelope decide = need.only(Kind.DECIDE);
    need.add(payload("\"epoch\":7", "\"epoch\":8").apply(draftOf(decide)), need.key("decider"));
    assertThat(with(need.replay(), Status.FAIL)).containsExactly(ONCE);
  }

  @Test
  void second_finalize_shows() {
    Draft expired =
        new Draft(
            Kind.FINALIZE,
            ReplayFixture.THREAD,
            need.needId(),
            2,
            List.of(need.needId()),
            null,
            ReplayFixture.POLICY.hash(),
            Finalize.parse(
                    StrictJson.parseObject(
                        "{\"outcome\":\"EXPIRED\",\"result_hash\":\"\",\"results\":[]}"
                            .getBytes(StandardCharsets.UTF_8)))
                .toJson());
    need.add(expired, need.key("coordinator"));
    assertThat(with(need.replay(), Status.FAIL)).containsExactly(ONCE);
  }

  @Test
  void wrong_lamport_time_shows() {
    for (Kind kind : List.of(Kind.PROPOSE, Kind.COMMIT, Kind.FINALIZE)) {
      ReplayFixture damaged = new ReplayFixture().run(ReplayFixture.oneTask());
      Envelope target = damaged.all(kind).get(0);
      damaged.forge(target, draft -> withLamport(draft, draft.lamport() + 1));
      assertThat(with(damaged.replay(), Status.FAIL)).as(kind.name()).contains(ORDER);
    }
  }

  @Test
  void changed_plan_shows() {
    need.forge(need.only(Kind.PROPOSE), payload("\"n\":2", "\"n\":3"));
    assertThat(with(need.replay(), Status.FAIL)).contains(DERIVED);
  }

  @Test
  void lowered_k_shows() {
    need.forge(need.only(Kind.DECIDE), payload("\"k\":2", "\"k\":1"));
    assertThat(with(need.replay(), Status.FAIL)).containsExactly(DERIVED);
  }

  @Test
  void grant_with_other_inputs_shows() {
    need.forge(need.only(Kind.RELEASE), payload(artifact("a"), artifact("other")));
    assertThat(with(need.replay(), Status.FAIL)).contains(DERIVED);
  }

  @Test
  void commit_of_another_than_the_holder_shows() {
    Envelope commit = need.all(Kind.COMMIT).get(0);
    SigningKey holder = need.signer(commit.sender());
    SigningKey other =
        need.key("worker-1").equals(holder) ? need.key("worker-2") : need.key("worker-1");
    need.forge(commit, draft -> draft, other);
    assertThat(with(need.replay(), Status.FAIL)).contains(ORDER, LEASES);
  }

  @Test
  void second_commit_for_one_token_shows_and_one_that_lost_is_noted() {
    Envelope commit = need.all(Kind.COMMIT).get(0);
    Draft late = payload(artifact("a"), artifact("other")).apply(draftOf(commit));
    Envelope slow = need.sign(late, need.signer(commit.sender()));
    List<ReplayRecord> records = new ArrayList<>(need.records());
    records.add(new ReplayRecord("audit/000000000001.jsonl:900", slow.bytes(), false));
    ReplayReport noted = need.replay(records);
    assertThat(noted.status()).isEqualTo(Status.PASS);
    assertThat(noted.check(LEASES).findings()).hasSize(1);
    records.add(new ReplayRecord("audit/000000000001.jsonl:901", slow.bytes(), true));
    assertThat(with(need.replay(records), Status.FAIL)).containsExactly(LEASES);
  }

  @Test
  void uncounted_vote_and_equivocation_are_noted() {
    Envelope vote = need.all(Kind.ATTEST).get(0);
    Envelope opposite =
        need.sign(payload("ACCEPT", "REJECT").apply(draftOf(vote)), need.signer(vote.sender()));
    List<ReplayRecord> records = new ArrayList<>(need.records());
    records.add(new ReplayRecord("audit/000000000001.jsonl:900", opposite.bytes(), false));
    ReplayReport report = need.replay(records);
    assertThat(report.status()).isEqualTo(Status.PASS);
    assertThat(report.check(VOTES).findings().toString())
        .contains("equivocation")
        .contains("not counted");
  }

  @Test
  void changed_byte_in_a_record_shows() {
    for (ReplayRecord record : need.records()) {
      byte[] bytes = record.bytes().clone();
      int at = new String(bytes, StandardCharsets.UTF_8).indexOf("\"lamport\":") + 10;
      bytes[at] = (byte) (bytes[at] == '1' ? '2' : '1');
      List<ReplayRecord> records = new ArrayList<>(need.records());
      records.add(new ReplayRecord("audit/000000000001.jsonl:900", bytes, true));
      ReplayReport report = need.replay(records);
      assertThat(with(report, Status.FAIL)).containsExactly(RECORDS);
      assertThat(report.check(RECORDS).findings().toString()).contains(":900");
    }
  }

  @Test
  void same_envelope_signed_at_two_times_shows() {
    Envelope end = need.only(Kind.FINALIZE);
    Envelope again = need.sign(draftOf(end), need.key("coordinator"));
    assertThat(again.id()).isEqualTo(end.id());
    List<ReplayRecord> records = new ArrayList<>(need.records());
    records.add(new ReplayRecord("audit/000000000001.jsonl:900", again.bytes(), true));
    assertThat(with(need.replay(records), Status.FAIL)).containsExactly(RECORDS);
  }

  @Test
  void changed_operations_in_the_op_log_show() {
    String id = need.only(Kind.DECIDE).id();
    List<SlotRow> rows = ReplayFixture.withOps(need.rows(), id, "[]");
    ReplayReport report = need.replay(need.records(), Optional.of(rows));
    assertThat(with(report, Status.FAIL)).containsExactly(OPLOG);
    List<SlotRow> fewer = need.rows().stream().filter(row -> !row.id().equals(id)).toList();
    assertThat(with(need.replay(need.records(), Optional.of(fewer)), Status.FAIL))
        .containsExactly(OPLOG);
  }

  @Test
  void changed_columns_in_the_op_log_show() {
    Envelope decide = need.only(Kind.DECIDE);
    List<UnaryOperator<SlotRow>> changes =
        List.of(
            row -> row(row, "other", row.kind(), row.sender(), row.lamport(), row.timestampNs()),
            row -> row(row, row.threadId(), "CLAIM", row.sender(), row.lamport(), 0),
            row -> row(row, row.threadId(), row.kind(), "x", row.lamport(), row.timestampNs()),
            row -> row(row, row.threadId(), row.kind(), row.sender(), 9, row.timestampNs()),
            row -> row(row, row.threadId(), row.kind(), row.sender(), row.lamport(), 1));
    for (UnaryOperator<SlotRow> change : changes) {
      List<SlotRow> rows =
          need.rows().stream()
              .map(row -> row.id().equals(decide.id()) ? change.apply(row) : row)
              .toList();
      ReplayReport report = need.replay(need.records(), Optional.of(rows));
      assertThat(with(report, Status.FAIL)).containsExactly(OPLOG);
      assertThat(report.check(OPLOG).findings().toString()).contains("thread_id=");
    }
  }

  private static SlotRow row(
      SlotRow row, String thread, String kind, String sender, long lamport, long timestampNs) {
    return new SlotRow(
        row.scope(),
        row.slot(),
        row.id(),
        row.needId(),
        thread,
        kind,
        sender,
        lamport,
        timestampNs,
        row.bytes(),
        row.ops(),
        row.storedMillis());
  }

  @Test
  void verdict_that_does_not_follow_or_is_gone_shows() {
    SlotRow row =
        need.rows().stream()
            .filter(each -> each.kind().equals(SlotRow.VERDICT))
            .findFirst()
            .orElseThrow();
    Verdict verdict = Verdict.parse(row.bytes());
    List<Verdict> others =
        List.of(
            new Verdict(verdict.taskId(), 1, false, verdict.counted(), Verdict.Cause.VOTES),
            new Verdict(verdict.taskId(), 1, true, verdict.counted(), Verdict.Cause.SILENCE),
            new Verdict(verdict.taskId(), 1, true, verdict.counted().subList(1, 2), VOTED));
    RowCodec codec = new RowCodec(ReplayFixture.CODEC);
    for (Verdict other : others) {
      List<SlotRow> rows = new ArrayList<>(need.rows());
      rows.set(rows.indexOf(row), codec.verdict(need.needId(), ReplayFixture.THREAD, other));
      ReplayReport report = need.replay(need.records(), Optional.of(rows));
      assertThat(with(report, Status.FAIL)).as(other.toString()).containsExactly(OPLOG);
      assertThat(report.check(OPLOG).findings().toString()).contains("another verdict follows");
    }
    List<SlotRow> elsewhere = new ArrayList<>(need.rows());
    elsewhere.set(elsewhere.indexOf(row), row(row, "other", row.kind(), "", 0, 0));
    assertThat(with(need.replay(need.records(), Optional.of(elsewhere)), Status.FAIL))
        .containsExactly(OPLOG);
    List<SlotRow> fewer = new ArrayList<>(need.rows());
    fewer.remove(row);
    ReplayReport report = need.replay(need.records(), Optional.of(fewer));
    assertThat(with(report, Status.FAIL)).containsExactly(OPLOG);
    assertThat(report.check(OPLOG).findings().toString()).contains(row.slot());
  }

  @Test
  void garbage_is_reported_and_breaks_nothing() {
    List<ReplayRecord> records = new ArrayList<>(need.records());
    records.add(new ReplayRecord("x:1", new byte[] {(byte) 0xff, 0, '{'}, true));
    records.add(new ReplayRecord("x:2", new byte[0], false));
    List<ReplayReport> reports =
        new Replayer(ReplayFixture.CODEC, RulesBook.of(need.rules()))
            .replay(records, Optional.empty());
    assertThat(reports).extracting(ReplayReport::status).containsExactly(Status.FAIL, Status.PASS);
    assertThat(reports.get(0).needId()).isEmpty();
    assertThat(reports.get(0).checks().get(0).findings().toString()).contains("\\xff\\x00{");
  }
}
