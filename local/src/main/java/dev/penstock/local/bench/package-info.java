/** The numbers of docs/BENCHMARKS.md that need no runtime: exports, imports and the ETL engine beside other engines. */
@NullMarked
package dev.penstock.local.bench;

import org.jspecify.annotations.NullMarked;
