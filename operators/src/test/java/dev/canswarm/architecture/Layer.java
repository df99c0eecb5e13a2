package dev.canswarm.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The layers of the operators from the inside out, and what each may use. Whoever needs another
 * line here changes docs/ARCHITECTURE.md with it.
 */
enum Layer {
  JSON(
      "read and write JSON with the tokens of Jackson's core; a tree of another library is not"
          + " I-JSON"),
  CRYPTO("keep to bytes and keys: what is hashed or signed is laid out by the caller"),
  CLOCK("hand in the time as a parameter; this package only says what time is"),
  ENVELOPE(
      "keep to what is on the wire; rules about who may say what belong to policy", JSON, CRYPTO),
  POLICY(
      "judge one envelope by itself; what depends on other envelopes belongs to protocol",
      ENVELOPE,
      JSON,
      CRYPTO),
  RULE(
      "run what a policy brings along, and say what it said: what a refusal leads to is decided"
          + " elsewhere",
      POLICY,
      ENVELOPE,
      JSON,
      CRYPTO),
  PLAN(
      "keep to operations and their merge; who makes them is protocol's business",
      ENVELOPE,
      JSON,
      CRYPTO),
  TASK("get everything from the TaskInput: a task knows nothing of the swarm", JSON, CRYPTO),
  PROTOCOL(
      "return a Reaction with an Effect instead, and carry it out in stage: roles are pure"
          + " functions that replay and simulation drive too",
      POLICY,
      PLAN,
      ENVELOPE,
      JSON,
      CRYPTO),
  CONTROL(
      "take the entries as parameters: who stores them and who follows them is decided elsewhere",
      PROTOCOL,
      POLICY,
      PLAN,
      ENVELOPE,
      JSON,
      CRYPTO),
  PORT(
      "describe what the outside does in its own records; what it means is for protocol to say",
      ENVELOPE,
      JSON,
      CRYPTO,
      CLOCK),
  STAGE(
      "go through a port, and leave decisions to protocol",
      CONTROL,
      PROTOCOL,
      PORT,
      TASK,
      POLICY,
      PLAN,
      ENVELOPE,
      CLOCK,
      JSON,
      CRYPTO),
  REPLAY(
      "take the records as parameters and drive the roles of protocol directly: replay needs no"
          + " ports, stages or publishers",
      CONTROL,
      PROTOCOL,
      POLICY,
      PLAN,
      ENVELOPE,
      CLOCK,
      JSON,
      CRYPTO);

  private static final String[] EVERYWHERE = {"java..", "org.jspecify.annotations.."};
  private static final String[] REACTIVE = {"reactor..", "org.reactivestreams.."};

  /** Plain records of the ports that replay reads; none of them leads to a publisher. */
  private static final List<String> RECORDS_FOR_REPLAY =
      List.of("AuditEvent", "AuditEvent$Direction", "AuditContent", "SlotRow");

  private final String instead;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is; its type does not say so.
  private final List<Layer> mayUse;

  Layer(String instead, Layer... mayUse) {
    this.instead = instead;
    this.mayUse = List.of(mayUse);
  }

  /** The packages of the layer below a root. */
  String packages(String root) {
    return root + "." + name().toLowerCase(Locale.ROOT) + "..";
  }

  private boolean isReactive() {
    return this == PORT || this == STAGE;
  }

  private List<String> libraries() {
    return switch (this) {
      case JSON -> List.of("com.fasterxml.jackson.core..");
      case CRYPTO -> List.of("net.i2p.crypto.eddsa..", "com.amazon.corretto.crypto..");
      case RULE -> List.of("run.endive..");
      case PORT, STAGE -> List.of(REACTIVE);
      case CLOCK, ENVELOPE, POLICY, PLAN, TASK, PROTOCOL, CONTROL, REPLAY -> List.of();
    };
  }

  /** Each class uses only the layers and libraries listed for its own. */
  ArchRule direct(String root) {
    String[] allowed =
        Stream.of(
                Stream.of(EVERYWHERE),
                Stream.of(packages(root)),
                mayUse.stream().map(layer -> layer.packages(root)),
                libraries().stream())
            .flatMap(stream -> stream)
            .toArray(String[]::new);
    var dependsOn = JavaClass.Predicates.resideInAnyPackage(allowed);
    return classes()
        .that()
        .resideInAPackage(packages(root))
        .should()
        .onlyDependOnClassesThat(this == REPLAY ? dependsOn.or(recordsForReplay(root)) : dependsOn)
        .because("otherwise layers grow together; " + instead);
  }

  private static DescribedPredicate<JavaClass> recordsForReplay(String root) {
    List<String> names = RECORDS_FOR_REPLAY.stream().map(name -> root + ".port." + name).toList();
    return DescribedPredicate.describe(
        "are the records " + RECORDS_FOR_REPLAY, type -> names.contains(type.getName()));
  }

  /** No class depends, directly or through others, on a layer that is not below its own. */
  ArchRule transitive(String root) {
    List<String> beyond = new ArrayList<>();
    for (Layer layer : values()) {
      // Replay reads records that live beside the ports: the publishers below still keep it away.
      boolean recordsOnly = this == REPLAY && layer == PORT;
      if (layer != this && !mayUse.contains(layer) && !recordsOnly) {
        beyond.add(layer.packages(root));
      }
    }
    if (!isReactive()) {
      beyond.addAll(List.of(REACTIVE));
    }
    return noClasses()
        .that()
        .resideInAPackage(packages(root))
        .should()
        .transitivelyDependOnClassesThat()
        .resideInAnyPackage(beyond.toArray(String[]::new))
        .because("a detour over another class is a dependency as well; " + instead);
  }
}
