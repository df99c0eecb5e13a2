/**
 * The embedded servers of the default set-up: a Kafka broker inside this JVM, and PostgreSQL and
 * Redis as child processes that cannot outlive it. Start with {@link
 * dev.canswarm.pipeline.embedded.EmbeddedStack}. With external servers, only {@link
 * dev.canswarm.pipeline.embedded.DataDirectory} and {@link
 * dev.canswarm.pipeline.embedded.NativeLibraries} are used.
 *
 * <p>Flat: the three servers start, are watched and stop together, and most of their parts are
 * package-private behind {@code EmbeddedStack}.
 */
@NullMarked
package dev.canswarm.pipeline.embedded;

import org.jspecify.annotations.NullMarked;
