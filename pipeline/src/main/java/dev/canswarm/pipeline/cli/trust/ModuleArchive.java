package dev.canswarm.pipeline.cli.trust;

import dev.canswarm.pipeline.cli.command.CommandException;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RuleModule;
import dev.canswarm.port.Archive;
import dev.canswarm.rule.ModuleRules;
import dev.canswarm.rule.RuleException;
import java.time.Duration;
import java.util.Optional;

/** The modules of policies in the archive, from where every process has them. Blocks. */
final class ModuleArchive {
  private static final String KIND = "module";

  private final Archive archive;
  private final Duration wait;

  /**
   * @param wait longest wait for one read or write
   */
  ModuleArchive(Archive archive, Duration wait) {
    this.archive = archive;
    this.wait = wait;
  }

  /**
   * Puts the modules of a policy that are here into the archive.
   *
   * @throws CommandException FAILED for one that has another hash, or cannot be a rule; then none
   *     was put there
   */
  void put(Policy policy, ModuleRules.Source here) throws CommandException {
    for (RuleModule module : policy.rules()) {
      Optional<byte[]> bytes = here.bytes(module);
      if (bytes.isPresent()) {
        check(module, bytes.get(), "");
      }
    }
    for (RuleModule module : policy.rules()) {
      here.bytes(module)
          .ifPresent(bytes -> archive.archive(module.sha256(), KIND, bytes).block(wait));
    }
  }

  /**
   * Checks that the archive has what a policy names, so that a process which follows the chain can
   * judge by it.
   *
   * @throws CommandException FAILED for a module that is not there, and for one that has another
   *     hash or cannot be a rule
   */
  void check(Policy policy) throws CommandException {
    for (RuleModule module : policy.rules()) {
      Optional<byte[]> bytes = archive.archived(module.sha256()).blockOptional(wait);
      if (bytes.isEmpty()) {
        throw EntryRun.refused(
            "rule %s: expected module %s in the archive, got none; activate the policy where the file %s is beside it"
                .formatted(module.name(), module.sha256(), module.fileName()));
      }
      check(module, bytes.get(), "in the archive, ");
    }
  }

  private static void check(RuleModule module, byte[] bytes, String where) throws CommandException {
    try {
      ModuleRules.check(module, bytes);
    } catch (RuleException e) {
      throw EntryRun.refused(where + e.getMessage());
    }
  }
}
