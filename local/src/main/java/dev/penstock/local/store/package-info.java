/** One region's tables: the engine that keeps the items and the gate that all writes pass. */
@NullMarked
package dev.penstock.local.store;

import org.jspecify.annotations.NullMarked;
