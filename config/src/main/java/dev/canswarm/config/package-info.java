/**
 * The configuration of a process: typed settings with their origin, the policy file, the trust file
 * and the location of the SQL migrations. Other packages interpret it.
 *
 * <p>Flat: one record for each group of settings, and the loaders that fill them from one table of
 * keys; every class is used by that table or by its result.
 */
@NullMarked
package dev.canswarm.config;

import org.jspecify.annotations.NullMarked;
