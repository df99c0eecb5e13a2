package dev.canswarm.pipeline.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** Prints the version from the jar's manifest, and the Java version that runs it. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"can-swarm " + number() + " (Java " + Runtime.version() + ")"};
  }

  private static String number() {
    @Nullable String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "from classes" : version;
  }
}
