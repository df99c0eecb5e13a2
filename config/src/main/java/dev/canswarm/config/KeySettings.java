package dev.canswarm.config;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the private keys of agents are kept.
 *
 * @param passphrase of encrypted key files; empty if none is configured
 * @param external the program and arguments that sign for an agent, by its name
 * @param externalTimeoutMillis the longest that one signature by such a program may take, in
 *     milliseconds
 */
public record KeySettings(
    Optional<Secret> passphrase,
    SortedMap<String, List<String>> external,
    int externalTimeoutMillis) {
  public KeySettings {
    external = Collections.unmodifiableSortedMap(new TreeMap<>(external));
  }
}
