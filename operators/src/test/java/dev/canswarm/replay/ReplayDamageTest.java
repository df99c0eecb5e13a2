package dev.canswarm.replay;

import static dev.canswarm.envelope.Drafts.draftOf;
import static dev.canswarm.envelope.Drafts.withLamport;
import static dev.canswarm.envelope.Drafts.withParents;
import static dev.canswarm.envelope.Drafts.withPayload;
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
import static dev.canswarm.replay.ReplayFixture.replaced;
import static dev.canswarm.replay.ReplayFixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Draft;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonValue;
import dev.canswarm.json.StrictJson;
import dev.canswarm.policy.PolicyCheck;
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

/** Every change is found, even one by an attacker who holds every key. */
class ReplayDamageTest {
  private static final Verdict.Cause VOTED = Verdict.Cause.VOTES;

  private final ReplayFixture need = new ReplayFixture().run(ReplayFixture.twoTasks());

  private static UnaryOperator<Draft> payload(String text, String other) {
    return draft -> withPayload(draft, replaced(draft.payload(), text, other));
  }

  @Test
  void changedArtifactShowsInTheVotesAndTheResult() {
    need.forge(need.all(Verb.COMMIT).get(0), payload(artifact("a"), artifact("other")));
    assertThat(with(need.replay(), Status.FAIL)).contains(VOTES);
  }

  @Test
  void changedArtifactInTheResultShows() {
    need.forge(need.only(Verb.FINALIZE), payload(artifact("a"), artifact("other")));
    assertThat(with(need.replay(), Status.FAIL)).contains(VOTES, DERIVED, RESULT);
  }

  @Test
  void voteLeftOutOfTheFinalizeShows() {
    Envelope end = need.only(Verb.FINALIZE);
    need.forge(
        end, draft -> withParents(draft, draft.parents().subList(1, draft.parents().size())));
    assertThat(with(need.replay(), Status.FAIL)).contains(VOTES, DERIVED);
  }

  @Test
  void voteByAnUnlistedKeyShows() {
    need.forge(need.all(Verb.ATTEST).get(0), draft -> draft, need.key("stranger"));
    assertThat(with(need.replay(), Status.FAIL)).contains(POLICY, VOTES);
  }

  @Test
  void voteByAKeyOfAnotherRoleShows() {
    need.forge(need.all(Verb.ATTEST).get(0), draft -> draft, need.key("coordinator"));
    assertThat(with(need.replay(), Status.FAIL)).contains(POLICY, VOTES);
  }

