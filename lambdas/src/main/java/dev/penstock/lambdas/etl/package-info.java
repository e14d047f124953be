/**
 * Extract, transform, load of exports by byte spans: an attribute that no rule touches is never decoded, only copied, so
 * numbers, set order and types unknown today stay as they are. Streams in constant memory, one task per part file.
 */
@NullMarked
package dev.penstock.lambdas.etl;

import org.jspecify.annotations.NullMarked;
