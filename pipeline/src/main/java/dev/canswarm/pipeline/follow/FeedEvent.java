package dev.canswarm.pipeline.follow;

/** What a follower of the op-log is told. */
public sealed interface FeedEvent {
  /** A row that it follows was stored. */
  record Said(FollowedRow entry) implements FeedEvent {}

  /** Everything that it follows was told up to this position. */
  record Mark(Position position) implements FeedEvent {}

  /** What happened in the last second, in the whole swarm. */
  record Rate(Rates rates) implements FeedEvent {}
}
