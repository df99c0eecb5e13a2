package dev.canswarm.pipeline.wiring;

import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.ControlKey;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.policy.OwnRules;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.RuleModule;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.DecisionRule;
import dev.canswarm.protocol.Head;
import dev.canswarm.protocol.Heads;
import dev.canswarm.protocol.Roles;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.derive.DerivedCheck;
import dev.canswarm.protocol.role.ReactingRoles;
import dev.canswarm.protocol.verb.Admission;
import dev.canswarm.rule.ModuleRules;
import dev.canswarm.rule.RuleException;
import dev.canswarm.stage.Gateway;
import dev.canswarm.stage.HeadJudging;
import dev.canswarm.stage.Signers;
import dev.canswarm.stage.StageContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** Makes the roles and checks of one process for a head of the control chain. Thread-safe. */
final class ProcessJudging implements HeadJudging {
  private final PipelineWiring.Process process;
  private final Signers signers;
  private final PipelineWiring.Changes changes;

  /** The policies' own rules, which keep what they have judged. */
  private final Map<String, OwnRules> own = new ConcurrentHashMap<>();

  /** Modules that are here, by hash. */
  private final Map<String, byte[]> modules = new ConcurrentHashMap<>();

  /** Rules of policies whose modules were checked; as many as the chain has. */
  private final Set<RuleModule> checked = ConcurrentHashMap.newKeySet();

  ProcessJudging(PipelineWiring.Process process, Signers signers, PipelineWiring.Changes changes) {
    this.process = process;
    this.signers = signers;
    this.changes = changes;
  }

  @Override
  public StageContext.Duties duties(TrustState pinned, Policy applies, Head counted, Heads heads) {
    Policy policy = changes.policy(pinned, applies);
    Rules rules = rules(pinned.registry().without(counted.compromised()), policy, counted, heads);
    List<Agent> agents = agents(pinned, counted);
    return new StageContext.Duties(
        rules,
        new PolicyCheck(policy, rules.trust(), heads),
        changes.derivedCheck(DerivedCheck.by(rules)),
        Roles.of(
            ReactingRoles.playedBy(agents, rules, DecisionRule.FIRST, signers::isAvailable).stream()
                .map(changes::role)
                .toList()),
        !process.playing(RoleName.GATEWAY).isEmpty());
  }

  private Rules rules(TrustRegistry trust, Policy policy, Head counted, Heads heads) {
    OwnRules rules =
        own.computeIfAbsent(policy.hash(), hash -> ModuleRules.of(policy, this::bytes));
    return new Rules(policy, trust, process.tasks().types(), rules, counted, heads);
  }

  /** The agents of this process, each with the key that it has at a head, if it is here. */
  private List<Agent> agents(TrustState pinned, Head counted) {
    List<Agent> agents = new ArrayList<>();
    for (AgentKey agent : process.agents()) {
      PublicKey key = keyOf(agent, pinned);
      if (signers.holds(key) && !counted.compromised().contains(key)) {
        agents.add(new Agent(agent.name(), agent.role(), key));
      }
    }
    return agents;
  }

  private PublicKey keyOf(AgentKey agent, TrustState pinned) {
    PublicKey first = agent.key().publicKey();
    // Without an entry it is the key with which the process was started, listed or not.
    return pinned.number() == 0 ? first : pinned.keyOf(nameOf(agent)).orElse(first);
  }

  private String nameOf(AgentKey agent) {
    return listedName(agent.key().publicKey()).orElse(agent.name());
  }

  /** An agent's name in the chain is that of its key in the trust file. */
  private Optional<String> listedName(PublicKey key) {
    return process.judging().genesis().find(key).map(ControlKey::name);
  }

  @Override
  public Admission admission(ControlHistory history, Policy policy) {
    TrustRegistry trust = history.everListed();
    Rules rules = rules(trust, policy, Head.GENESIS, history);
    List<PublicKey> planners = history.head().registry().withRole(RoleName.PLANNER);
    Set<PublicKey> here = new HashSet<>();
    agents(history.head(), history.headAt(history.head().number())).stream()
        .filter(agent -> agent.role() == RoleName.PLANNER)
        .forEach(agent -> here.add(agent.key()));
    return new Admission(
        new PolicyCheck(policy, trust, history),
        rules,
        !planners.isEmpty() && here.containsAll(planners));
  }

  @Override
  public Gateway gateway(ControlHistory history) {
    TrustState head = history.head();
    Admission admission = admission(history, head.policy());
    // Without a gateway agent the intake topic is not read, and this gateway is never used.
    Agent agent =
        agents(head, history.headAt(head.number())).stream()
            .filter(one -> one.role() == RoleName.GATEWAY)
            .findFirst()
            .orElseGet(() -> new Agent("none", RoleName.GATEWAY, process.nodeKey()));
    return new Gateway(agent, signers, admission);
  }

  @Override
  public Set<String> agents(TrustState state) {
    TreeSet<String> names = new TreeSet<>();
    process.agents().forEach(agent -> names.add(nameOf(agent)));
    process.operator().flatMap(key -> listedName(key.publicKey())).ifPresent(names::add);
    return names;
  }

  private Optional<byte[]> bytes(RuleModule module) {
    byte[] known = modules.get(module.sha256());
    if (known != null) {
      return Optional.of(known);
    }
    // A module of that name may be another policy's.
    Optional<byte[]> beside =
        process
            .judging()
            .modules()
            .bytes(module)
            .filter(bytes -> Sha256.hex(bytes).equals(module.sha256()));
    beside.ifPresent(bytes -> modules.put(module.sha256(), bytes));
    return beside;
  }

  /**
   * {@inheritDoc}
   *
   * @throws RuleException for bytes that are here and cannot be this rule, which another policy may
   *     allow more memory
   */
  @Override
  public boolean has(RuleModule module) {
    if (checked.contains(module)) {
      return true;
    }
    Optional<byte[]> bytes = bytes(module);
    bytes.ifPresent(known -> take(module, known));
    return bytes.isPresent();
  }

  @Override
  public void take(RuleModule module, byte[] bytes) {
    ModuleRules.check(module, bytes);
    checked.add(module);
    modules.put(module.sha256(), bytes);
  }

  @Override
  public boolean isUsable(RuleModule module) {
    try {
      return has(module);
    } catch (RuleException cannotBeThisRule) {
      return false;
    }
  }

  @Override
  public boolean takeIfUsable(RuleModule module, byte[] bytes) {
    try {
      take(module, bytes);
      return true;
    } catch (RuleException cannotBeThisRule) {
      return false;
    }
  }

  @Override
  public boolean holds(PublicKey key) {
    return signers.holds(key);
  }
}
