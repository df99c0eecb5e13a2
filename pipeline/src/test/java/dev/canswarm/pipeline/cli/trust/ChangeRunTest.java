package dev.canswarm.pipeline.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.TestKeys;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import dev.canswarm.pipeline.cli.trust.TrustCommand.Action;
import dev.canswarm.policy.RoleName;
import dev.canswarm.protocol.payload.ControlChange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The change that a command asks for, as it is proposed, and what happens to key files. */
class ChangeRunTest {
  private static final String OTHER = TestKeys.key("other").publicKey().base64();

  private final Path home;
  private final TrustDirectory directory;

  ChangeRunTest(@TempDir Path home) throws Exception {
    this.home = home;
    this.directory = new TrustDirectory(home, 1);
  }

  private TrustCommand proposing(String target) {
    TrustCommand command = directory.command(target);
    command.options.propose = Path.of("change.json");
    return command;
  }

  private static int run(TrustCommand command, Action action) throws Exception {
    try (TrustContext context = TrustContext.open(command)) {
      return new ChangeRun(command, context, context.genesis).run(action);
    }
  }

  private ControlChange proposed(TrustCommand command, Action action) throws Exception {
    assertThat(run(command, action)).isEqualTo(ExitCode.OK);
    return Proposal.read(home.resolve("change.json")).control().change();
  }

