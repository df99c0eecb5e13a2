package dev.canswarm.pipeline.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.TestKeys;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.json.StrictJson;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found before an entry is sent, and what a proposal says. */
class EntryRunTest {
  private final Path home;

  EntryRunTest(@TempDir Path home) {
    this.home = home;
  }

  private static ControlChange retire(TrustState head, String name) {
    return new ControlChange.Retire(TrustDirectory.inForce(head, name));
  }

  private static void assertFails(int exit, ThrowingCallable call, String... said) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(exit))
        .hasMessageContainingAll(said);
  }

  @Test
  void aProposalIsWrittenWithItsNoteAndSaysWhoElseIsNeeded() throws Exception {
    TrustDirectory directory = new TrustDirectory(home, 2);
    TrustCommand command = directory.command("verifier-1");
    command.options.propose = Path.of("change.json");
    command.options.note = "sold";
    try (TrustContext context = TrustContext.open(command)) {
      TrustState head = context.genesis;
      ControlChange change = retire(head, "verifier-1");
      assertThat(new EntryRun(context, head, command.options).make(change)).isEqualTo(ExitCode.OK);
      Path file = home.resolve("change.json");
      Control control = Proposal.read(file).control();
      assertThat(control.change()).isEqualTo(change);
      assertThat(control.number()).isEqualTo(1);
      assertThat(control.note()).isEqualTo("sold");
      assertThat(control.approvals()).isEmpty();
      assertThat(directory.out())
          .contains(file + ": retires key ", "as entry 1; needs 1 approval: ./swarm trust approve");
    }
  }

  @Test
  void aProposalDoesNotReplaceAFile() throws Exception {
    TrustDirectory directory = new TrustDirectory(home, 2);
    Files.writeString(home.resolve("change.json"), "mine");
    TrustCommand command = directory.command("verifier-1");
    command.options.propose = Path.of("change.json");
    try (TrustContext context = TrustContext.open(command)) {
      EntryRun run = new EntryRun(context, context.genesis, command.options);
      ControlChange change = retire(context.genesis, "verifier-1");
      assertFails(ExitCode.USAGE, () -> run.make(change), "--propose: ", "change.json");
    }
    assertThat(home.resolve("change.json")).hasContent("mine");
    assertThat(directory.out()).isEmpty();
  }

  @Test
  void whereSeveralMustSignOneDoesNotSendAlone() throws Exception {
    TrustDirectory directory = new TrustDirectory(home, 2);
    TrustCommand command = directory.command("verifier-1");
    try (TrustContext context = TrustContext.open(command)) {
      EntryRun run = new EntryRun(context, context.genesis, command.options);
      ControlChange change = retire(context.genesis, "verifier-1");
      assertFails(
          ExitCode.USAGE, () -> run.make(change), "2 administrators must sign", "--propose FILE");
    }
  }

  @Test
  void asManyAdministratorsRemainAsMustSign() throws Exception {
    TrustDirectory directory = new TrustDirectory(home, 2);
    TrustCommand command = directory.command("bob");
    command.options.propose = Path.of("change.json");
    try (TrustContext context = TrustContext.open(command)) {
      EntryRun run = new EntryRun(context, context.genesis, command.options);
      ControlChange change = retire(context.genesis, "bob");
      assertFails(
          ExitCode.FAILED,
          () -> run.make(change),
          "nothing was changed: it would leave 1 of the 2 administrators that are required");
    }
    assertThat(home.resolve("change.json")).doesNotExist();
  }

  @Test
  void whatTheChainRefusesIsRefusedBeforeItIsProposed() throws Exception {
    TrustDirectory directory = new TrustDirectory(home, 1);
    TrustCommand command = directory.command("stranger");
    command.options.propose = Path.of("change.json");
    try (TrustContext context = TrustContext.open(command)) {
      EntryRun run = new EntryRun(context, context.genesis, command.options);
      ControlChange change = new ControlChange.Retire(TestKeys.key("stranger").publicKey());
      assertFails(ExitCode.FAILED, () -> run.make(change), "nothing was changed: CHANGE_REFUSED: ");
    }
    assertThat(home.resolve("change.json")).doesNotExist();
  }

  @Test
  void aPolicyThatWantsMoreVotesThanThereAreVerifiersIsNotProposed() throws Exception {
    TrustDirectory directory = new TrustDirectory(home, 1);
    TrustCommand command = directory.command("policy.json");
    command.options.propose = Path.of("change.json");
    String policy = new String(PolicyFile.builtIn(), StandardCharsets.UTF_8);
    ControlChange change =
        new ControlChange.Activate(
            StrictJson.parseObject(
                policy.replace("\"k\": 2", "\"k\": 4").getBytes(StandardCharsets.UTF_8)));
    try (TrustContext context = TrustContext.open(command)) {
      EntryRun run = new EntryRun(context, context.genesis, command.options);
      assertFails(
          ExitCode.FAILED, () -> run.make(change), "nothing was changed: k of the policy", "got 4");
    }
    assertThat(home.resolve("change.json")).doesNotExist();
  }

  @Test
  void aProposalForAnotherHeadIsNotSubmitted() throws Exception {
    TrustDirectory directory = new TrustDirectory(home, 1);
    TrustCommand command = directory.command("change.json");
    Path file = home.resolve("change.json");
    try (TrustContext context = TrustContext.open(command)) {
      TrustState head = context.genesis;
      EntryRun run = new EntryRun(context, head, command.options);
      ControlChange change = retire(head, "verifier-1");
      new Proposal(
              head.swarmId(),
              new EnvelopeId(""),
              new Control(2, head.genesis(), change, List.of(), null))
          .replace(file);
      assertFails(
          ExitCode.FAILED, () -> run.submit(file), "is about entry 2, and the next one is 1");
      new Proposal(
              head.swarmId(),
              new EnvelopeId("a".repeat(64)),
              new Control(1, head.genesis(), change, List.of(), null))
          .replace(file);
      assertFails(ExitCode.FAILED, () -> run.submit(file), "propose the change again");
    }
  }

  @Test
  void aSubmittedProposalWithTooFewApprovalsIsRefusedBeforeItIsSent() throws Exception {
    TrustDirectory directory = new TrustDirectory(home, 2);
    TrustCommand command = directory.command("change.json");
    Path file = home.resolve("change.json");
    try (TrustContext context = TrustContext.open(command)) {
      TrustState head = context.genesis;
      EntryRun run = new EntryRun(context, head, command.options);
      ControlChange change = retire(head, "verifier-1");
      command.options.admin = "admin";
      // The approval of the one who submits is its signature, and counts once.
      Proposal.next(head, new Control(1, head.genesis(), change, List.of(), null))
          .approvedBy(directory.keys.newestKey("admin"))
          .replace(file);
      assertFails(
          ExitCode.FAILED, () -> run.submit(file), "nothing was changed: APPROVALS_MISSING: ");
      Proposal.read(file).approvedBy(directory.keys.newestKey("bob")).replace(file);
      assertFails(ExitCode.ENVIRONMENT, () -> run.submit(file), "no stack is running on");
    }
  }
}
