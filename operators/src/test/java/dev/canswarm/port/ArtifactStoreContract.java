package dev.canswarm.port;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What every {@link ArtifactStore} does. */
public abstract class ArtifactStoreContract {
  /** Size limit that {@link #store} has to be given. */
  protected static final long BYTES_MAX = 64 * 1024;

  private static final String ADDRESS_OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  /** An empty store that takes artifacts of up to {@link #BYTES_MAX} bytes; one per test. */
  protected abstract ArtifactStore store();

  @Test
  void theAddressIsTheHashOfTheContent() {
    assertThat(store().put(bytes("abc")).block()).isEqualTo(ADDRESS_OF_ABC);
  }

  @Test
  void whatWasPutIsGot() {
    ArtifactStore store = store();
    byte[] content = new byte[(int) BYTES_MAX];
    new Random(1).nextBytes(content);
    Mono<byte[]> roundTrip = store.put(content).flatMap(store::get);
    assertThat(roundTrip.block()).isEqualTo(content);
  }

  @Test
  void theEmptyArtifactIsNotAMissingOne() {
    ArtifactStore store = store();
    StepVerifier.create(store.put(new byte[0]).flatMap(store::get))
        .assertNext(content -> assertThat(content).isEmpty())
        .verifyComplete();
  }

  @Test
  void aMissingArtifactIsEmpty() {
    StepVerifier.create(store().get(ADDRESS_OF_ABC)).verifyComplete();
  }

  @Test
  void puttingTheSameAgainChangesNothing() {
    ArtifactStore store = store();
    Mono<String> put = store.put(bytes("abc"));
    StepVerifier.create(put.then(put).flatMap(store::get))
        .assertNext(content -> assertThat(content).isEqualTo(bytes("abc")))
        .verifyComplete();
  }

  @Test
  void theCallersArrayAndTheStoresAreApart() {
    ArtifactStore store = store();
    byte[] content = bytes("abc");
    store.put(content).block();
    content[0] = 'x';
    byte[] first = store.get(ADDRESS_OF_ABC).block();
    assertThat(first).isEqualTo(bytes("abc"));
    Arrays.fill(first, (byte) 0);
    assertThat(store.get(ADDRESS_OF_ABC).block()).isEqualTo(bytes("abc"));
  }

  @Test
  void oneByteOverTheLimitIsRefused() {
    ArtifactStore store = store();
    assertThat(store.bytesMax()).isEqualTo(BYTES_MAX);
    StepVerifier.create(store.put(new byte[(int) BYTES_MAX + 1]))
        .verifyErrorSatisfies(error -> assertProblem(error, ArtifactException.Problem.TOO_LARGE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "abc",
        "../../../../etc/passwd",
        "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a/",
        "..7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
      })
  void anInvalidAddressIsRefusedBeforeAnythingIsLookedUp(String address) {
    StepVerifier.create(store().get(address))
        .verifyErrorSatisfies(error -> assertProblem(error, ArtifactException.Problem.BAD_ADDRESS));
  }

  @Test
  void manyWritersOfFewContentsAllGetTheRightAddresses() {
    ArtifactStore store = store();
    List<byte[]> contents = List.of(bytes("one"), bytes("two"), bytes("three"));
    Flux<byte[]> got =
        Flux.range(0, 120)
            .flatMap(
                index ->
                    store
                        .put(contents.get(index % 3))
                        .flatMap(store::get)
                        .filter(content -> Arrays.equals(content, contents.get(index % 3)))
                        .subscribeOn(Schedulers.parallel()),
                16);
    StepVerifier.create(got).expectNextCount(120).verifyComplete();
  }

  /** Fails unless the error is an {@link ArtifactException} with this problem. */
  protected static void assertProblem(Throwable error, ArtifactException.Problem problem) {
    assertThat(error)
        .isInstanceOfSatisfying(
            ArtifactException.class, refused -> assertThat(refused.problem()).isEqualTo(problem));
  }

  /** UTF-8 bytes. */
  protected static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
