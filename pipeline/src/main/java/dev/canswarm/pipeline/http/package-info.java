/**
 * The HTTP server. Handlers take a {@link dev.canswarm.pipeline.http.Request} and answer with a
 * {@link dev.canswarm.pipeline.http.Response}; nothing outside sees the library.
 */
@NullMarked
package dev.canswarm.pipeline.http;

import org.jspecify.annotations.NullMarked;
