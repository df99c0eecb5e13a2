package dev.canswarm.pipeline.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.canswarm.architecture.BrokenRules.assertBreaks;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.canswarm.architecture.MainClasses;
import dev.canswarm.architecture.SourceRules;
import dev.canswarm.pipeline.wiring.PipelineWiring;
import dev.canswarm.stage.RecordDecoder;
import dev.canswarm.stage.SwarmChain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Modules and adapters know of each other what the architecture says, and no more. */
class PipelineArchitectureTest {
  private static final JavaClasses CLASSES = MainClasses.shipped();
  private static final String ROOT = "dev.canswarm.pipeline";
  private static final String CONFIG = "dev.canswarm.config..";
  private static final String SIMULATION = "dev.canswarm.simulation..";

  private static final Set<String> PROTOCOL_ROLES =
      Set.of(
          "dev.canswarm.protocol.role.Planner",
          "dev.canswarm.protocol.role.Decider",
          "dev.canswarm.protocol.role.Worker",
          "dev.canswarm.protocol.role.Verifier",
          "dev.canswarm.protocol.role.Coordinator");

  /** Packages like the real ones, with classes that break the rules. */
  private static final String FIXTURE = "dev.canswarm.pipeline.architecture.fixture";

  private static final JavaClasses BAD = new ClassFileImporter().importPackages(FIXTURE);

  static Stream<Adapter> adaptersWithLibraries() {
    return Arrays.stream(Adapter.values()).filter(Adapter::hasLibrary);
  }

  @ParameterizedTest
  @EnumSource
  void anAdapterStandsAlone(Adapter adapter) {
    adapter.standsAlone(ROOT).check(CLASSES);
  }

  @ParameterizedTest
  @MethodSource("adaptersWithLibraries")
  void anAdapterHidesItsLibrary(Adapter adapter) {
    adapter.hidesItsLibrary(ROOT).check(CLASSES);
  }

  @Test
  void buffersOfNettyStayWithThoseWhoSendBytes() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "..")
        .and()
        .resideOutsideOfPackages(ROOT + ".postgres..", ROOT + ".http..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty.buffer..")
        .because("its buffers are counted by hand; elsewhere bytes are arrays")
        .check(CLASSES);
  }

  @ParameterizedTest
  @EnumSource
  void anAdapterIsGivenItsTimeAndRandomness(Adapter adapter) {
    SourceRules.nothingAmbient(adapter.packages(ROOT).replace("..", "")).check(CLASSES);
  }

  @Test
  void operatorsAndConfigKnowNothingOfThePipeline() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + "..")
        .because("the inner modules are built first; describe what is needed as a port")
        .check(CLASSES);
  }

  @Test
  void operatorsKnowNothingOfTheConfiguration() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "..", CONFIG)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(CONFIG)
        .because("operators take numbers in constructors; wiring reads them from the settings")
        .check(CLASSES);
  }

  @Test
  void configKnowsNothingOfTheOperators() {
    noClasses()
        .that()
        .resideInAPackage(CONFIG)
        .should()
        .dependOnClassesThat(
            JavaClass.Predicates.resideInAPackage("dev.canswarm..")
                .and(JavaClass.Predicates.resideOutsideOfPackage(CONFIG)))
        .because("settings are plain values; wiring turns them into what the operators take")
        .check(CLASSES);
  }

  @Test
  void wiringKnowsNothingOfTheCommandLine() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".wiring..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".cli..", ROOT)
        .because("a process can be started without a command line; take a NodeSpec")
        .check(CLASSES);
  }

  @Test
  void rolesAndStagesArePutTogetherOnOnePage() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "..")
        .and()
        .areNotAssignableTo(PipelineWiring.class)
        .should()
        .callConstructorWhere(
            DescribedPredicate.describe(
                "it makes a role or the chain",
                call ->
                    call.getTargetOwner().isAssignableTo(SwarmChain.class)
                        || call.getTargetOwner().isAssignableTo(RecordDecoder.class)
                        || PROTOCOL_ROLES.contains(call.getTargetOwner().getName())))
        .because("what is simulated is what runs; add what you need to PipelineWiring")
        .check(CLASSES);
  }

  @Test
  void theProcessRunsTheChainOfTheWiring() {
    SourceRules.runsTheWiredChain(ROOT + ".wiring.SwarmNode").check(CLASSES);
  }

  /** What `simulation/` holds depends on the pipeline, which ships without it. */
  @Test
  void nothingThatShipsRefersToTheSimulation() {
    refersToNothingIn(SIMULATION).check(CLASSES);
  }

  @Test
  void theJarHoldsNoClassOfTheSimulation() throws Exception {
    Path classes =
        Path.of(PipelineWiring.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      List<String> names =
          files.map(file -> classes.relativize(file).toString().replace('\\', '/')).toList();

      assertThat(names)
          .contains("dev/canswarm/pipeline/Main.class")
          .noneMatch(name -> name.contains("simulation"));
    }
  }

  private static ArchRule refersToNothingIn(String packages) {
    return noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage(packages)
        .because("the pipeline ships without its test equipment; move it to simulation/");
  }

  @Test
  void theRulesFindAClassThatRefersToWhatDoesNotShip() {
    assertBreaks(
        refersToNothingIn(FIXTURE + ".kafka.."),
        BAD,
        "redis.LeansOnKafka",
        "move it to simulation/");
  }

  @Test
  void everyPackageIsNullMarked() {
    SourceRules.everyPackageIsNullMarked("dev.canswarm").check(CLASSES);
  }

  @Test
  void aRecordOfManyComponentsIsMadeInOnePlace() {
    SourceRules.wideRecordsAreMadeInOnePlace("dev.canswarm").check(CLASSES);
  }

  @Test
  void packagesFormNoCycle() {
    SourceRules.noCyclesAmong("dev.canswarm.(**)").check(CLASSES);
  }

  @Test
  void theRulesFindAnAdapterThatLeansOnAnother() {
    assertBreaks(
        Adapter.REDIS.standsAlone(FIXTURE),
        BAD,
        "redis.LeansOnKafka",
        "adapters meet only in wiring");
  }

  @Test
  void theRulesFindALibraryThatLeaksOut() {
    assertBreaks(
        Adapter.KAFKA.hidesItsLibrary(FIXTURE), BAD, "wiring.SeesKafkaTypes", "go through a port");
  }
}
