package dev.canswarm.pipeline.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.canswarm.config.TrustFile;
import dev.canswarm.control.TrustState;
import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.pipeline.cli.command.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which administrator signs. */
class TrustContextTest {
  private final TrustDirectory directory;

  TrustContextTest(@TempDir Path home) throws Exception {
    this.directory = new TrustDirectory(home, 1);
  }

  private TrustContext open() throws Exception {
    return TrustContext.open(directory.command("worker-1"));
  }

  private static void assertFails(TrustContext context, String name, String... said) {
    assertThatThrownBy(() -> context.admin(context.genesis, name))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.FAILED))
        .hasMessageContainingAll(said);
  }

  @Test
  void theNamedAdministratorSigns() throws Exception {
    try (TrustContext context = open()) {
      for (String name : List.of("admin", "bob")) {
        assertThat(context.admin(context.genesis, name).publicKey())
            .isEqualTo(directory.newest(name));
      }
    }
  }

  @Test
  void withoutANameTheOneWhosePrivateKeyIsHereSigns() throws Exception {
    for (String away : List.of("admin", "bob")) {
      String here = away.equals("bob") ? "admin" : "bob";
      Path file = directory.keys.newest(away);
      Path aside = file.resolveSibling("aside");
      Files.move(file, aside);
      try (TrustContext context = open()) {
        assertThat(context.admin(context.genesis, null).publicKey())
            .isEqualTo(directory.newest(here));
        assertFails(context, away, "no private key of an administrator in", "there are: " + away);
      }
      Files.move(aside, file);
    }
  }

  @Test
  void anAgentWithoutTheRoleIsNoAdministratorThoughItsKeyIsHere() throws Exception {
    try (TrustContext context = open()) {
      for (String name : List.of("worker-1", "nobody")) {
        assertFails(context, name, name + " is not an administrator in force");
      }
    }
  }

  @Test
  void whereNoKeyOfAnAdministratorIsHereTheirNamesAreSaid() throws Exception {
    Files.delete(directory.keys.newest("admin"));
    Files.delete(directory.keys.newest("bob"));
    try (TrustContext context = open()) {
      assertThatThrownBy(() -> context.admin(context.genesis, null))
          .hasMessageContaining(directory.data.resolve("keys").toString())
          .hasMessageMatching(".*there are: (admin, bob|bob, admin)");
    }
  }

  @Test
  void anotherKeyInTheFileOfAnAdministratorIsNotTheirs() throws Exception {
    Files.move(
        directory.keys.newest("worker-1"),
        directory.keys.newest("admin"),
        StandardCopyOption.REPLACE_EXISTING);
    try (TrustContext context = open()) {
      assertFails(context, "admin", "no private key of an administrator");
    }
  }

  @Test
  void theChainBeginsWithTheTrustFileOfTheDirectory() throws Exception {
    try (TrustContext context = open()) {
      TrustState genesis = context.genesis;
      TrustFile file = TrustFile.read(directory.data.resolve(TrustFile.NAME));
      assertThat(genesis.number()).isZero();
      assertThat(genesis.adminsRequired()).isEqualTo(1);
      assertThat(genesis.keys()).hasSameSizeAs(file.entries());
      assertThat(genesis.keyOf("bob")).contains(directory.newest("bob"));
    }
  }
}
