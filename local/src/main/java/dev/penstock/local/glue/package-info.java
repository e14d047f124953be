/** The Glue data catalog as far as partitioned exports and archives need it: databases, tables, partitions. */
@NullMarked
package dev.penstock.local.glue;

import org.jspecify.annotations.NullMarked;
