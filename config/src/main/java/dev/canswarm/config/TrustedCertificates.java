package dev.canswarm.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;

/** The certificates that a server's certificate must follow from. */
public final class TrustedCertificates {
  private TrustedCertificates() {}

  /**
   * Reads them. Blocks: call it during start-up, and hand the result to the clients, which would
   * read the file again for every connection, on their event loops.
   *
   * @param file PEM certificates; empty for those that Java trusts
   * @throws UncheckedIOException if the file cannot be read
   * @throws IllegalArgumentException if it holds no certificates
   */
  public static TrustManagerFactory read(Optional<Path> file) {
    String where = file.map(Path::toString).orElse("Java's own trust store");
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      if (file.isEmpty()) {
        factory.init((KeyStore) null);
      } else {
        factory.init(store(file.get()));
      }
      return factory;
    } catch (IOException e) {
      throw new UncheckedIOException("the certificates in " + where + " cannot be read", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("expected PEM certificates in " + where, e);
    }
  }

  private static KeyStore store(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = Files.newInputStream(file)) {
      int number = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("trusted-" + number++, one);
      }
      if (number == 0) {
        throw new IllegalArgumentException("no certificate in " + file);
      }
    }
    return store;
  }
}
