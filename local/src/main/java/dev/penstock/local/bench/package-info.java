/** The numbers of docs/BENCHMARKS.md: the whole path from a write to what is derived, exports, imports, recovery, ETL. */
@NullMarked
package dev.penstock.local.bench;

import org.jspecify.annotations.NullMarked;
