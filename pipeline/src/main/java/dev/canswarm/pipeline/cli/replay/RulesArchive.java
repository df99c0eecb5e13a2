package dev.canswarm.pipeline.cli.replay;

import dev.canswarm.control.ArchivedFiles;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.ShapeException;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.Archive;
import dev.canswarm.replay.RulesBook;
import dev.canswarm.rule.ModuleRules;
import dev.canswarm.rule.RuleException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Collects the policies and trust files under which a log was written. */
final class RulesArchive {
  private RulesArchive() {}

  /**
   * The given rules, and those that are named and archived in the store. Blocks.
   *
   * @param control the control chain of the same records
   * @param named hashes
   * @throws JsonException or {@link ShapeException} where the given policy is none
   */
  static RulesBook book(
      ReplayInput input,
      ControlHistory control,
      Set<String> named,
      Optional<? extends Archive> store,
      Duration timeout) {
    List<Policy> policies = new ArrayList<>(List.of(Policy.parse(input.policy())));
    List<TrustRegistry> trusts = new ArrayList<>(TrustTimeline.of(input.trust(), input.now()));
    for (String hash : named) {
      boolean known =
          control.pinnedBy(hash).isPresent()
              || control.policies().containsKey(hash)
              || policies.stream().anyMatch(policy -> policy.hash().equals(hash))
              || trusts.stream().anyMatch(trust -> trust.hash().equals(hash));
      if (!known && store.isPresent()) {
        store
            .get()
            .archived(hash)
            .blockOptional(timeout)
            .ifPresent(bytes -> add(hash, bytes, policies, trusts));
      }
    }
    List<Policy> all = new ArrayList<>(policies);
    control.policies().values().stream().filter(each -> !policies.contains(each)).forEach(all::add);
    return new RulesBook(policies, trusts, ownRules(all, input, store, timeout)).with(control);
  }

  /** Returns the rules by policy, without policies of which a module is missing. */
  private static SortedMap<String, OwnRules> ownRules(
      List<Policy> policies,
      ReplayInput input,
      Optional<? extends Archive> store,
      Duration timeout) {
    TreeMap<String, OwnRules> own = new TreeMap<>();
    for (Policy policy : policies) {
      try {
        own.put(
            policy.hash(),
            ModuleRules.of(
                policy,
                module ->
                    input
                        .modules()
                        .bytes(module)
                        .filter(bytes -> Sha256.hex(bytes).equals(module.sha256()))
                        .or(
                            () ->
                                store.flatMap(
                                    archive ->
                                        archive
                                            .archived(module.sha256())
                                            .blockOptional(timeout)))));
      } catch (RuleException missing) {
        // The replay says of each NEED under it that they are missing.
      }
    }
    return own;
  }

  /** Adds a policy or a trust file; its hash is checked, so the store need not be trusted. */
  private static void add(
      String hash, byte[] bytes, List<Policy> policies, List<TrustRegistry> trusts) {
    ArchivedFiles.policy(hash, bytes)
        .ifPresentOrElse(
            policies::add,
            () ->
                TrustRegistry.ofDocument(bytes)
                    .filter(trust -> trust.hash().equals(hash))
                    .ifPresent(trusts::add));
  }
}
