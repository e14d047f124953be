/** AWS Backup: vaults, plans, jobs and the recovery points that hold the data of tables. */
@NullMarked
package dev.penstock.local.vault;

import org.jspecify.annotations.NullMarked;
