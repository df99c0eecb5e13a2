package dev.canswarm.pipeline.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** One package per outside system, and the libraries that only this package sees. */
enum Adapter {
  KAFKA("reactor.kafka.."),
  REDIS("io.lettuce.."),
  // The driver's codecs are given buffers of Netty, and its TLS is that of Netty.
  POSTGRES("io.r2dbc..", "org.flywaydb..", "org.postgresql..", "io.netty.handler.ssl.."),
  FILES,
  HTTP("reactor.netty..", "io.netty.channel..", "io.netty.handler.codec.http.."),
  EMBEDDED("kafka..", "org.apache.kafka.metadata..", "org.apache.kafka.server..", "org.tukaani.."),
  TASKS,
  KEYS("org.bouncycastle.."),
  SIGNER,
  HEALTH,
  TELEMETRY("io.micrometer..", "io.prometheus.."),
  TRACING("io.opentelemetry..");

  /** The one class outside that binds meters, to parts of a process that no adapter knows. */
  private static final String BINDS_METERS = ".wiring.NodeMeters";

  private final List<String> libraries;

  Adapter(String... libraries) {
    this.libraries = List.of(libraries);
  }

  String packages(String root) {
    return root + "." + name().toLowerCase(Locale.ROOT) + "..";
  }

  /** The HTTP server answers what the health checks report, which know of no other adapter. */
  private boolean mayUse(Adapter other) {
    return other == this || (this == HTTP && other == HEALTH);
  }

  /** It can be read, tested and replaced without the others. */
  ArchRule standsAlone(String root) {
    String[] others =
        Stream.concat(
                Arrays.stream(values()).filter(other -> !mayUse(other)).map(a -> a.packages(root)),
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
        .and()
        .doNotHaveFullyQualifiedName(this == TELEMETRY ? root + BINDS_METERS : "")
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
