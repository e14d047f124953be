/** The one durable log of a region: every item-level change and every named document, in commit order. */
@NullMarked
package dev.penstock.local.journal;

import org.jspecify.annotations.NullMarked;
