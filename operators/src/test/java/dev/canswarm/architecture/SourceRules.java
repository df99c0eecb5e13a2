package dev.canswarm.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Rules about single calls: no hidden clocks, randomness, threads or blocking. */
public final class SourceRules {
  private static final Map<String, List<String>> AMBIENT =
      Map.of(
          "java.time.Instant", List.of("now"),
          "java.time.LocalDateTime", List.of("now"),
          "java.time.LocalDate", List.of("now"),
          "java.time.OffsetDateTime", List.of("now"),
          "java.time.ZonedDateTime", List.of("now"),
          "java.time.Clock", List.of("systemUTC", "systemDefaultZone", "system"),
          "java.lang.System", List.of("currentTimeMillis", "nanoTime", "identityHashCode"),
          "java.lang.Math", List.of("random"),
          "java.util.UUID", List.of("randomUUID"),
          "java.util.concurrent.ThreadLocalRandom", List.of("current"));

  private static final List<String> GENERATORS =
      List.of("java.util.Random", "java.util.SplittableRandom", "java.security.SecureRandom");

  private static final Map<String, List<String>> BLOCKING =
      Map.of(
          "java.lang.Thread", List.of("sleep", "join"),
          "java.util.concurrent.Future", List.of("get"),
          "java.util.concurrent.CompletableFuture", List.of("get", "join"),
          "java.util.concurrent.CountDownLatch", List.of("await"),
          "java.util.concurrent.Semaphore", List.of("acquire", "tryAcquire"),
          "reactor.core.publisher.Mono", List.of("block", "blockOptional", "toFuture"),
          "reactor.core.publisher.Flux",
              List.of("blockFirst", "blockLast", "toIterable", "toStream"));

  /** With more components, nobody sees at a call which value is which. */
  private static final int RECORD_COMPONENTS_MAX = 7;

  private SourceRules() {}

  private static DescribedPredicate<JavaAccess<?>> to(
      String what, Map<String, List<String>> methods) {
    return DescribedPredicate.describe(
        what,
        access ->
            methods
                .getOrDefault(access.getTargetOwner().getName(), List.of())
                .contains(access.getName()));
  }

  private static DescribedPredicate<JavaAccess<?>> constructing(String what, List<String> types) {
    return DescribedPredicate.describe(
        what,
        access ->
            types.contains(access.getTargetOwner().getName()) && access.getName().equals("<init>"));
  }

  /** Time and randomness are handed in. */
  public static ArchRule nothingAmbient(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .and()
        .doNotHaveFullyQualifiedName("dev.canswarm.clock.TimeSource")
        .should()
        .accessTargetWhere(
            to("it reads a clock or draws a random number", AMBIENT)
                .or(constructing("it makes a random number generator", GENERATORS)))
        .because(
            "the same inputs must give the same bytes in a run, in replay and in simulation; take a"
                + " TimeSource, or a number, in the constructor");
  }

  /** Schedulers are handed in, also where Reactor would quietly take one of its own. */
  public static ArchRule noSchedulerOfItsOwn(String root) {
    DescribedPredicate<JavaAccess<?>> shared =
        DescribedPredicate.describe(
            "it takes a shared scheduler or starts one",
            access ->
                access.getTargetOwner().getName().equals("reactor.core.scheduler.Schedulers")
                    && !access.getName().equals("immediate"));
    DescribedPredicate<JavaAccess<?>> implicit =
        DescribedPredicate.describe(
            "it waits on Reactor's shared timer",
            access ->
                List.of(Mono.class.getName(), Flux.class.getName())
                        .contains(access.getTargetOwner().getName())
                    && access.getTarget() instanceof CodeUnitAccessTarget target
                    && hasParameter(target, Duration.class)
                    && !hasParameter(target, Scheduler.class));
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .should()
        .accessTargetWhere(shared.or(implicit))
        .because(
            "virtual time and bounded threads need every scheduler to come in through the"
                + " constructor; use the overload that takes a Scheduler");
  }

  private static boolean hasParameter(CodeUnitAccessTarget target, Class<?> type) {
    return target.getRawParameterTypes().stream().anyMatch(raw -> raw.isEquivalentTo(type));
  }

  /** A reactive thread never waits. */
  public static ArchRule nothingBlocks(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .should()
        .accessTargetWhere(to("it blocks its thread", BLOCKING))
        .because("a blocked event loop stops every partition; return the Publisher instead");
  }

