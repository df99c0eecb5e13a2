package dev.canswarm.pipeline.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The OS user that runs PostgreSQL, which refuses to run as root. */
enum PostgresUser {
  /** The user of this process. */
  SELF(List.of(), PostgresUser.NO_UID),

  /**
   * A user namespace without a mapping: PostgreSQL sees itself and its files as owned by nobody,
   * while on disk the files keep their owner.
   */
  NAMESPACE(List.of("unshare", "-U"), 0),

  /** An unprivileged user to whom root switches; the data directory is given to that user. */
  STEP_DOWN(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"), 65_534);

  private static final int NO_UID = -1;

  @SuppressWarnings("ImmutableEnumChecker") // a List.of, which is immutable
  private final List<String> prefix;

  private final int uid;

  PostgresUser(List<String> prefix, int uid) {
    this.prefix = prefix;
    this.uid = uid;
  }

  /** Returns the variants that may work for the user of this process, in order of preference. */
  static List<PostgresUser> candidates() {
    if (isRoot()) {
      return List.of(NAMESPACE, STEP_DOWN);
    }
    // PostgreSQL requires a user name. In a container our uid may have none; in the namespace it
    // has one.
    return Commands.succeeds(List.of("id", "-un")) ? List.of(SELF) : List.of(NAMESPACE, SELF);
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | UnsupportedOperationException noProc) {
      return "root".equals(System.getProperty("user.name"));
    }
  }

  /** Returns the command line that runs {@code command} as this user. */
  List<String> command(List<String> command) {
    List<String> full = new ArrayList<>(prefix);
    full.addAll(command);
    return full;
  }

  /** Whether this user can run PostgreSQL's binaries in that directory. */
  boolean canRun(Path binaries) {
    return (prefix.isEmpty() || Commands.onPath(prefix.get(0)))
        && Commands.succeeds(command(List.of(binaries.resolve("bin/postgres").toString(), "-V")));
  }

  /** Whether this user can access a directory that was given to it. */
  boolean canWrite(Path directory) {
    return Commands.succeeds(command(List.of("test", "-w", directory.toString())));
  }

  /** Gives a tree to this user unless it belongs to that user already. */
  void own(Path tree) throws IOException {
    if (uid == NO_UID || !isRoot() || Files.getAttribute(tree, "unix:uid").equals(uid)) {
      return;
    }
    if (!Commands.succeeds(List.of("chown", "-R", uid + ":" + uid, tree.toString()))) {
      throw new IOException("cannot hand " + tree + " to uid " + uid);
    }
  }

  /** Allows this user to traverse a directory that keeps its owner. */
  void admit(Path directory) throws IOException {
    if (this == STEP_DOWN) {
      FileTrees.allowPassage(directory);
    }
  }
}
