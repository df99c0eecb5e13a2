/** The payloads of the verbs, read strictly and written canonically. */
@NullMarked
package dev.canswarm.protocol.payload;

import org.jspecify.annotations.NullMarked;
