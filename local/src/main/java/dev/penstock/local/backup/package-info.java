/** Recovery of tables: continuous backups with restore to any second, and on-demand backups. */
@NullMarked
package dev.penstock.local.backup;

import org.jspecify.annotations.NullMarked;
