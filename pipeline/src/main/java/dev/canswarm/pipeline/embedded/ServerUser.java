package dev.canswarm.pipeline.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The OS user that runs a native server. For an ordinary user, that is this user. For root it is a
 * user id of its own for each server of each data directory, which no account has and under which
 * no other process runs, so that a server that an attacker took over reaches nothing else.
 *
 * <p>Such a user cannot enter the data directory, which belongs to root and is closed. So its
 * processes start in their own directory and name it {@link #CURRENT_DIRECTORY}.
 */
final class ServerUser {
  /** Names the working directory without a look at the directories above it. */
  static final String CURRENT_DIRECTORY = "/proc/self/cwd";

  /**
   * The user ids to choose from. No Linux distribution assigns them, to accounts or to services,
   * and they exist in user namespaces of the usual 65,536 ids.
   */
  static final int UID_FIRST = 60_578;

  static final int UID_LAST = 61_183;

  private static final int SELF = -1;
  private static final int ROOT = 0;

  /** The user id that stands for every unmapped one in a user namespace: nobody's own. */
  private static final int OVERFLOW = 65_534;

  private static final String UID = "unix:uid";

  private final int uid;

  private ServerUser(int uid) {
    this.uid = uid;
  }

  /**
   * Returns the user for a server.
   *
   * @param data the server's data; if one of these users owns it already, and runs nothing
   *     elsewhere, that one is returned. Otherwise give the data to the user that is returned
   */
  static ServerUser of(ServerKind kind, Path data) throws IOException {
    return isRoot() ? new ServerUser(chooseUid(kind, data)) : new ServerUser(SELF);
  }

  /** Whether this process runs as root. */
  static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), UID).equals(ROOT);
    } catch (IOException | UnsupportedOperationException noProc) {
      return "root".equals(System.getProperty("user.name"));
    }
  }

  private static int chooseUid(ServerKind kind, Path data) throws IOException {
    if (Files.exists(data)) {
      int owner = owner(data);
      // Another directory may have chosen it while nothing ran here.
      if (owner >= UID_FIRST && owner <= UID_LAST && !runsElsewhere(owner, data.toRealPath())) {
        return owner;
      }
    }
    Set<Integer> taken = accounts();
    taken.addAll(running());
    int count = UID_LAST - UID_FIRST + 1;
    // Servers of other directories start elsewhere, so two that start together do not meet.
    int start = Math.floorMod((data + "/" + kind).hashCode(), count);
    for (int i = 0; i < count; i++) {
      int candidate = UID_FIRST + (start + i) % count;
      if (!taken.contains(candidate)) {
        return candidate;
      }
    }
    throw new IOException(
        "no free user id from " + UID_FIRST + " to " + UID_LAST + " to run " + kind.label());
  }

  private static int owner(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, UID, LinkOption.NOFOLLOW_LINKS);
  }

  /** Returns the user ids of the accounts in {@code /etc/passwd}, in its order. */
  private static Set<Integer> accounts() throws IOException {
    Set<Integer> found = new LinkedHashSet<>();
    for (String line : Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1)) {
      String[] fields = line.split(":", -1);
      if (fields.length > 2 && fields[2].matches("[0-9]{1,9}")) {
        found.add(Integer.valueOf(fields[2]));
      }
    }
    return found;
  }

  /** Returns the user ids of all processes. */
  private static Set<Integer> running() throws IOException {
    Set<Integer> found = new HashSet<>();
    processes((process, owner) -> found.add(owner));
    return found;
  }

  /** Whether a process of that user works in another directory than this one. */
  private static boolean runsElsewhere(int uid, Path data) throws IOException {
    Set<Path> elsewhere = new HashSet<>();
    processes(
        (process, owner) -> {
          if (owner == uid && !worksIn(process, data)) {
            elsewhere.add(process);
          }
        });
    return !elsewhere.isEmpty();
  }

  private static boolean worksIn(Path process, Path data) throws IOException {
    try {
      return Files.readSymbolicLink(process.resolve("cwd")).startsWith(data);
    } catch (AccessDeniedException hidden) {
      return false;
    }
  }

  /** Looks at one process of {@code /proc}. */
  @FunctionalInterface
  private interface ProcessLook {
    void at(Path process, int owner) throws IOException;
  }

  private static void processes(ProcessLook look) throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        try {
          look.at(process, owner(process));
        } catch (NoSuchFileException ended) {
          // It has ended since the directory was listed.
        }
      }
    }
  }

  /** Whether this is the user of this process. */
  boolean isSelf() {
    return uid == SELF;
  }

  /** Returns the name of a server's own working directory for its command line. */
  String pathOf(Path workingDirectory) {
    return isSelf() ? workingDirectory.toString() : CURRENT_DIRECTORY;
  }

  /** Returns the command line that runs {@code command} as this user. */
  List<String> command(List<String> command) {
    List<String> full = new ArrayList<>(as(uid));
    full.addAll(command);
    return full;
  }

  private static List<String> as(int uid) {
    return uid == SELF
        ? List.of()
        : List.of(
            "setpriv",
            "--reuid=" + uid,
            "--regid=" + uid,
            "--clear-groups",
            "--inh-caps=-all",
            "--no-new-privs",
            "--");
  }

  /** Whether this user can run a program. */
  boolean canRun(List<String> command) {
    return (isSelf() || Commands.onPath("setpriv")) && Commands.succeeds(command(command));
  }

  /**
   * Runs a command of PostgreSQL that looks up the name of its user, which this user lacks. In a
   * user namespace it has the name of the overflow user id. Where there are no such namespaces, an
   * account under which nothing runs lends its id for the time of the command.
   *
   * @param directory the command's working directory, which belongs to this user
   * @param input its standard input
   * @param output the file that receives its output
   * @return its exit status, or −1 on timeout
   */
  int runNamed(List<String> command, Path directory, String input, Path output) throws IOException {
    List<String> namespace = List.of("unshare", "-U");
    if (isSelf() && Commands.succeeds(List.of("id", "-un"))) {
      return Commands.run(command, directory, input, output);
    }
    List<String> test = new ArrayList<>(namespace);
    test.add("true");
    if (isSelf() || Commands.succeeds(command(test))) {
      List<String> full = new ArrayList<>(command(namespace));
      full.addAll(command);
      return Commands.run(full, directory, input, output);
    }
    int borrowed = unusedAccount();
    own(directory, borrowed);
    try {
      List<String> full = new ArrayList<>(as(borrowed));
      full.addAll(command);
      return Commands.run(full, directory, input, output);
    } finally {
      own(directory, uid);
    }
  }

  /** Returns the user id of an account under which nothing runs, neither root's nor nobody's. */
  static int unusedAccount() throws IOException {
    Set<Integer> candidates = accounts();
    candidates.removeAll(running());
    candidates.remove(ROOT);
    candidates.remove(OVERFLOW);
    return candidates.stream()
        .findFirst()
        .orElseThrow(
            () -> new IOException("no account in /etc/passwd under which no process runs"));
  }

  /** Gives a tree to this user unless it belongs to that user already. */
  void own(Path tree) throws IOException {
    if (!isSelf()) {
      own(tree, uid);
    }
  }

  private static void own(Path tree, int uid) throws IOException {
    if (owner(tree) == uid) {
      return;
    }
    // -P and -h: a link in the tree is changed itself, not what it leads to.
    List<String> chown = List.of("chown", "-RPh", uid + ":" + uid, tree.toString());
    if (!Commands.succeeds(chown)) {
      throw new IOException("cannot give " + tree + " to user id " + uid);
    }
  }

  /** Gives a single new file to this user. */
  void ownFile(Path file) throws IOException {
    if (!isSelf()) {
      Files.setAttribute(file, UID, uid, LinkOption.NOFOLLOW_LINKS);
    }
  }

  @Override
  public String toString() {
    return isSelf() ? "the user of this process" : "user id " + uid;
  }
}
