package dev.canswarm.pipeline.follow;

/** An event that a follower of the op-log receives. */
public sealed interface FeedEvent {
  /** A stored row that passes the filter. */
  record Said(FollowedRow entry) implements FeedEvent {}

  /** All rows up to this position that pass the filter were sent. */
  record Mark(Position position) implements FeedEvent {}

  /** The rates of the last second, of the whole swarm. */
  record Rate(Rates rates) implements FeedEvent {}
}