  /**
   * What is hashed, planned or signed never depends on the order of a hash table, or on the JDK.
   */
  static ArchRule nothingUnordered(String... packages) {
    DescribedPredicate<JavaAccess<?>> tables =
        constructing(
            "it makes a table without order", List.of("java.util.HashMap", "java.util.HashSet"));
    DescribedPredicate<JavaAccess<?>> literals =
        DescribedPredicate.describe(
            "it makes a set or map whose order is salted, or prints a double as the JDK likes",
            access ->
                isSaltedLiteral(access)
                    || (access.getTargetOwner().getName().equals("java.lang.Double")
                        && access.getName().equals("toString")));
    return noClasses()
        .that()
        .resideInAnyPackage(packages)
        .should()
        .accessTargetWhere(tables.or(literals))
        .because(
            "the same input must give the same bytes on every JDK; use TreeMap, TreeSet, EnumSet or"
                + " a List, and CanonicalJson for numbers");
  }

  private static boolean isSaltedLiteral(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    boolean table = owner.equals("java.util.Set") || owner.equals("java.util.Map");
    boolean filled =
        access.getTarget() instanceof CodeUnitAccessTarget target
            && !target.getRawParameterTypes().isEmpty();
    return table && filled && List.of("of", "ofEntries", "copyOf").contains(access.getName());
  }

  /** Nothing but computing: no files, sockets or threads. */
  static ArchRule nothingButComputing(String... packages) {
    return noClasses()
        .that()
        .resideInAnyPackage(packages)
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "reach files, sockets, processes or threads",
                type ->
                    type.getPackageName().startsWith("java.nio.file")
                        || type.getPackageName().startsWith("java.nio.channels")
                        || type.getPackageName().startsWith("java.net")
                        || type.getPackageName().startsWith("java.util.concurrent")
                        || List.of(
                                "java.lang.Thread",
                                "java.lang.Process",
                                "java.lang.ProcessBuilder",
                                "java.io.File",
                                "java.io.FileInputStream",
                                "java.io.FileOutputStream")
                            .contains(type.getName())))
        .because(
            "this code is run again by replay and by simulation; ask for an Effect, and carry it out"
                + " behind a port");
  }

  /** A process, real or simulated, runs the chain that the one wiring class puts together. */
  public static ArchRule runsTheWiredChain(String process) {
    return classes()
        .that()
        .haveFullyQualifiedName(process)
        .should()
        .callMethodWhere(
            DescribedPredicate.describe(
                "it has PipelineWiring put the chain together",
                call ->
                    call.getTargetOwner().getSimpleName().equals("PipelineWiring")
                        && call.getName().equals("pipeline")))
        .because("the simulator must run the same chain as the program");
  }

  /** Null is a declared exception everywhere. */
  public static ArchRule everyPackageIsNullMarked(String root) {
    return classes()
        .that()
        .resideInAPackage(root + "..")
        .should(
            new ArchCondition<JavaClass>("be in a package with @NullMarked") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(
                    new SimpleConditionEvent(
                        type, marked, type.getName() + " is in a package without @NullMarked"));
              }
            })
        .because("NullAway checks only marked code; add a package-info.java with @NullMarked");
  }

  /**
   * A record of many components is put together in one place: its own class, with a factory or a
   * builder, or one other class. Values of one type that are given by position alone are easily
   * swapped, and a second place that does so hides it.
   */
  public static ArchRule wideRecordsAreMadeInOnePlace(String root) {
    return classes()
        .that()
        .resideInAPackage(root + "..")
        .and(
            DescribedPredicate.describe(
                "are records of more than " + RECORD_COMPONENTS_MAX + " components",
                type -> type.isRecord() && components(type) > RECORD_COMPONENTS_MAX))
        .should(
            new ArchCondition<JavaClass>("be made in their own class, or by one other class") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                TreeSet<String> makers = new TreeSet<>();
                type.getConstructorCallsToSelf().stream()
                    .filter(
                        call -> call.getTarget().getRawParameterTypes().size() == components(type))
                    .map(call -> outermost(call.getOriginOwner()).getName())
                    .filter(maker -> !maker.equals(outermost(type).getName()))
                    .forEach(makers::add);
                events.add(
                    new SimpleConditionEvent(
                        type,
                        makers.size() <= 1,
                        "%s has %d components and is made by %s"
                            .formatted(type.getName(), components(type), makers)));
              }
            })
        .because(
            "the compiler does not notice two values of one type in the wrong order; group"
                + " components into a record of their own, or add a factory")
        .allowEmptyShould(true);
  }

  private static long components(JavaClass record) {
    return record.getFields().stream()
        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
        .count();
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(SourceRules::outermost).orElse(type);
  }

  /** Packages can be read, and taken out, one after the other. */
  static ArchRule noCycles(String root) {
    return noCyclesAmong(root + ".(**)");
  }

  /**
   * The same for coarser slices.
   *
   * @param slices a package pattern with the slice's name in parentheses
   */
  public static ArchRule noCyclesAmong(String slices) {
    return slices()
        .matching(slices)
        .should()
        .beFreeOfCycles()
        .because(
            "packages in a cycle are one package; move what both need into the one further inside");
  }
}
