package dev.canswarm.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.PolicyCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Replay asks the policy's own rules again, with the parents that were recorded. */
class OwnRulesReplayTest {
  private static final long GAS = 1_000;

  private final ReplayFixture need = new ReplayFixture().run(ReplayFixture.oneTask());

  /** Judges COMMITs for 1,000 gas, and notes the parents that it was shown. */
  private static final class Rule implements OwnRules {
    final List<Envelope> parents = new ArrayList<>();
    private final boolean refuses;

    Rule(boolean refuses) {
      this.refuses = refuses;
    }

    @Override
    public boolean judge(Verb verb) {
      return verb == Verb.COMMIT;
    }

    @Override
    public void check(Envelope envelope, List<Envelope> its) {
      parents.addAll(its);
      if (refuses) {
        throw new RefusedException(Reason.POLICY_RULE_REFUSED, "rule test: no");
      }
    }

    @Override
    public long gasOf(Envelope envelope) {
      return judge(envelope.verb()) ? GAS : 0;
    }
  }

  private ReplayReport replay(OwnRules own, List<ReplayRecord> records) {
    TreeMap<String, OwnRules> byPolicy = new TreeMap<>();
    byPolicy.put(need.rules().policy().hash(), own);
    RulesBook book =
        new RulesBook(List.of(need.rules().policy()), List.of(need.rules().trust()), byPolicy);
    return new Replayer(ReplayFixture.CODEC, book).replay(records, Optional.empty()).get(0);
  }

  private List<ReplayRecord> withGasOfTheCommit(long gas) {
    Envelope commit = need.all(Verb.COMMIT).get(0);
    List<ReplayRecord> records = new ArrayList<>(need.records());
    records.add(new ReplayRecord("audit/000000000001.jsonl:900", commit.bytes(), true, gas));
    return records;
  }

  private long builtIn() {
    return new PolicyCheck(need.rules().policy(), need.rules().trust())
        .gasOf(need.all(Verb.COMMIT).get(0));
  }

  @Test
  void whatARulePassesIsComparedWithAllOfItsGas() {
    Rule rule = new Rule(false);
    ReplayReport report = replay(rule, withGasOfTheCommit(builtIn() + GAS));
    assertThat(report.status()).as("%s", report).isEqualTo(Status.PASS);
    assertThat(rule.parents).containsExactlyElementsOf(need.all(Verb.CLAIM));
    ReplayReport other = replay(new Rule(false), withGasOfTheCommit(builtIn()));
    assertThat(other.check(CheckName.POLICY).status()).isEqualTo(Status.FAIL);
    assertThat(other.check(CheckName.POLICY).findings().toString()).contains(":900");
  }

  @Test
  void aCommitThatARuleRefusesMustNotHaveTakenEffect() {
    ReplayReport report = replay(new Rule(true), need.records());
    assertThat(report.check(CheckName.POLICY).status()).isEqualTo(Status.FAIL);
    assertThat(report.check(CheckName.POLICY).findings().toString())
        .contains("POLICY_RULE_REFUSED: rule test: no");
  }

  @Test
  void withoutAParentOfWhatARuleJudgesTheReplayIsIncomplete() {
    need.remove(need.all(Verb.CLAIM).get(0));
    ReplayReport report = replay(new Rule(false), need.records());
    assertThat(report.check(CheckName.POLICY).status()).isEqualTo(Status.INCOMPLETE);
  }
}
