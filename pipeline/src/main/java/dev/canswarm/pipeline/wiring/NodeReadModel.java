package dev.canswarm.pipeline.wiring;

import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.follow.ListKeeper;
import dev.canswarm.pipeline.follow.LogFeed;
import dev.canswarm.pipeline.http.NeedMessages;
import dev.canswarm.pipeline.http.ReadRoutes;
import dev.canswarm.pipeline.http.Routes;
import dev.canswarm.pipeline.postgres.PostgresPoolSettings;
import dev.canswarm.pipeline.postgres.PostgresReadModel;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import java.util.Optional;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The read side of a process for HTTP and its page: events as they are stored, and lists. */
final class NodeReadModel {
  private final PostgresReadModel store;
  private final PostgresSlotStore slots;
  private final LogFeed feed;
  private final Optional<ListKeeper> keeper;
  private final NeedMessages messages;
  private final Supplier<JsonObject> agents;

  /**
   * @param postgres address and login of the pipeline's database; the read model has connections of
   *     its own
   * @param agents the agents as they are at the moment
   * @param keepsList whether the list of NEEDs is kept up to date all the time, for HTTP; otherwise
   *     it is updated by whoever reads it
   */
  NodeReadModel(
      PostgresPoolSettings postgres,
      Supplier<JsonObject> agents,
      boolean keepsList,
      Scheduler compute,
      Scheduler timer) {
    store = new PostgresReadModel(postgres);
    feed = new LogFeed(store.log(), compute, timer);
    keeper = keepsList ? Optional.of(new ListKeeper(store.needs(), timer)) : Optional.empty();
    slots = new PostgresSlotStore(postgres.withConnections(PostgresReadModel.CONNECTIONS_MAX));
    messages = new NodeMessages(slots, slots.failures(), compute);
    this.agents = agents;
  }

  /** Returns these routes with the paths of the read side added. */
  Routes addTo(Routes routes) {
    return ReadRoutes.addTo(routes, feed, store.needs(), messages, agents);
  }

  /** Returns how many NEEDs of the swarm are open in the store. */
  Mono<Long> openNeeds() {
    return store.openNeeds();
  }

  /** Ends all streams, then closes the connections. */
  Mono<Void> closeLater() {
    return Mono.defer(
        () -> {
          keeper.ifPresent(ListKeeper::close);
          feed.close();
          return Mono.when(store.closeLater(), slots.closeLater());
        });
  }
}
