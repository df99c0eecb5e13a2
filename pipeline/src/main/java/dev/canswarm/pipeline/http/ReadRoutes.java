package dev.canswarm.pipeline.http;

import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.follow.LogFeed;
import dev.canswarm.pipeline.follow.NeedList;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** The routes for watching a swarm, and the page that uses them. */
public final class ReadRoutes {
  private ReadRoutes() {}

  /**
   * Returns the given routes with these added. Blocks for a moment to read resources.
   *
   * @param agents returns the agents and their roles as the API shows them; asked at each request,
   *     since keys change while a process runs
   */
  public static Routes addTo(
      Routes routes,
      LogFeed feed,
      NeedList list,
      NeedMessages messages,
      Supplier<JsonObject> agents) {
    EventHandlers events = new EventHandlers(feed);
    ListHandlers lists = new ListHandlers(list);
    MessageHandlers ofNeed = new MessageHandlers(messages);
    PageHandlers page = new PageHandlers();
    return routes
        .get("/", page::index)
        .get("/page/{file}", page::file)
        .get("/v1/needs", lists::needs)
        .get("/v1/needs/{id}/messages", ofNeed::get)
        .get("/v1/needs/{id}/events", events::ofNeed)
        .get("/v1/threads/{id}", lists::thread)
        .get("/v1/dead-letters", lists::deadLetters)
        .get("/v1/agents", request -> Mono.fromSupplier(() -> Response.json(200, agents.get())))
        .get("/v1/events", events::all);
  }
}
