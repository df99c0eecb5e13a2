package dev.canswarm.pipeline.cli.data;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.PolicyFileException;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RuleModule;
import dev.canswarm.rule.ModuleRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The modules of a policy, which are files beside it: read once, when the policy is. Immutable. */
public final class ModuleFiles implements ModuleRules.Source {
  private final Map<String, byte[]> byName;

  private ModuleFiles(Map<String, byte[]> byName) {
    this.byName = byName;
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
    return Optional.ofNullable(byName.get(module.fileName()));
  }

  /**
   * Writes the files into a data directory, beside the policy in force. Blocks.
   *
   * @throws DataException where that cannot be done
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
