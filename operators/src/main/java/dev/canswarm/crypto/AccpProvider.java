package dev.canswarm.crypto;

import java.security.Provider;
import org.jspecify.annotations.Nullable;

/**
 * Finds the AmazonCorrettoCryptoProvider, which is on the class path only if there is a native
 * build of it for the machine. It is not registered with the JVM: only this project's signatures
 * and hashes use it.
 */
final class AccpProvider {
  private static final String CLASS =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

  private AccpProvider() {}

  /**
   * The provider, with its native library loaded.
   *
   * @throws EngineUnavailableException when it is not on the class path, or its native library does
   *     not load
   */
  static Provider load() throws EngineUnavailableException {
    try {
      Class<?> type = Class.forName(CLASS);
      if (type.getField("INSTANCE").get(null) instanceof Provider provider) {
        return checked(provider, type.getMethod("getLoadingError").invoke(provider));
      }
      throw unavailable(type + " is not a Provider", null);
    } catch (ClassNotFoundException e) {
      throw unavailable(
          "no native build of it for %s is on the class path".formatted(machine()), e);
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      throw unavailable("it does not load: " + e, e);
    }
  }

  private static Provider checked(Provider provider, @Nullable Object loadingError)
      throws EngineUnavailableException {
    if (loadingError instanceof Throwable error) {
      throw unavailable("its native library does not load: " + innermost(error), error);
    }
    if (provider.getService("Signature", JcaEngine.ALGORITHM) == null) {
      throw unavailable(provider.getInfo() + " has no Ed25519", null);
    }
    return provider;
  }

  private static Throwable innermost(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static EngineUnavailableException unavailable(String reason, @Nullable Throwable cause) {
    return new EngineUnavailableException(Engines.ACCP, reason, cause);
  }

  private static String machine() {
    return System.getProperty("os.name") + " on " + System.getProperty("os.arch");
  }
}
