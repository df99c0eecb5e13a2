package dev.canswarm.pipeline.cli.data;

import dev.canswarm.pipeline.cli.data.DataException.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The node key that signs this process's audit log. The owner of the data directory has {@code
 * node-1} and writes {@code audit/}. Others take the first of the rest that is free, by a lock on
 * {@code keys/node-2.lock} and so on: a process that joins writes its own directory's {@code
 * audit/} and has the same key at every start; a command that publishes writes {@code
 * audit/node-2/} of the directory it works on.
 */
public final class NodeIdentity implements AutoCloseable {
  private static final String AUDIT = "audit";
  private static final String REMEMBERED = "node";

  private final String name;
  private final Path audit;
  private final FileLocks.Held lock;

  private NodeIdentity(String name, Path audit, FileLocks.Held lock) {
    this.name = name;
    this.audit = audit;
    this.lock = lock;
  }

  /**
   * Returns the identity of the process that holds the lock of {@code data}.
   *
   * @throws DataException IN_USE, UNREADABLE
   */
  public static NodeIdentity owner(Path data) throws DataException {
    return take(data, List.of(AgentNames.FIRST_NODE), name -> data.resolve(AUDIT));
  }

  /**
   * Returns the identity of a process that joins.
   *
   * @param joined the running stack's data directory, whose keys are used
   * @param own the process's own data directory, whose lock it holds
   * @throws DataException IN_USE, UNREADABLE
   */
  public static NodeIdentity joiner(Path joined, Path own) throws DataException {
    Path remembered = own.resolve(REMEMBERED);
    try {
      List<String> names =
          Files.exists(remembered)
              ? List.of(new String(SmallFiles.read(remembered), StandardCharsets.US_ASCII).strip())
              : guests();
      NodeIdentity identity = take(joined, names, name -> own.resolve(AUDIT));
      SmallFiles.write(remembered, (identity.name + "\n").getBytes(StandardCharsets.US_ASCII));
      return identity;
    } catch (IOException e) {
      throw DataException.unreadable(remembered, "pass another --data", e);
    }
  }

  /**
   * Returns the identity of a command that works beside a running stack.
   *
   * @throws DataException IN_USE, UNREADABLE
   */
  public static NodeIdentity guest(Path data) throws DataException {
    return take(data, guests(), name -> data.resolve(AUDIT).resolve(name));
  }

  private static NodeIdentity take(Path data, List<String> names, Function<String, Path> audit)
      throws DataException {
    Path keys = data.resolve(AgentKeys.DIRECTORY);
    try {
      for (String name : names) {
        Optional<FileLocks.Held> lock = FileLocks.tryAcquire(keys.resolve(name + ".lock"));
        if (lock.isPresent()) {
          return new NodeIdentity(name, audit.apply(name), lock.get());
        }
      }
    } catch (IOException e) {
      throw DataException.unreadable(keys, "check that the directory can be written", e);
    }
    throw new DataException(
        Problem.IN_USE,
        "node key %s of %s is in use by another process; stop that one first"
            .formatted(String.join(", ", names), data));
  }

  private static List<String> guests() {
    List<String> names = new ArrayList<>();
    for (int number = 2; number <= AgentNames.NODES_MAX; number++) {
      names.add(AgentNames.node(number));
    }
    return names;
  }

  /** Returns the name of the agent whose key signs. */
  public String name() {
    return name;
  }

  /** Returns the directory of the audit log. */
  public Path auditDirectory() {
    return audit;
  }

  /** Releases the key for other processes. Close the log first. Idempotent. */
  @Override
  public void close() throws DataException {
    try {
      lock.close();
    } catch (IOException e) {
      throw new DataException(Problem.UNREADABLE, "the lock of " + name + " was not released", e);
    }
  }
}
