package dev.canswarm.pipeline.embedded;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A self-signed certificate of a server, made for one test.
 *
 * @param store PKCS #12, with the certificate and its key
 * @param certificate PEM
 * @param key PEM, PKCS #8
 */
public record TestCertificate(Path store, Path certificate, Path key) {
  /** The password of the store and of the key in it. */
  public static final String PASSWORD = "in-a-test-alone";

  private static final String ALIAS = "server";

  /**
   * Makes one.
   *
   * @param names what it is for, such as {@code ip:127.0.0.1}
   */
  public static TestCertificate make(Path directory, String names) throws Exception {
    Path store = directory.resolve("server.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "SAN=" + names,
                "-ext",
                "BC=ca:true",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new AssertionError("keytool: " + output);
    }
    KeyStore loaded = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    return new TestCertificate(
        store,
        pem(
            directory.resolve("server.crt"),
            "CERTIFICATE",
            loaded.getCertificate(ALIAS).getEncoded()),
        pem(
            directory.resolve("server.key"),
            "PRIVATE KEY",
            loaded.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded()));
  }

  private static Path pem(Path file, String type, byte[] content) throws Exception {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        file, "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
  }
}
