package dev.canswarm.architecture;

import static dev.canswarm.architecture.MainClasses.ROOT;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The layer table and the rules of determinism hold for all that ships in this module. */
class OperatorsArchitectureTest {
  private static final JavaClasses CLASSES = MainClasses.shipped();

  @ParameterizedTest
  @EnumSource
  void aLayerUsesOnlyWhatIsListedForIt(Layer layer) {
    layer.direct(ROOT).check(CLASSES);
  }

  @ParameterizedTest
  @EnumSource
  void aLayerReachesNothingBeyondThroughOthers(Layer layer) {
    layer.transitive(ROOT).check(CLASSES);
  }

  @Test
  void timeAndRandomnessAreHandedIn() {
    SourceRules.nothingAmbient(ROOT).check(CLASSES);
  }

  @Test
  void schedulersAreHandedIn() {
    SourceRules.noSchedulerOfItsOwn(ROOT).check(CLASSES);
  }

  @Test
  void nothingBlocks() {
    SourceRules.nothingBlocks(ROOT).check(CLASSES);
  }

  @Test
  void whatIsHashedOrDecidedDependsOnNoHashTable() {
    SourceRules.nothingUnordered(
            ROOT + ".json..",
            ROOT + ".envelope..",
            ROOT + ".policy..",
            ROOT + ".plan..",
            ROOT + ".protocol..",
            ROOT + ".control..",
            ROOT + ".task..")
        .check(CLASSES);
  }

  @Test
  void rolesOnlyCompute() {
    SourceRules.nothingButComputing(
            ROOT + ".json..",
            ROOT + ".envelope..",
            ROOT + ".policy..",
            ROOT + ".plan..",
            ROOT + ".protocol..",
            ROOT + ".control..",
            ROOT + ".replay..")
        .check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    SourceRules.everyPackageIsNullMarked(ROOT).check(CLASSES);
  }

  @Test
  void aRecordOfManyComponentsIsMadeInOnePlace() {
    SourceRules.wideRecordsAreMadeInOnePlace(ROOT).check(CLASSES);
  }

  @Test
  void packagesFormNoCycle() {
    SourceRules.noCycles(ROOT).check(CLASSES);
  }
}
