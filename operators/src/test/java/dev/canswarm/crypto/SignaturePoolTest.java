package dev.canswarm.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SignaturePoolTest {
  private final AtomicInteger made = new AtomicInteger();
  private final SignaturePool pool =
      new SignaturePool(
          () -> {
            made.incrementAndGet();
            return Signature.getInstance("Ed25519");
          });

  @Test
  void whatIsGivenBackIsTakenAgain() throws GeneralSecurityException {
    Signature first = pool.take();
    pool.give(first);

    assertThat(pool.take()).isSameAs(first);
    assertThat(made).hasValue(1);
  }

  @Test
  void whatIsTakenIsItsTakersAlone() throws GeneralSecurityException {
    Signature first = pool.take();

    assertThat(pool.take()).isNotSameAs(first);
    assertThat(made).hasValue(2);
  }
}
