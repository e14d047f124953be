/** Global tables: each region keeps its own copy, changes flow by the journal, the last writer wins. */
@NullMarked
package dev.penstock.local.regions;

import org.jspecify.annotations.NullMarked;
