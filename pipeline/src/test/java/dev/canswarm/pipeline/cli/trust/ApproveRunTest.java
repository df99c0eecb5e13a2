package dev.canswarm.pipeline.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.control.TrustState;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.data.DataException;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An administrator signs a proposal, with a key that is here and without a server. */
class ApproveRunTest {
  private final TrustDirectory directory;
  private final TrustCommand command;
  private final Path file;

  ApproveRunTest(@TempDir Path home) throws Exception {
    this.directory = new TrustDirectory(home, 2);
    this.command = directory.command("change.json");
    this.file = home.resolve("change.json");
  }

  private void propose(String swarm) throws Exception {
    try (TrustContext context = TrustContext.open(directory.command("verifier-1"))) {
      TrustState head = context.genesis;
      ControlChange change = new ControlChange.Retire(TrustDirectory.inForce(head, "verifier-1"));
      Control control = new Control(1, head.genesis(), change, List.of(), null);
      new Proposal(swarm.isEmpty() ? head.swarmId() : swarm, new EnvelopeId(""), control)
          .write(file);
    }
  }

  @Test
  void theNamedAdministratorsApprovalIsAddedToTheFile() throws Exception {
    propose("");
    Proposal before = Proposal.read(file);
    command.options.admin = "bob";
    assertThat(ApproveRun.run(command)).isEqualTo(ExitCode.OK);
    assertThat(Proposal.read(file)).isEqualTo(before.approvedBy(directory.keys.newestKey("bob")));
    assertThat(directory.out())
        .startsWith("bob approved entry 1: retires key ")
        .contains("; 1 approval in " + file);
    assertThat(ApproveRun.run(directory.command("change.json"))).isEqualTo(ExitCode.OK);
    assertThat(directory.out())
        .contains("admin approved entry 1: ")
        .contains("; 2 approvals in " + file);
  }

  @Test
  void approvingAgainChangesNothing() throws Exception {
    propose("");
    ApproveRun.run(command);
    Proposal once = Proposal.read(file);
    assertThat(ApproveRun.run(command)).isEqualTo(ExitCode.OK);
    assertThat(Proposal.read(file)).isEqualTo(once);
    assertThat(directory.out().lines())
        .hasSize(2)
        .allMatch(line -> line.contains("; 1 approval in "));
  }

  @Test
  void aProposalOfAnotherSwarmIsNotSigned() throws Exception {
    propose("other");
    assertThatThrownBy(() -> ApproveRun.run(command))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED))
        .hasMessageStartingWith("the proposal is for the swarm other, and this is ");
    assertThat(Proposal.read(file).control().approvals()).isEmpty();
  }

  @Test
  void whoseKeyIsNotHereDoesNotSign() throws Exception {
    propose("");
    command.options.admin = "carol";
    assertThatThrownBy(() -> ApproveRun.run(command))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("carol.key");
    assertThat(Proposal.read(file).control().approvals()).isEmpty();
  }
}
