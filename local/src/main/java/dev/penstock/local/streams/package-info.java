/** Streams: the API that AWS's clients read item-level changes with, and what it needs of the journal. */
@NullMarked
package dev.penstock.local.streams;

import org.jspecify.annotations.NullMarked;
