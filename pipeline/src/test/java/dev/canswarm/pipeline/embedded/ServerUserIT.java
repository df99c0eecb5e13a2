package dev.canswarm.pipeline.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As whom the native servers run when root starts them. */
class ServerUserIT {
  private static final int NOBODY = 65_534;

  private final Path temp;

  ServerUserIT(@TempDir Path temp) {
    this.temp = temp;
  }

  /** The real, effective, saved and file system user id of a process, as the kernel has them. */
  private static List<Integer> kernelUids(long pid) throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
      if (line.startsWith("Uid:")) {
        return List.of(line.substring("Uid:".length()).strip().split("\\s+")).stream()
            .map(Integer::valueOf)
            .toList();
      }
    }
    throw new AssertionError("no user id of process " + pid);
  }

  @Test
  void aServerOfRootRunsUnderAUserIdThatNobodyElseHas() throws Exception {
    assumeThat(ServerUser.isRoot()).isTrue();
    EmbeddedStack stack = SharedStack.get();
    int postgres = checked(stack.postgres().pid(), stack.dataDir().resolve("postgres/data"));
    int redis = checked(stack.redis().pid(), stack.dataDir().resolve("redis/data"));
    assertThat(postgres).isNotEqualTo(redis);
  }

  private static int checked(long pid, Path data) throws Exception {
    int owner = (Integer) Files.getAttribute(data, "unix:uid");
    assertThat(owner).isBetween(ServerUser.UID_FIRST, ServerUser.UID_LAST).isNotEqualTo(NOBODY);
    assertThat(kernelUids(pid)).containsOnly(owner);
    assertThat(Files.readString(Path.of("/etc/passwd"))).doesNotContain(":" + owner + ":");
    assertThat(Files.readString(Path.of("/proc", Long.toString(pid), "status")))
        .contains("NoNewPrivs:\t1")
        .containsPattern("CapEff:\\s+0+\\n");
    return owner;
  }

  @Test
  void theServersOfTwoDirectoriesAreDifferentUsersAndEachKeepsItsOwn() throws Exception {
    assumeThat(ServerUser.isRoot()).isTrue();
    Path mine = Files.createDirectory(temp.resolve("mine"));
    ServerUser first = ServerUser.of(ServerKind.POSTGRES, mine);
    first.own(mine);
    assertThat(ServerUser.of(ServerKind.POSTGRES, mine)).hasToString(first.toString());
    Path running = SharedStack.get().dataDir().resolve("postgres/data");
    int theirs = (Integer) Files.getAttribute(running, "unix:uid");
    assertThat(first.toString()).isNotEqualTo("user id " + theirs);
    assertThat(ServerUser.of(ServerKind.POSTGRES, temp.resolve("new")).toString())
        .isNotEqualTo("user id " + theirs);
  }

  @Test
  void aDirectoryWhoseUserRunsElsewhereGetsAnother() throws Exception {
    assumeThat(ServerUser.isRoot()).isTrue();
    Path stopped = Files.createDirectory(temp.resolve("stopped"));
    Files.createFile(stopped.resolve("file"));
    ServerUser first = ServerUser.of(ServerKind.POSTGRES, stopped);
    first.own(stopped);
    Process elsewhere = sleeping(first, temp);
    try {
      ServerUser second = ServerUser.of(ServerKind.POSTGRES, stopped);
      assertThat(second.toString()).isNotEqualTo(first.toString());
      second.own(stopped);
      assertThat("user id " + Files.getAttribute(stopped.resolve("file"), "unix:uid"))
          .isEqualTo(second.toString());
    } finally {
      elsewhere.destroyForcibly().waitFor();
    }
  }

  @Test
  void aProcessOfTheDirectoryItselfDoesNotDriveItsUserOut() throws Exception {
    assumeThat(ServerUser.isRoot()).isTrue();
    Path mine = Files.createDirectory(temp.resolve("running"));
    ServerUser user = ServerUser.of(ServerKind.REDIS, mine);
    user.own(mine);
    Process own = sleeping(user, mine);
    try {
      assertThat(ServerUser.of(ServerKind.REDIS, mine)).hasToString(user.toString());
    } finally {
      own.destroyForcibly().waitFor();
    }
  }

  /** Returns a process of that user, once it has become that user. */
  private static Process sleeping(ServerUser user, Path directory) throws Exception {
    List<String> line = user.command(List.of("sh", "-c", "echo started; exec sleep 60"));
    Process process = new ProcessBuilder(line).directory(directory.toFile()).start();
    assertThat(process.getInputStream().read()).isEqualTo('s');
    return process;
  }

  @Test
  void neitherRootNorNobodyLendsItsUserId() throws Exception {
    assertThat(ServerUser.unusedAccount()).isNotIn(0, NOBODY);
  }
}
