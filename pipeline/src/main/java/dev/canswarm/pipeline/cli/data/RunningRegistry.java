package dev.canswarm.pipeline.cli.data;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the stacks that this user runs, so that a command finds them without {@code --data}: one
 * file for each under {@code can-swarm/running/} of the user's state directory, and the directory
 * used last. Best effort: entries that cannot be read or written are ignored.
 */
public final class RunningRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(RunningRegistry.class);
  private static final String LAST = "last.json";
  private static final String SUFFIX = ".json";
  private static final String DATA = "data";
  private static final String PID = "pid";

  private final Path root;

  /**
   * @param root the registry's directory, made when something is written
   */
  public RunningRegistry(Path root) {
    this.root = root;
  }

  /**
   * Returns this user's registry, in {@code $XDG_STATE_HOME} or {@code ~/.local/state}; a relative
   * path is ignored.
   */
  public static RunningRegistry ofUser(Map<String, String> environment) {
    String xdg = environment.getOrDefault("XDG_STATE_HOME", "");
    Path state =
        Path.of(xdg).isAbsolute()
            ? Path.of(xdg)
            : Path.of(
                environment.getOrDefault("HOME", System.getProperty("user.home", "/")),
                ".local",
                "state");
    return new RunningRegistry(state.resolve("can-swarm"));
  }

  /** Notes that a stack runs on the directory, and that it was used last. */
  public void add(Path data, long pid) {
    byte[] content =
        CanonicalJson.write(JsonObject.builder().put(DATA, data.toString()).put(PID, pid).build());
    try {
      SmallFiles.createDirectory(running());
      SmallFiles.write(entry(data), content);
      SmallFiles.write(root.resolve(LAST), content);
    } catch (IOException e) {
      LOG.debug("cannot note in {} that {} runs", root, data, e);
    }
  }

  /** Notes that no stack runs on the directory any more. */
  public void remove(Path data) {
    try {
      Files.deleteIfExists(entry(data));
    } catch (IOException e) {
      LOG.debug("cannot note in {} that {} stopped", root, data, e);
    }
  }

  /** Directories on which a stack runs now, sorted. Entries of processes that died are skipped. */
  public List<Path> runningNow() {
    List<Path> found = new ArrayList<>();
    if (!Files.isDirectory(running())) {
      return found;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(running(), "*" + SUFFIX)) {
      for (Path file : entries) {
        read(file).filter(DirectoryUse::inUse).ifPresent(found::add);
      }
    } catch (IOException e) {
      LOG.debug("cannot list {}", running(), e);
    }
    found.sort(null);
    return found;
  }

  /** The directory on which a stack was started last, if it is still there. */
  public Optional<Path> lastUsed() {
    return read(root.resolve(LAST)).filter(Files::isDirectory);
  }

  private Path running() {
    return root.resolve("running");
  }

  private Path entry(Path data) {
    byte[] name = data.toString().getBytes(StandardCharsets.UTF_8);
    return running().resolve(Sha256.hex(name).substring(0, 16) + SUFFIX);
  }

  private static Optional<Path> read(Path file) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      ObjectReader in =
          new ObjectReader(StrictJson.parseObject(SmallFiles.read(file)), file.toString());
      return Optional.of(Path.of(in.requiredString(DATA))).filter(Path::isAbsolute);
    } catch (IOException | JsonException | ShapeException | InvalidPathException e) {
      LOG.debug("passing over {}", file, e);
      return Optional.empty();
    }
  }
}