  @Test
  void sameVerifierCountedTwiceShows() {
    List<Envelope> votes = need.all(Verb.ATTEST);
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
  void voteOfTheWorkerOnItsOwnWorkShows() {
    Envelope vote = need.all(Verb.ATTEST).get(0);
    Envelope commit =
        need.all(Verb.COMMIT).stream()
            .filter(done -> vote.parents().contains(done.id()))
            .findFirst()
            .orElseThrow();
    SigningKey worker = need.key("worker-1");
    need.forge(
        need.all(Verb.CLAIM).stream()
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
    return need.all(Verb.COMMIT).stream()
        .filter(
            commit ->
                String.valueOf(commit.payload().get("task_id")).equals(String.valueOf(taskId)))
        .findFirst()
        .orElseThrow();
  }

  private static Envelope voteOn(ReplayFixture need, EnvelopeId commitId) {
    return need.all(Verb.ATTEST).stream()
        .filter(vote -> vote.parents().contains(commitId))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void changedResultHashShowsBothByteStrings() {
    Envelope end = need.only(Verb.FINALIZE);
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
    Envelope recorded = need.only(Verb.FINALIZE);
    assertThat(failure.actual() + " unsigned, " + failure.expected())
        .contains("\"id\":\"" + recorded.id() + "\"")
        .contains("\"timestamp_ns\":\"" + recorded.timestampNs() + "\"")
        .doesNotContain("sig_b64");
  }

  @Test
  void secondDecideShows() {
    Envelope decide = need.only(Verb.DECIDE);
    need.add(payload("\"epoch\":7", "\"epoch\":8").apply(draftOf(decide)), need.key("decider"));
    assertThat(with(need.replay(), Status.FAIL)).containsExactly(ONCE);
  }

  @Test
  void secondFinalizeShows() {
    Draft expired =
        Draft.builder(Verb.FINALIZE, ReplayFixture.THREAD)
            .need(need.needId())
            .lamport(2)
            .parents(List.of(need.needId().envelope()))
            .policyHash(ReplayFixture.POLICY.hash())
            .payload(
                Finalize.parse(
                        StrictJson.parseObject(
                            "{\"outcome\":\"EXPIRED\",\"result_hash\":\"\",\"results\":[]}"
                                .getBytes(StandardCharsets.UTF_8)))
                    .toJson())
            .build();
    need.add(expired, need.key("coordinator"));
    assertThat(with(need.replay(), Status.FAIL)).containsExactly(ONCE);
  }

  @Test
  void wrongLamportTimeShows() {
    for (Verb verb : List.of(Verb.PROPOSE, Verb.COMMIT, Verb.FINALIZE)) {
      ReplayFixture damaged = new ReplayFixture().run(ReplayFixture.oneTask());
      Envelope target = damaged.all(verb).get(0);
      damaged.forge(target, draft -> withLamport(draft, draft.lamport() + 1));
      assertThat(with(damaged.replay(), Status.FAIL)).as(verb.name()).contains(ORDER);
    }
  }

  @Test
  void changedPlanShows() {
    need.forge(need.only(Verb.PROPOSE), payload("\"n\":2", "\"n\":3"));
    assertThat(with(need.replay(), Status.FAIL)).contains(DERIVED);
  }

  @Test
  void loweredKShows() {
    need.forge(need.only(Verb.DECIDE), payload("\"k\":2", "\"k\":1"));
    assertThat(with(need.replay(), Status.FAIL)).containsExactly(DERIVED);
  }

  @Test
  void grantWithOtherInputsShows() {
    need.forge(need.only(Verb.RELEASE), payload(artifact("a"), artifact("other")));
    assertThat(with(need.replay(), Status.FAIL)).contains(DERIVED);
  }

  @Test
  void commitOfAnotherThanTheHolderShows() {
    Envelope commit = need.all(Verb.COMMIT).get(0);
    SigningKey holder = need.signer(commit.sender());
    SigningKey other =
        need.key("worker-1").equals(holder) ? need.key("worker-2") : need.key("worker-1");
    need.forge(commit, draft -> draft, other);
    assertThat(with(need.replay(), Status.FAIL)).contains(ORDER, LEASES);
  }

  @Test
  void secondCommitForOneTokenShowsAndOneThatLostIsNoted() {
    Envelope commit = need.all(Verb.COMMIT).get(0);
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
  void uncountedVoteAndEquivocationAreNoted() {
    Envelope vote = need.all(Verb.ATTEST).get(0);
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
  void changedByteInARecordShows() {
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
  void gasThatIsRecordedIsComparedWithWhatTheEvaluationTakes() {
    PolicyCheck check = new PolicyCheck(need.rules().policy(), need.rules().trust());
    Envelope commit = need.all(Verb.COMMIT).get(0);
    long gas = check.gasOf(commit);
    List<ReplayRecord> records = new ArrayList<>(need.records());
    records.add(new ReplayRecord("audit/000000000001.jsonl:900", commit.bytes(), true, gas));
    assertThat(need.replay(records).status()).isEqualTo(Status.PASS);
    records.add(new ReplayRecord("audit/000000000001.jsonl:901", commit.bytes(), true, gas + 1));
    ReplayReport report = need.replay(records);
    assertThat(with(report, Status.FAIL)).containsExactly(POLICY);
    assertThat(report.check(POLICY).findings().toString())
        .contains(":901")
        .contains(Long.toString(gas))
        .doesNotContain(":900");
  }

  @Test
  void sameEnvelopeSignedAtTwoTimesShows() {
    Envelope end = need.only(Verb.FINALIZE);
    Envelope again = need.sign(draftOf(end), need.key("coordinator"));
    assertThat(again.id()).isEqualTo(end.id());
    List<ReplayRecord> records = new ArrayList<>(need.records());
    records.add(new ReplayRecord("audit/000000000001.jsonl:900", again.bytes(), true));
    assertThat(with(need.replay(records), Status.FAIL)).containsExactly(RECORDS);
  }

  @Test
  void changedOperationsInTheOpLogShow() {
    EnvelopeId id = need.only(Verb.DECIDE).id();
    List<SlotRow> rows = ReplayFixture.withOps(need.rows(), id.text(), "[]");
    ReplayReport report = need.replay(need.records(), Optional.of(rows));
    assertThat(with(report, Status.FAIL)).containsExactly(OPLOG);
    List<SlotRow> fewer = need.rows().stream().filter(row -> !row.id().equals(id.text())).toList();
    assertThat(with(need.replay(need.records(), Optional.of(fewer)), Status.FAIL))
        .containsExactly(OPLOG);
  }

  @Test
  void changedColumnsInTheOpLogShow() {
    Envelope decide = need.only(Verb.DECIDE);
    List<UnaryOperator<SlotRow>> changes =
        List.of(
            row ->
                row(
                    row,
                    new ThreadId("other"),
                    row.kind(),
                    row.sender(),
                    row.lamport(),
                    row.timestampNs()),
            row -> row(row, row.threadId(), "CLAIM", row.sender(), row.lamport(), 0),
            row -> row(row, row.threadId(), row.kind(), "x", row.lamport(), row.timestampNs()),
            row -> row(row, row.threadId(), row.kind(), row.sender(), 9, row.timestampNs()),
            row -> row(row, row.threadId(), row.kind(), row.sender(), row.lamport(), 1));
    for (UnaryOperator<SlotRow> change : changes) {
      List<SlotRow> rows =
          need.rows().stream()
              .map(row -> row.id().equals(decide.id().text()) ? change.apply(row) : row)
              .toList();
      ReplayReport report = need.replay(need.records(), Optional.of(rows));
      assertThat(with(report, Status.FAIL)).containsExactly(OPLOG);
      assertThat(report.check(OPLOG).findings().toString()).contains("thread_id=");
    }
  }

  private static SlotRow row(
      SlotRow row, ThreadId thread, String kind, String sender, long lamport, long timestampNs) {
    return SlotRow.at(row.scope(), row.slot())
        .id(row.id())
        .need(row.needId(), thread)
        .kind(kind)
        .sender(sender)
        .time(lamport, timestampNs)
        .bytes(row.bytes())
        .ops(row.ops())
        .storedMillis(row.storedMillis())
        .build();
  }

  @Test
  void verdictThatDoesNotFollowOrIsGoneShows() {
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
    elsewhere.set(elsewhere.indexOf(row), row(row, new ThreadId("other"), row.kind(), "", 0, 0));
    assertThat(with(need.replay(need.records(), Optional.of(elsewhere)), Status.FAIL))
        .containsExactly(OPLOG);
    List<SlotRow> fewer = new ArrayList<>(need.rows());
    fewer.remove(row);
    ReplayReport report = need.replay(need.records(), Optional.of(fewer));
    assertThat(with(report, Status.FAIL)).containsExactly(OPLOG);
    assertThat(report.check(OPLOG).findings().toString()).contains(row.slot());
  }

  @Test
  void garbageIsReportedAndBreaksNothing() {
    List<ReplayRecord> records = new ArrayList<>(need.records());
    records.add(new ReplayRecord("x:1", new byte[] {(byte) 0xff, 0, '{'}, true));
    records.add(new ReplayRecord("x:2", new byte[0], false));
    List<ReplayReport> reports =
        new Replayer(ReplayFixture.CODEC, RulesBook.of(need.rules()))
            .replay(records, Optional.empty());
    assertThat(reports).extracting(ReplayReport::status).containsExactly(Status.FAIL, Status.PASS);
    assertThat(reports.get(0).needId()).isNull();
    assertThat(reports.get(0).checks().get(0).findings().toString()).contains("\\xff\\x00{");
  }
}
