package dev.canswarm.pipeline.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** As whom PostgreSQL runs, given that it refuses to run as root. */
enum PostgresUser {
  /** As the user of this process. */
  SELF(List.of(), PostgresUser.NO_UID),

  /**
   * In a user namespace without a mapping: PostgreSQL sees itself, and its files, as user nobody's,
   * while on disk they stay root's, or whoever's we are.
   */
  NAMESPACE(List.of("unshare", "-U"), 0),

  /** Root steps down to an unprivileged user, to whom the data is handed. */
  STEP_DOWN(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"), 65_534);

  private static final int NO_UID = -1;

  @SuppressWarnings("ImmutableEnumChecker") // always a List.of
  private final List<String> prefix;

  private final int uid;

  PostgresUser(List<String> prefix, int uid) {
    this.prefix = prefix;
    this.uid = uid;
  }

  /** What may work for the user of this process, best first. */
  static List<PostgresUser> candidates() {
    if (isRoot()) {
      return List.of(NAMESPACE, STEP_DOWN);
    }
    // PostgreSQL wants its user to have a name, which a container's may lack; the namespace's has.
    return Commands.succeeds(List.of("id", "-un")) ? List.of(SELF) : List.of(NAMESPACE, SELF);
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | UnsupportedOperationException noProc) {
      return "root".equals(System.getProperty("user.name"));
    }
  }

  /** The command line that runs {@code command} as this user. */
  List<String> command(List<String> command) {
    List<String> full = new ArrayList<>(prefix);
    full.addAll(command);
    return full;
  }

  /** Whether this user can run PostgreSQL's binaries where they are. */
  boolean canRun(Path binaries) {
    return (prefix.isEmpty() || Commands.onPath(prefix.get(0)))
        && Commands.succeeds(command(List.of(binaries.resolve("bin/postgres").toString(), "-V")));
  }

  /** Whether this user can reach a directory that was handed to it. */
  boolean canWrite(Path directory) {
    return Commands.succeeds(command(List.of("test", "-w", directory.toString())));
  }

  /** Hands a tree to this user, unless it has it already. */
  void own(Path tree) throws IOException {
    if (uid == NO_UID || !isRoot() || Files.getAttribute(tree, "unix:uid").equals(uid)) {
      return;
    }
    if (!Commands.succeeds(List.of("chown", "-R", uid + ":" + uid, tree.toString()))) {
      throw new IOException("cannot hand " + tree + " to uid " + uid);
    }
  }

  /** Lets this user pass through a directory that stays ours. */
  void admit(Path directory) throws IOException {
    if (this == STEP_DOWN) {
      FileTrees.allowPassage(directory);
    }
  }
}
