package dev.canswarm.simulation.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.canswarm.architecture.SourceRules;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which code the simulator and the checker may use. */
class SimulationArchitectureTest {
  private static final String ROOT = "dev.canswarm.simulation";
  private static final String PIPELINE = "dev.canswarm.pipeline";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("dev.canswarm");

  /** The packages of the simulator: everything but the commands, chaos and its checker. */
  private static final DescribedPredicate<JavaClass> SIMULATOR =
      DescribedPredicate.describe(
          "belong to the simulator",
          type ->
              type.getPackageName().equals(ROOT)
                  || List.of(".check", ".port", ".scenario", ".time").stream()
                      .anyMatch(room -> type.getPackageName().equals(ROOT + room)));

  @Test
  void theSimulatorRunsTheChainOfTheWiring() {
    SourceRules.runsTheWiredChain(ROOT + ".SimNode").check(CLASSES);
  }

  @Test
  void theSimulatorUsesNoServerAndNoCommandLine() {
    noClasses()
        .that(SIMULATOR)
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "reach out of the one thread",
                type ->
                    type.getName().startsWith(PIPELINE + ".")
                        && !type.getName().startsWith(PIPELINE + ".wiring.PipelineWiring")
                        && !type.getName().equals(PIPELINE + ".wiring.AgentKey")))
        .because("a run is one thread on virtual time; use a port in memory")
        .check(CLASSES);
    for (String room : List.of("check", "port", "scenario", "time")) {
      SourceRules.nothingAmbient(ROOT + "." + room).check(CLASSES);
      SourceRules.noSchedulerOfItsOwn(ROOT + "." + room).check(CLASSES);
      SourceRules.nothingBlocks(ROOT + "." + room).check(CLASSES);
    }
  }

  @Test
  void theCheckerSharesNoCodeWithThePipeline() {
    String checker = ROOT + ".checker..";
    noClasses()
        .that()
        .resideInAPackage(checker)
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.canswarm..").and(resideOutsideOfPackage(checker)))
        .because("a defect that both had would not be found; write it anew from docs/spec")
        .check(CLASSES);
  }

  @Test
  void thePipelineKnowsNothingOfTheSimulation() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + "..")
        .because("the pipeline ships without its test equipment")
        .check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    SourceRules.everyPackageIsNullMarked(ROOT).check(CLASSES);
  }

  @Test
  void aRecordOfManyComponentsIsMadeInOnePlace() {
    SourceRules.wideRecordsAreMadeInOnePlace("dev.canswarm").check(CLASSES);
  }

  @Test
  void packagesFormNoCycle() {
    SourceRules.noCyclesAmong("dev.canswarm.(**)").check(CLASSES);
  }
}
