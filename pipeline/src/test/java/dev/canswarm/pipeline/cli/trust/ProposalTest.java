package dev.canswarm.pipeline.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.control.ControlChain;
import dev.canswarm.control.ControlFixture;
import dev.canswarm.control.TrustState;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A change goes round in a file, and the swarm accepts what its administrators have signed there.
 */
class ProposalTest {
  private static final TrustState HEAD = ControlFixture.genesis(2);

  private final Path file;

  ProposalTest(@TempDir Path directory) {
    this.file = directory.resolve("change.json");
  }

  private static Proposal proposal() {
    ControlChange change = new ControlChange.Retire(ControlFixture.publicKey("verifier-1"));
    return Proposal.next(
        HEAD, new Control(HEAD.number() + 1, HEAD.genesis(), change, List.of(), "sold"));
  }

  @Test
  void whatIsWrittenIsReadBack() throws Exception {
    proposal().write(file);
    assertThat(Proposal.read(file)).isEqualTo(proposal());

    Proposal approved = proposal().approvedBy(ControlFixture.key("admin-2"));
    approved.replace(file);
    assertThat(Proposal.read(file)).isEqualTo(approved);
  }

  @Test
  void anExistingFileIsNotOverwritten() throws Exception {
    Files.writeString(file, "mine");
    assertThatThrownBy(() -> proposal().write(file)).isInstanceOf(CommandException.class);
    assertThat(file).hasContent("mine");
  }

  @Test
  void whatTheAdministratorsSignedIsAccepted() {
    Proposal approved = proposal().approvedBy(ControlFixture.key("admin-2"));
    Envelope entry = ControlFixture.entry(HEAD, approved.control(), "admin-1");

    TrustState after =
        ControlChain.apply(HEAD, entry, Control.parse(entry.payload()), ControlFixture.ENGINE);

    assertThat(after.number()).isEqualTo(1);
  }

  @Test
  void approvingTwiceCountsOnce() {
    Proposal once = proposal().approvedBy(ControlFixture.key("admin-2"));

    assertThat(once.approvedBy(ControlFixture.key("admin-2"))).isEqualTo(once);
    assertThat(once.without(ControlFixture.publicKey("admin-2"))).isEqualTo(proposal());
  }

  @Test
  void anotherFileIsRefusedByName() throws Exception {
    for (String text : new String[] {"", "{}", "[1]", "{\"swarm_id\":\"a\",\"parent\":\"\"}"}) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> Proposal.read(file))
          .isInstanceOf(CommandException.class)
          .hasMessageContaining("change.json: expected a proposal");
    }
    Files.delete(file);
    assertThatThrownBy(() -> Proposal.read(file)).isInstanceOf(CommandException.class);
  }
}
