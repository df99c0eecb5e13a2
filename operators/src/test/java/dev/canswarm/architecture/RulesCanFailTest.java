package dev.canswarm.architecture;

import static dev.canswarm.architecture.MainClasses.FIXTURE;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Each rule, let loose on classes that break it, names the class and says what to do instead. */
class RulesCanFailTest {
  private static final JavaClasses BAD = MainClasses.fixture();

  private static void assertBreaks(ArchRule rule, String offender, String advice) {
    BrokenRules.assertBreaks(rule, BAD, offender, advice);
  }

  @Test
  void aDirectUseOfAnOuterLayerIsFound() {
    assertBreaks(Layer.POLICY.direct(FIXTURE), "policy.Detour", "judge one envelope by itself");
  }

  @Test
  void aDetourToAnOuterLayerIsFound() {
    assertBreaks(
        Layer.PROTOCOL.transitive(FIXTURE), "protocol.RoleWithADetour", "return a Reaction");
  }

  @Test
  void aForeignLibraryIsFound() {
    assertBreaks(Layer.JSON.direct(FIXTURE), "json.ReactiveJson", "tokens of Jackson's core");
  }

  @Test
  void aClockIsFoundAlsoAsAMethodReference() {
    ArchRule rule = SourceRules.nothingAmbient(FIXTURE);
    assertBreaks(rule, "stage.ReadsClocks.call", "take a TimeSource");
    assertBreaks(rule, "stage.ReadsClocks.reference", "take a TimeSource");
    assertBreaks(rule, "stage.ReadsClocks.draw", "take a TimeSource");
  }

  @Test
  void aSharedSchedulerIsFoundAlsoWhereItIsImplied() {
    ArchRule rule = SourceRules.noSchedulerOfItsOwn(FIXTURE);
    assertBreaks(rule, "stage.OwnSchedulers.named", "takes a Scheduler");
    assertBreaks(rule, "stage.OwnSchedulers.implied", "takes a Scheduler");
  }

  @Test
  void blockingIsFound() {
    assertBreaks(
        SourceRules.nothingBlocks(FIXTURE), "stage.OwnSchedulers.blocks", "return the Publisher");
  }

  @Test
  void aHashTableIsFound() {
    ArchRule rule = SourceRules.nothingUnordered(FIXTURE + ".plan..");
    assertBreaks(rule, "plan.Unordered.table", "use TreeMap");
    assertBreaks(rule, "plan.Unordered.literal", "use TreeMap");
  }

  @Test
  void aThreadInARoleIsFound() {
    assertBreaks(
        SourceRules.nothingButComputing(FIXTURE + ".protocol.."),
        "protocol.RoleWithADetour",
        "ask for an Effect");
  }

  @Test
  void anUnmarkedPackageIsFound() {
    assertBreaks(
        SourceRules.everyPackageIsNullMarked(FIXTURE), "unmarked.Unmarked", "package-info.java");
  }

  @Test
  void aCycleIsFound() {
    assertBreaks(SourceRules.noCycles(FIXTURE), "policy.Detour", "further inside");
  }

  @Test
  void aCycleOfPackagesInsideOnePackageIsFound() {
    assertBreaks(SourceRules.noCycles(FIXTURE), "nested.left.Left", "further inside");
  }

  @Test
  void aRecordOfManyComponentsThatTwoClassesMakeIsFound() {
    assertBreaks(
        SourceRules.wideRecordsAreMadeInOnePlace(FIXTURE),
        "plan.Wide has 8 components and is made by",
        "group components into a record of their own");
  }
}
