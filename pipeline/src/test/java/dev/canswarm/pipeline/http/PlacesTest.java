package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

class PlacesTest {
  private final Places places = new Places(2, "two are being made");
  private int begun;

  private Mono<Response> work() {
    return places.hold(
        () -> {
          begun++;
          return Mono.just(Response.text(200, "made"));
        });
  }

  private Response make() {
    return work().blockOptional().orElseThrow();
  }

  @Test
  void aPlaceIsTakenUntilItsResponseWasSent() {
    Response first = make();
    Response second = make();
    Response refused = make();
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.headers()).containsEntry("Retry-After", "1");
    assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("two are being made");
    assertThat(begun).as("nothing is made without a place").isEqualTo(2);
    first.sent().run();
    assertThat(make().status()).isEqualTo(200);
    assertThat(make().status()).isEqualTo(503);
    second.sent().run();
    assertThat(make().status()).isEqualTo(200);
  }

  @Test
  void aResponseThatIsSaidTwiceToBeSentGivesBackOnePlace() {
    Response first = make();
    make();
    first.sent().run();
    first.sent().run();
    assertThat(make().status()).isEqualTo(200);
    assertThat(make().status()).isEqualTo(503);
  }

  @Test
  void aPlaceIsFreeAgainAfterAFailureAnEmptyAnswerAndAClientThatLeft() {
    for (int i = 0; i < 5; i++) {
      Mono<Response> failing = places.hold(() -> Mono.error(new IllegalStateException("no")));
      assertThatThrownBy(failing::block).hasMessage("no");
      Mono<Response> throwing =
          places.hold(
              () -> {
                throw new IllegalStateException("at once");
              });
      assertThatThrownBy(throwing::block).hasMessage("at once");
      assertThat(places.hold(Mono::empty).blockOptional()).isEmpty();
      Disposable leaving = places.hold(Mono::never).subscribe();
      leaving.dispose();
    }
    assertThat(make().status()).isEqualTo(200);
    assertThat(make().status()).isEqualTo(200);
    assertThat(make().status()).isEqualTo(503);
  }

  @Test
  void aPlaceIsTakenBySubscribingAndNotByAsking() {
    List<Mono<Response>> asked = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      asked.add(work());
    }
    assertThat(begun).isZero();
    assertThat(asked.get(4).block()).extracting(Response::status).isEqualTo(200);
    assertThat(begun).isEqualTo(1);
  }
}