  private void assertFails(int exit, TrustCommand command, Action action, String... said) {
    assertThatThrownBy(() -> run(command, action))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(exit))
        .hasMessageContainingAll(said);
    assertThat(home.resolve("change.json")).doesNotExist();
  }

  @Test
  void anAddedAgentGetsAKeyInItsOwnFile() throws Exception {
    TrustCommand command = proposing("worker-9");
    command.roles = List.of("worker", "verifier");
    assertThat(proposed(command, Action.ADD))
        .isEqualTo(
            new ControlChange.Add(
                "worker-9",
                directory.newest("worker-9"),
                Set.of(RoleName.WORKER, RoleName.VERIFIER)));
    assertThat(directory.err())
        .contains("the new private key is in " + directory.keys.newest("worker-9"));
  }

  @Test
  void aKeyThatIsNamedIsTakenAndNoneIsMade() throws Exception {
    TrustCommand command = proposing("worker-9");
    command.roles = List.of("worker");
    command.key = OTHER;
    assertThat(proposed(command, Action.ADD))
        .isEqualTo(
            new ControlChange.Add("worker-9", PublicKey.ofBase64(OTHER), Set.of(RoleName.WORKER)));
    assertThat(directory.keys.newest("worker-9")).doesNotExist();
    assertThat(directory.err()).isEmpty();
  }

  @Test
  void aRotationMakesAKeyAndKeepsTheOneInForce() throws Exception {
    PublicKey before = directory.newest("worker-1");
    ControlChange change = proposed(proposing("worker-1"), Action.ROTATE);
    PublicKey after = directory.newest("worker-1");
    assertThat(after).isNotEqualTo(before);
    assertThat(change).isEqualTo(new ControlChange.Rotate("worker-1", before, after));
    assertThat(directory.keys.find("worker-1", before)).isPresent();
  }

  @Test
  void aKeyIsRevokedByItsNameOrByItself() throws Exception {
    PublicKey key = directory.newest("worker-1");
    assertThat(proposed(proposing("worker-1"), Action.REVOKE))
        .isEqualTo(new ControlChange.Retire(key));
    Files.delete(home.resolve("change.json"));
    TrustCommand compromised = proposing(key.base64());
    compromised.compromised = true;
    assertThat(proposed(compromised, Action.REVOKE)).isEqualTo(new ControlChange.Compromised(key));
  }

  @Test
  void rolesAreGivenToTheKeyInForceOfAName() throws Exception {
    TrustCommand command = proposing("worker-1");
    command.roles = List.of("verifier");
    assertThat(proposed(command, Action.ROLES))
        .isEqualTo(
            new ControlChange.Roles(directory.newest("worker-1"), Set.of(RoleName.VERIFIER)));
  }

  @Test
  void whatIsMissingOrUnknownIsBadUsage() {
    assertFails(ExitCode.USAGE, proposing("worker-9"), Action.ADD, "add: expected --roles");
    assertFails(ExitCode.USAGE, proposing("worker-1"), Action.ROLES, "roles: expected --roles");
    assertFails(ExitCode.USAGE, proposing("../x"), Action.ROTATE, "expected a name of 1 to 64");
    TrustCommand role = proposing("worker-9");
    role.roles = List.of("worker", "king\u001b[2J");
    assertFails(ExitCode.USAGE, role, Action.ADD, "no role king\\u001b[2J; there are: ", "worker");
    TrustCommand key = proposing("worker-1");
    key.key = "abc";
    assertFails(ExitCode.USAGE, key, Action.ROTATE, "--key: expected a public key", "got abc");
  }

  @Test
  void whatDoesNotFitTheKeysInForceIsRefused() {
    TrustCommand taken = proposing("worker-1");
    taken.roles = List.of("worker");
    assertFails(ExitCode.FAILED, taken, Action.ADD, "worker-1 has a key already", "rotate");
    assertFails(
        ExitCode.FAILED, proposing("nobody"), Action.ROTATE, "no key in force has the name nobody");
    assertFails(
        ExitCode.FAILED,
        proposing("nobody"),
        Action.REVOKE,
        "nobody is neither the name of a key in force nor a public key in base64");
    assertFails(
        ExitCode.FAILED, proposing("node-2"), Action.ROTATE, "node-2 signs its audit log with one");
  }

  @Test
  void whereThePrivateKeyIsElsewhereNoOtherIsMade() throws Exception {
    Path file = directory.keys.newest("worker-1");
    Files.delete(file);
    assertFails(
        ExitCode.FAILED,
        proposing("worker-1"),
        Action.ROTATE,
        "the private key of worker-1 is not in",
        "--key");
    assertThat(file).doesNotExist();
  }

  @Test
  void withoutTheKeyOfAnAdministratorNoKeyIsMade() throws Exception {
    PublicKey before = directory.newest("worker-1");
    Files.delete(directory.keys.newest("admin"));
    Files.delete(directory.keys.newest("bob"));
    assertFails(
        ExitCode.FAILED,
        directory.command("worker-1"),
        Action.ROTATE,
        "no private key of an administrator");
    assertThat(directory.newest("worker-1")).isEqualTo(before);
  }

  @Test
  void aKeyOfAnotherAgentIsRefusedByTheChain() throws Exception {
    TrustCommand command = proposing("worker-1");
    command.key = directory.newest("verifier-1").base64();
    assertFails(ExitCode.FAILED, command, Action.ROTATE, "nothing was changed: CHANGE_REFUSED");
  }

  @Test
  void aRotationThatCannotBeSentLeavesTheKeyInForceAsTheNewest() throws Exception {
    PublicKey before = directory.newest("worker-1");
    assertFails(
        ExitCode.ENVIRONMENT, directory.command("worker-1"), Action.ROTATE, "no stack is running");
    assertThat(directory.newest("worker-1")).isEqualTo(before);
  }

  @Test
  void aRotationWhoseFileIsTakenLeavesTheKeyInForceAsTheNewest() throws Exception {
    PublicKey before = directory.newest("worker-1");
    Files.writeString(home.resolve("change.json"), "mine");
    TrustCommand command = proposing("worker-1");
    assertThatThrownBy(() -> run(command, Action.ROTATE))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE));
    assertThat(directory.newest("worker-1")).isEqualTo(before);
  }

  @Test
  void aRotationThatNeedsMoreAdministratorsLeavesTheKeyInForceAsTheNewest() throws Exception {
    TrustDirectory two = new TrustDirectory(Files.createDirectory(home.resolve("two")), 2);
    PublicKey before = two.newest("worker-1");
    assertFails(
        ExitCode.USAGE, two.command("worker-1"), Action.ROTATE, "2 administrators must sign");
    assertThat(two.newest("worker-1")).isEqualTo(before);
  }
}
