package dev.canswarm.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/**
 * The classes that rules are about: what ships, without tests; and the fixtures that break them.
 */
public final class MainClasses {
  /** The root of all packages. */
  public static final String ROOT = "dev.canswarm";

  /** Packages like the real ones, with classes that break the rules. */
  static final String FIXTURE = "dev.canswarm.architecture.fixture";

  private MainClasses() {}

  /** All that ships from the modules on the class path. */
  public static JavaClasses shipped() {
    ImportOption withoutTestJars = location -> !location.contains("-tests.jar");
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludeTests())
        .withImportOption(withoutTestJars)
        .importPackages(ROOT);
  }

  /** The classes that break the rules. */
  static JavaClasses fixture() {
    return new ClassFileImporter().importPackages(FIXTURE);
  }
}
