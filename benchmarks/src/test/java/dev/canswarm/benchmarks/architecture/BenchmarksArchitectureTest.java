package dev.canswarm.benchmarks.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Rules for the packages of the benchmarks. */
class BenchmarksArchitectureTest {
  @Test
  void packagesFormNoCycle() {
    slices()
        .matching("dev.canswarm.benchmarks.(**)")
        .should()
        .beFreeOfCycles()
        .because(
            "packages in a cycle are one package; move what both need into a package of its own")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.canswarm.benchmarks"));
  }
}
