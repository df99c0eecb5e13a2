package dev.canswarm.policy;

import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.ShapeException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Reads the member {@code may_send} of a policy, which narrows the {@link Chain}'s table. */
final class Narrowing {
  private static final String MEMBER = "may_send";

  private Narrowing() {}

  /**
   * Returns the verbs of each role that is listed; empty if the policy narrows nothing.
   *
   * @throws ShapeException for an unknown role, for a verb that the table does not give to the
   *     role, and where a role is left without a verb that everyone derives
   */
  static Map<RoleName, Set<Verb>> of(ObjectReader policy) {
    JsonObject listed = policy.optionalObject(MEMBER);
    EnumMap<RoleName, Set<Verb>> narrowed = new EnumMap<>(RoleName.class);
    if (listed != null) {
      ObjectReader reader = new ObjectReader(listed, policy.where(MEMBER));
      for (String label : listed.members().keySet()) {
        RoleName role =
            RoleName.ofLabel(label)
                .filter(named -> named != RoleName.ADMIN)
                .orElseThrow(
                    () -> new ShapeException(policy.where(MEMBER), "a role of a NEED", label));
        narrowed.put(role, verbs(role, label, reader));
      }
    }
    return Collections.unmodifiableMap(narrowed);
  }

  private static Set<Verb> verbs(RoleName role, String label, ObjectReader reader) {
    EnumSet<Verb> left = EnumSet.noneOf(Verb.class);
    EnumSet<Verb> all = EnumSet.noneOf(Verb.class);
    all.addAll(Chain.verbs(line -> line.saidBy().contains(role)));
    for (String name : reader.requiredStringList(label)) {
      left.add(
          all.stream()
              .filter(verb -> verb.name().equals(name))
              .findFirst()
              .orElseThrow(() -> new ShapeException(reader.where(label), "some of " + all, name)));
    }
    all.retainAll(Chain.settling());
    if (!left.containsAll(all)) {
      throw new ShapeException(
          reader.where(label), "at least " + all + ", which everyone derives", left.toString());
    }
    return Collections.unmodifiableSet(left);
  }
}
