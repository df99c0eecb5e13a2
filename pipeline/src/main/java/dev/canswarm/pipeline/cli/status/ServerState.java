package dev.canswarm.pipeline.cli.status;

import java.util.Locale;

/** The state of one server in {@code ./swarm status}. */
enum ServerState {
  /** The server answers within its time limit. */
  UP,
  /** The process answers over HTTP, and says that it is ready. */
  READY,
  /** The process answers over HTTP, and says that it is not ready. */
  NOT_READY,
  /** The server does not answer. */
  AWAY,
  /** No process could be asked for the state. */
  UNKNOWN;

  /** Returns the words that are shown, such as {@code not ready}. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
