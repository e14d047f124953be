/** What people do to bring data back: backups, restores, comparisons, repairs, and moving over to a restored table. */
@NullMarked
package dev.penstock.local.recovery;

import org.jspecify.annotations.NullMarked;
