/**
 * Files of a data directory beside those of its servers: the agents' keys, the trust file and the
 * addresses of a running stack; and how other commands find them.
 */
@NullMarked
package dev.canswarm.pipeline.cli.data;

import org.jspecify.annotations.NullMarked;
