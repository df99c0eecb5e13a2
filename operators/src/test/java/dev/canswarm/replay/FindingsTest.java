package dev.canswarm.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FindingsTest {
  private final Findings findings = new Findings();

  @Test
  void aCheckWithoutFindingsPasses() {
    Check check = findings.as(CheckName.ORDER, "nothing");

    assertThat(check.status()).isEqualTo(Status.PASS);
    assertThat(check.findings()).isEmpty();
  }

  @Test
  void aNoteBreaksNothing() {
    findings.note("log:1", "signed twice");

    assertThat(findings.as(CheckName.ORDER, "").status()).isEqualTo(Status.PASS);
  }

  @Test
  void whatIsMissingLeavesACheckIncompleteAndAFailureOutweighsIt() {
    findings.missing("an envelope");
    assertThat(findings.as(CheckName.ORDER, "").status()).isEqualTo(Status.INCOMPLETE);

    findings.fail("log:2", "wrong parent");
    findings.missing("another envelope");

    Check check = findings.as(CheckName.ORDER, "");
    assertThat(check.status()).isEqualTo(Status.FAIL);
    assertThat(check.findings())
        .containsExactly(
            new Finding.Missing("an envelope"),
            new Finding.Failure("log:2", "wrong parent", "", ""),
            new Finding.Missing("another envelope"));
  }
}
