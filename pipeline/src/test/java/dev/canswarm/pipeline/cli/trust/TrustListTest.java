package dev.canswarm.pipeline.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.control.ControlFixture;
import dev.canswarm.control.TrustState;
import dev.canswarm.protocol.payload.ControlChange;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The text for a head of the control chain. */
class TrustListTest {
  private static final TrustState GENESIS = ControlFixture.genesis(2);

  @Test
  void theHeadBeforeTheFirstEntryNamesNoEntry() {
    assertThat(TrustList.line(GENESIS))
        .isEqualTo(
            "head 0, genesis "
                + GENESIS.genesis().substring(0, 12)
                + ", 2 of 2 administrators required");
    assertThat(TrustList.summary(GENESIS))
        .containsEntry("number", 0L)
        .containsEntry("entry_id", "")
        .containsEntry("admins_required", 2)
        .containsEntry("policies", List.of(ControlFixture.policy(2).hash()));
  }

  @Test
  void aLaterHeadNamesItsEntryAndTheDocumentThatADecidePins() {
    TrustState genesis = ControlFixture.genesis(1);
    TrustState head =
        ControlFixture.after(
            genesis,
            new ControlChange.Retire(ControlFixture.publicKey("verifier-1")),
            new ControlChange.Activate(ControlFixture.policyJson(3)));
    assertThat(TrustList.line(head))
        .startsWith("head 2 (entry " + head.headId().text().substring(0, 12) + "), genesis ")
        .endsWith(", 1 of 2 administrators required");
    assertThat(TrustList.summary(head))
        .containsEntry("number", 2L)
        .containsEntry("entry_id", head.headId().text())
        .containsEntry("genesis", genesis.genesis())
        .containsEntry("trust", head.registry().hash())
        .containsEntry(
            "policies", List.of(ControlFixture.policy(2).hash(), ControlFixture.policy(3).hash()));
  }

  @Test
  void anIdIsShortenedToItsBeginning() {
    assertThat(TrustList.shortId("0123456789abcdef")).isEqualTo("0123456789ab");
    assertThat(TrustList.shortId("0123")).isEqualTo("0123");
    assertThat(TrustList.shortId("")).isEmpty();
  }
}
