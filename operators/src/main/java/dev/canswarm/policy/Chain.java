package dev.canswarm.policy;

import static dev.canswarm.policy.RoleName.ADMIN;
import static dev.canswarm.policy.RoleName.CLIENT;
import static dev.canswarm.policy.RoleName.COORDINATOR;
import static dev.canswarm.policy.RoleName.DECIDER;
import static dev.canswarm.policy.RoleName.GATEWAY;
import static dev.canswarm.policy.RoleName.OPERATOR;
import static dev.canswarm.policy.RoleName.PLANNER;
import static dev.canswarm.policy.RoleName.VERIFIER;
import static dev.canswarm.policy.RoleName.WORKER;

import dev.canswarm.envelope.Verb;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The table of the verbs: for each one, which roles may send it, which slots it may fill, and which
 * roles react to it. Who may send what, which roles a process puts together, what replay checks and
 * the table in {@code docs/ARCHITECTURE.md} follow from these lines. A policy file may narrow the
 * table, never widen it.
 */
public final class Chain {
  /**
   * One verb's line.
   *
   * @param saidBy roles that may send it
   * @param slots kinds of slots that it may fill first; a second slot, such as that of an opposite
   *     vote, is not among them
   * @param heardBy roles whose next move may depend on it, besides those who say it
   * @param derived whether replay derives its bytes again from the envelopes that it names as
   *     parents; otherwise something outside the record decided them
   */
  public record Line(
      Verb verb,
      Set<RoleName> saidBy,
      Set<SlotKind> slots,
      Set<RoleName> heardBy,
      boolean derived) {}

  private static final Map<Verb, Line> LINES = lines();

  /**
   * Roles whose agents act for the swarm and not for themselves: one message of any of them is
   * enough.
   */
  private static final Set<RoleName> SETTLERS = roles(DECIDER, COORDINATOR);

  private static final Set<Verb> SETTLING = verbs(line -> SETTLERS.containsAll(line.saidBy()));

  private Chain() {}

  private static Line line(Verb verb) {
    return switch (verb) {
      case NEED ->
          said(
              verb,
              roles(GATEWAY, CLIENT),
              in(SlotKind.NEED, SlotKind.INTAKE),
              roles(PLANNER, DECIDER, VERIFIER, COORDINATOR));
      case PROPOSE ->
          derived(
              verb,
              roles(PLANNER),
              in(SlotKind.PROPOSE),
              roles(DECIDER, WORKER, VERIFIER, COORDINATOR));
      case DECIDE ->
          derived(
              verb,
              roles(DECIDER),
              in(SlotKind.DECIDE),
              roles(PLANNER, WORKER, VERIFIER, COORDINATOR));
      case CLAIM -> derived(verb, roles(WORKER), in(SlotKind.CLAIM), roles(COORDINATOR));
      case COMMIT -> said(verb, roles(WORKER), in(SlotKind.END), roles(VERIFIER, COORDINATOR));
      case ATTEST -> said(verb, roles(VERIFIER), in(SlotKind.ATTEST), roles(DECIDER, COORDINATOR));
      case FINALIZE ->
          derived(
              verb,
              roles(COORDINATOR),
              in(SlotKind.FINALIZE),
              roles(PLANNER, DECIDER, WORKER, VERIFIER));
      case YIELD -> said(verb, roles(WORKER), in(SlotKind.END), roles(COORDINATOR));
      case RELEASE ->
          derived(
              verb,
              roles(COORDINATOR),
              in(SlotKind.RELEASE, SlotKind.PANEL, SlotKind.END),
              roles(WORKER, VERIFIER));
      case CANCEL ->
          said(verb, roles(GATEWAY, CLIENT, OPERATOR), in(SlotKind.CANCEL), roles(COORDINATOR));
      case CONTROL ->
          said(
              verb,
              roles(ADMIN),
              in(SlotKind.CONTROL),
              roles(PLANNER, DECIDER, WORKER, VERIFIER, COORDINATOR));
    };
  }

  /** Returns the line of a verb. */
  public static Line of(Verb verb) {
    Line line = LINES.get(verb);
    if (line == null) {
      throw new IllegalStateException("no line for " + verb);
    }
    return line;
  }

  /** Returns all lines, in the order of the verbs. */
  public static Collection<Line> table() {
    return LINES.values();
  }

  /** Returns the verbs whose lines match, in their order. */
  public static Set<Verb> verbs(Predicate<Line> such) {
    return Collections.unmodifiableSet(
        LINES.values().stream()
            .filter(such)
            .map(Line::verb)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Verb.class))));
  }

  /**
   * Returns the verbs that only deciders and coordinators may send. These roles store a message
   * before they send it; once one of them has filled the slot, the others send the stored message.
   */
  public static Set<Verb> settling() {
    return SETTLING;
  }

  /** Returns the verbs with a slot about this subject. */
  public static Set<Verb> verbsAbout(SlotKind.Subject subject) {
    return verbs(line -> line.slots().stream().anyMatch(slot -> slot.subject() == subject));
  }

  private static Map<Verb, Line> lines() {
    EnumMap<Verb, Line> lines = new EnumMap<>(Verb.class);
    for (Verb verb : Verb.values()) {
      lines.put(verb, line(verb));
    }
    return Collections.unmodifiableMap(lines);
  }

  private static Line said(
      Verb verb, Set<RoleName> saidBy, Set<SlotKind> slots, Set<RoleName> heardBy) {
    return new Line(verb, saidBy, slots, heardBy, false);
  }

  private static Line derived(
      Verb verb, Set<RoleName> saidBy, Set<SlotKind> slots, Set<RoleName> heardBy) {
    return new Line(verb, saidBy, slots, heardBy, true);
  }

  private static Set<RoleName> roles(RoleName... roles) {
    return Collections.unmodifiableSet(EnumSet.copyOf(List.of(roles)));
  }

  private static Set<SlotKind> in(SlotKind... slots) {
    return Collections.unmodifiableSet(EnumSet.copyOf(List.of(slots)));
  }
}
