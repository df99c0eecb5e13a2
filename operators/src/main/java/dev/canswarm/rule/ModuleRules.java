package dev.canswarm.rule;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.policy.GasMeter;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.RuleModule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The modules of a policy. What they say of an envelope is kept by its id, the least recently used
 * first to go, so that one that is sent, delivered and stored is evaluated once. Thread-safe: an
 * envelope that two threads ask for at once is evaluated by both, with the same result.
 */
public final class ModuleRules implements OwnRules {
  /** Envelopes whose results are kept: some KiB each at most, mostly some hundred bytes. */
  static final int KEPT_MAX = 8_192;

  /** The result of an evaluation; without a reason if it passed. */
  private record Result(@Nullable Reason reason, String detail, long gas) {}

  private final List<ModuleRule> rules;

  private final Map<EnvelopeId, Result> results =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<EnvelopeId, Result> eldest) {
          return size() > KEPT_MAX;
        }
      };

  private ModuleRules(List<ModuleRule> rules) {
    this.rules = rules;
  }

  /** Where the bytes of modules are. */
  @FunctionalInterface
  public interface Source {
    /** Returns the bytes of a module, or empty if it is missing. */
    Optional<byte[]> bytes(RuleModule module);
  }

  /**
   * Loads the modules that a policy names.
   *
   * @throws RuleException for one that is missing, has another hash or cannot be a rule
   */
  public static OwnRules of(Policy policy, Source source) {
    if (policy.rules().isEmpty()) {
      return OwnRules.NONE;
    }
    List<ModuleRule> rules = new ArrayList<>();
    for (RuleModule module : policy.rules()) {
      byte[] bytes =
          source
              .bytes(module)
              .orElseThrow(
                  () ->
                      new RuleException(
                          module.name(), "expected " + module.fileName() + ", got no such file"));
      rules.add(ModuleRule.load(module, bytes));
    }
    return new ModuleRules(List.copyOf(rules));
  }

  /**
   * Checks the bytes of one module, which may come from anywhere.
   *
   * @throws RuleException for bytes that have another hash, or cannot be a rule
   */
  public static void check(RuleModule module, byte[] bytes) {
    ModuleRule.load(module, bytes);
  }

  @Override
  public boolean judge(Verb verb) {
    return rules.stream().anyMatch(rule -> rule.judges(verb));
  }

  @Override
  public void check(Envelope envelope, List<Envelope> parents) {
    if (!judge(envelope.verb())) {
      return;
    }
    Result result = kept(envelope.id());
    if (result == null) {
      result = evaluate(envelope, parents);
      keep(envelope.id(), result);
    }
    if (result.reason() != null) {
      throw new RefusedException(result.reason(), result.detail());
    }
  }

  @Override
  public long gasOf(Envelope envelope) {
    if (!judge(envelope.verb())) {
      return 0;
    }
    Result result = kept(envelope.id());
    return result == null ? UNKNOWN : result.gas();
  }

  private Result evaluate(Envelope envelope, List<Envelope> parents) {
    GasMeter gas = new GasMeter(Long.MAX_VALUE);
    try {
      for (ModuleRule rule : rules) {
        if (rule.judges(envelope.verb())) {
          rule.check(envelope, parents, gas);
        }
      }
      return new Result(null, "", gas.used());
    } catch (RefusedException e) {
      return new Result(e.reason(), e.detail(), gas.used());
    }
  }

  private @Nullable Result kept(EnvelopeId id) {
    synchronized (results) {
      return results.get(id);
    }
  }

  private void keep(EnvelopeId id, Result result) {
    synchronized (results) {
      results.put(id, result);
    }
  }
}
