package dev.canswarm.pipeline.cli.data;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.PolicyFileException;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RuleModule;
import dev.canswarm.rule.ModuleRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The modules of a policy, which are files beside it: read once, when the policy is. A data
 * directory keeps those of policies that were activated from it, too. Immutable.
 */
public final class ModuleFiles implements ModuleRules.Source {
  private static final String KEPT = "modules";
  private static final String SUFFIX = ".wasm";

  /** Most files of a data directory that are read: what is beyond is found in the archive. */
  private static final int KEPT_MAX = 256;

  private final Map<String, byte[]> byName;
  private final Map<String, byte[]> byHash;

  private ModuleFiles(Map<String, byte[]> byName, Map<String, byte[]> byHash) {
    this.byName = byName;
    this.byHash = byHash;
  }

  private ModuleFiles(Map<String, byte[]> byName) {
    this(byName, new TreeMap<>());
  }

  /** No files, for a policy that names none. */
  public static ModuleFiles none() {
    return new ModuleFiles(new TreeMap<>());
  }

  /** The files of these names; the bytes must not be written to. */
  public static ModuleFiles of(Map<String, byte[]> byName) {
    return new ModuleFiles(new TreeMap<>(byName));
  }

  /**
   * Reads the files that a policy names. Blocks.
   *
   * @param policyFile empty for the built-in policy, which names none
   * @throws PolicyFileException if a file cannot be read; one that is not there is left out
   */
  public static ModuleFiles beside(Optional<Path> policyFile, Policy policy)
      throws PolicyFileException {
    TreeMap<String, byte[]> found = new TreeMap<>();
    if (policyFile.isPresent()) {
      for (RuleModule module : policy.rules()) {
        PolicyFile.beside(policyFile.get(), module.fileName())
            .ifPresent(bytes -> found.put(module.fileName(), bytes));
      }
    }
    return new ModuleFiles(found);
  }

  @Override
  public Optional<byte[]> bytes(RuleModule module) {
    byte[] kept = byHash.get(module.sha256());
    return Optional.ofNullable(kept == null ? byName.get(module.fileName()) : kept);
  }

  /**
   * The same files, and those that a data directory keeps. Blocks.
   *
   * @throws IOException if a file cannot be read
   */
  public ModuleFiles withKept(Path data) throws IOException {
    TreeMap<String, byte[]> kept = new TreeMap<>();
    Path directory = data.resolve(KEPT);
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        List<Path> modules =
            files
                .filter(file -> file.toString().endsWith(SUFFIX))
                .sorted()
                .limit(KEPT_MAX)
                .toList();
        for (Path file : modules) {
          byte[] bytes = SmallFiles.read(file);
          kept.put(Sha256.hex(bytes), bytes);
        }
      } catch (IOException e) {
        throw new IOException("the modules in " + directory + ": " + e.getMessage(), e);
      }
    }
    return new ModuleFiles(byName, kept);
  }

  /**
   * Keeps the files in a data directory under their hashes, for a replay without servers. Blocks.
   *
   * @throws DataException if that cannot be done
   */
  public void keep(Path data) throws DataException {
    Path directory = data.resolve(KEPT);
    try {
      if (!byName.isEmpty()) {
        SmallFiles.createDirectory(directory);
      }
      for (byte[] bytes : byName.values()) {
        SmallFiles.write(directory.resolve(Sha256.hex(bytes) + SUFFIX), bytes);
      }
    } catch (IOException e) {
      throw DataException.unreadable(directory, "make it writable", e);
    }
  }

  /**
   * Writes the files into a data directory, beside the policy in force. Blocks.
   *
   * @throws DataException if that cannot be done
   */
  public void write(Path data) throws DataException {
    for (Map.Entry<String, byte[]> file : byName.entrySet()) {
      Path path = data.resolve(file.getKey());
      try {
        Files.write(path, file.getValue());
      } catch (IOException e) {
        throw DataException.unreadable(path, "pass another --data", e);
      }
    }
  }
}
