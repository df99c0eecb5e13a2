package dev.canswarm.pipeline.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** One package per outside system, and the library that only this package sees. */
enum Adapter {
  KAFKA("reactor.kafka.."),
  REDIS("io.lettuce.."),
  POSTGRES("io.r2dbc..", "org.flywaydb..", "org.postgresql.."),
  FILES,
  HTTP("reactor.netty.."),
  EMBEDDED("kafka..", "org.apache.kafka.metadata..", "org.apache.kafka.server..", "org.tukaani.."),
  TASKS;

  private final List<String> libraries;

  Adapter(String... libraries) {
    this.libraries = List.of(libraries);
  }

  String packages(String root) {
    return root + "." + name().toLowerCase(Locale.ROOT) + "..";
  }

  /** It can be read, tested and replaced without the others. */
  ArchRule standsAlone(String root) {
    String[] others =
        Stream.concat(
                Arrays.stream(values()).filter(other -> other != this).map(a -> a.packages(root)),
                Stream.of(root + ".cli..", root + ".wiring..", root))
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(packages(root))
        .should()
        .transitivelyDependOnClassesThat()
        .resideInAnyPackage(others)
        .because(
            "adapters meet only in wiring; take what is needed in the constructor, as a port or a"
                + " plain value");
  }

  /** Nobody else sees the types of its library. */
  ArchRule hidesItsLibrary(String root) {
    return noClasses()
        .that()
        .resideInAPackage(root + "..")
        .and()
        .resideOutsideOfPackage(packages(root))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(libraries.toArray(String[]::new))
        .because(
            "an outside system is replaced by replacing one package; go through a port that "
                + packages(root)
                + " implements");
  }

  boolean hasLibrary() {
    return !libraries.isEmpty();
  }
}
