package dev.canswarm.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedCertificatesTest {
  private final Path directory;

  TrustedCertificatesTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private static List<X509Certificate> issuers(TrustManagerFactory factory) {
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()))
        .toList();
  }

  private static String pem(X509Certificate certificate) throws CertificateEncodingException {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  private Optional<Path> file(String content) throws IOException {
    return Optional.of(Files.writeString(directory.resolve("root.pem"), content));
  }

  @Test
  void withoutAFileThoseThatJavaTrustsAreTrusted() throws Exception {
    TrustManagerFactory java =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    java.init((KeyStore) null);
    assertThat(issuers(TrustedCertificates.read(Optional.empty())))
        .containsExactlyInAnyOrderElementsOf(issuers(java));
  }

  @Test
  void allCertificatesOfAFileAreTrustedAndNoOthers() throws Exception {
    List<X509Certificate> two =
        issuers(TrustedCertificates.read(Optional.empty())).stream().limit(2).toList();
    assertThat(two).as("certificates that Java trusts").hasSize(2);
    assertThat(issuers(TrustedCertificates.read(file(pem(two.get(0)) + pem(two.get(1))))))
        .containsExactlyInAnyOrderElementsOf(two);
    assertThat(issuers(TrustedCertificates.read(file(pem(two.get(1))))))
        .containsExactly(two.get(1));
  }

  @Test
  void aFileWithoutCertificatesIsRefused() throws Exception {
    assertThatThrownBy(() -> TrustedCertificates.read(file("")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no certificate in " + directory.resolve("root.pem"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nothing of it", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
  void anInvalidCertificateIsRefusedWithTheFilesName(String content) throws Exception {
    assertThatThrownBy(() -> TrustedCertificates.read(file(content)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected PEM certificates in " + directory.resolve("root.pem"));
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = directory.resolve("none.pem");
    assertThatThrownBy(() -> TrustedCertificates.read(Optional.of(missing)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("the certificates in " + missing + " cannot be read");
  }
}
