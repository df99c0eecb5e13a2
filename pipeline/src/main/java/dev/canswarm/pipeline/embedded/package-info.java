/**
 * The servers of the default set-up: a Kafka broker inside this JVM, PostgreSQL and Redis as child
 * processes that never outlive it. {@link dev.canswarm.pipeline.embedded.EmbeddedStack} is the way
 * in; {@link dev.canswarm.pipeline.embedded.DataDirectory} serves alone where the servers are
 * somebody else's.
 */
@NullMarked
package dev.canswarm.pipeline.embedded;

import org.jspecify.annotations.NullMarked;
