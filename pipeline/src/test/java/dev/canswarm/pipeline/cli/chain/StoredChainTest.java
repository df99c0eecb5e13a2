package dev.canswarm.pipeline.cli.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.control.ControlFixture;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import dev.canswarm.protocol.payload.ControlChange.Retire;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The chain is followed entry by entry, as far as each follows from the one before. */
class StoredChainTest {
  private static final TrustState GENESIS = ControlFixture.genesis(1);
  private static final Envelope FIRST = retiring(GENESIS, "verifier-1");
  private static final TrustState AFTER = ControlFixture.apply(GENESIS, FIRST);

  private final MemorySlotStore store = new MemorySlotStore(() -> 0);
  private final StoredChain chain =
      new StoredChain(store, ControlFixture.CODEC, ControlFixture.ENGINE, Duration.ofSeconds(10));

  private static Envelope retiring(TrustState head, String name) {
    return ControlFixture.entry(head, new Retire(ControlFixture.publicKey(name)));
  }

  private void stored(long number, Envelope entry) {
    SlotRow row =
        SlotRow.at(Slot.CONTROL_SCOPE, Slot.control(number).key())
            .id(entry.id().text())
            .kind(entry.verb().name())
            .bytes(entry.bytes())
            .build();
    StoredRows.fill(store, List.of(row)).block();
  }

  private void assertEnds(String... said) {
    assertThatThrownBy(() -> chain.head(GENESIS))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED))
        .hasMessageContainingAll(said);
  }

  @Test
  void withoutAnEntryTheHeadIsTheTrustFile() throws Exception {
    assertThat(chain.head(GENESIS)).isSameAs(GENESIS);
    assertThat(chain.history(GENESIS).entries()).isEmpty();
  }

  /** Slots are in the order of their text, in which 10 comes before 2. */
  @Test
  void moreThanNineEntriesAreFollowedInTheirOrder() throws Exception {
    TrustState state = GENESIS;
    for (int k = 3; k < 15; k++) {
      Envelope entry =
          ControlFixture.entry(state, new ControlChange.Activate(ControlFixture.policyJson(k)));
      state = ControlFixture.apply(state, entry);
      stored(state.number(), entry);
    }
    ControlHistory history = chain.history(GENESIS);
    assertThat(history.entries()).hasSize(12);
    assertThat(history.head().headId()).isEqualTo(state.headId());
    assertThat(history.head().policy()).isEqualTo(ControlFixture.policy(14));
    assertThat(history.at(1).policy()).isEqualTo(ControlFixture.policy(3));
  }

  @Test
  void whatFollowsAGapIsNotInForce() throws Exception {
    stored(2, retiring(AFTER, "verifier-2"));
    assertThat(chain.head(GENESIS)).isSameAs(GENESIS);
    stored(1, FIRST);
    assertThat(chain.head(GENESIS).number()).isEqualTo(2);
  }

  @Test
  void anEntryThatDoesNotFollowEndsTheCommandAndIsNamed() {
    stored(1, retiring(AFTER, "verifier-2"));
    assertEnds(
        "entry " + Slot.control(1).key() + " of the control chain",
        "does not follow from head 0 and trust.yaml");
  }

  @Test
  void anEntryThatNoAdministratorSignedIsNotFollowed() {
    stored(1, FIRST);
    Control control =
        new Control(
            2,
            GENESIS.genesis(),
            new Retire(ControlFixture.publicKey("verifier-2")),
            List.of(),
            null);
    stored(2, ControlFixture.entry(AFTER, control, "worker-1"));
    assertEnds("does not follow from head 1, entry " + FIRST.id(), "expected");
  }

  @Test
  void anActivatedPolicyIsReturnedAsItsEntryHasIt() {
    stored(1, FIRST);
    stored(
        2, ControlFixture.entry(AFTER, new ControlChange.Activate(ControlFixture.policyJson(3))));
    assertThat(chain.activated(ControlFixture.policy(3).hash()))
        .contains(ControlFixture.policyJson(3));
    assertThat(chain.activated(GENESIS.policy().hash())).as("that of the beginning").isEmpty();
  }
}
