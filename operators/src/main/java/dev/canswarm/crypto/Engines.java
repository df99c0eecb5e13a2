package dev.canswarm.crypto;

import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The engines there are, each strict and each made once in a process. The first call for one loads
 * it and tests it with known answers, which takes up to half a second for a native one: call it
 * before anything reactive starts. Thread-safe.
 */
public final class Engines {
  /** Native, by AmazonCorrettoCryptoProvider, if there is a build of it for the machine. */
  public static final String ACCP = "accp";

  /** In Java, always there. */
  public static final String I2P = "i2p";

  /** The name of the engine that uses the JDK's own Ed25519. */
  public static final String JDK = "jdk";

  /**
   * All of them, the fastest first. Measured on JDK 17 and 25, x86_64: accp is 3 to 7 times as fast
   * as i2p, and that 3 to 5 times as fast as jdk.
   */
  public static final List<String> FASTEST_FIRST = List.of(ACCP, I2P, JDK);

  /** AmazonCorrettoCryptoProvider gathers a message in a buffer of at most a mebibyte. */
  private static final int ACCP_MESSAGE_BYTES_MAX = 1 << 20;

  /** What the portable engine verifies in about the time in which a native one loads. */
  private static final int PORTABLE_FIRST = 256;

  private static final String JDK_PROVIDER = "SunEC";

  private static final ConcurrentHashMap<String, Attempt> ATTEMPTS = new ConcurrentHashMap<>();

  private Engines() {}

  /** The engine that runs wherever Java does. */
  public static SignatureEngine portable() {
    return Portable.ENGINE;
  }

  /**
   * The portable one for a few signatures, and {@link #fastest} from the 257th verification on,
   * which takes up to half a second longer: for commands that do not know how much they will read.
   */
  public static SignatureEngine portableFirst() {
    return new SwitchingEngine(portable(), () -> fastest().engine(), PORTABLE_FIRST);
  }

  /** The fastest one that loads here and gives the known answers. */
  public static EngineSelection fastest() {
    List<EngineUnavailableException> passedOver = new ArrayList<>();
    for (String name : FASTEST_FIRST) {
      try {
        return new EngineSelection(named(name), passedOver);
      } catch (EngineUnavailableException e) {
        passedOver.add(e);
      }
    }
    throw new IllegalStateException("no Ed25519 engine gives the known answers: " + passedOver);
  }

  /** All that load here and give the known answers, the fastest first. */
  public static List<SignatureEngine> available() {
    List<SignatureEngine> engines = new ArrayList<>();
    for (String name : FASTEST_FIRST) {
      try {
        engines.add(named(name));
      } catch (EngineUnavailableException notHere) {
        continue;
      }
    }
    return engines;
  }

  /**
   * The engine of that name.
   *
   * @throws EngineUnavailableException when it does not load, or gives a wrong answer
   * @throws IllegalArgumentException for a name that no engine has
   */
  public static SignatureEngine named(String name) throws EngineUnavailableException {
    return ATTEMPTS.computeIfAbsent(name, Engines::attempt).engine();
  }

  private static Attempt attempt(String name) {
    try {
      SignatureEngine engine = load(name);
      Optional<String> fault = EngineSelfTest.fault(engine);
      if (fault.isPresent()) {
        throw new EngineUnavailableException(name, "it fails its self-test: " + fault.get(), null);
      }
      return () -> engine;
    } catch (EngineUnavailableException e) {
      return failed(e);
    } catch (IllegalStateException | ProviderException | LinkageError e) {
      return failed(new EngineUnavailableException(name, "it does not work: " + e, e));
    }
  }

  private static Attempt failed(EngineUnavailableException reason) {
    return () -> {
      throw reason;
    };
  }

  private static SignatureEngine load(String name) throws EngineUnavailableException {
    return switch (name) {
      case ACCP -> strict(ACCP, AccpProvider.load(), ACCP_MESSAGE_BYTES_MAX);
      case I2P -> portable();
      case JDK -> strict(JDK, jdk(), Integer.MAX_VALUE);
      default ->
          throw new IllegalArgumentException(
              "expected an engine of " + FASTEST_FIRST + ", got " + name);
    };
  }

  private static SignatureEngine strict(String name, Provider provider, int messageBytesMax) {
    return new StrictEngine(new JcaEngine(name, provider, messageBytesMax));
  }

  private static Provider jdk() throws EngineUnavailableException {
    Provider provider = Security.getProvider(JDK_PROVIDER);
    if (provider == null || provider.getService("Signature", JcaEngine.ALGORITHM) == null) {
      throw new EngineUnavailableException(
          JDK, "this JDK has no provider " + JDK_PROVIDER + " with Ed25519", null);
    }
    return provider;
  }

  /** Loads the Java engine eagerly; all others are lazy. */
  private static final class Portable {
    static final SignatureEngine ENGINE = new StrictEngine(new I2pEngine());
  }

  /** The engine that was loaded, or the reason why it could not be. */
  private interface Attempt {
    SignatureEngine engine() throws EngineUnavailableException;
  }
}
