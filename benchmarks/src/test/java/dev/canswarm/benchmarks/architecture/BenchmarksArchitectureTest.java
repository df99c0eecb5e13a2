package dev.canswarm.benchmarks.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.canswarm.architecture.SourceRules;
import org.junit.jupiter.api.Test;

/** Rules for the packages of the benchmarks. */
class BenchmarksArchitectureTest {
  private static final String ROOT = "dev.canswarm.benchmarks";

  /** Without the classes that JMH generates. */
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT)
          .that(DescribedPredicate.not(JavaClass.Predicates.resideInAPackage("..jmh_generated..")));

  @Test
  void packagesFormNoCycle() {
    SourceRules.noCyclesAmong(ROOT + ".(**)").check(CLASSES);
  }

  @Test
  void everyPackageIsNullMarked() {
    SourceRules.everyPackageIsNullMarked(ROOT).check(CLASSES);
  }

  @Test
  void aRecordOfManyComponentsIsMadeInOnePlace() {
    SourceRules.wideRecordsAreMadeInOnePlace(ROOT).check(CLASSES);
  }
}
