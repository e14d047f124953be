/** AWS Backup: plans that pick tables by their tag, a locked vault, and a copy in another region. */
@NullMarked
package dev.penstock.infra.backup;

import org.jspecify.annotations.NullMarked;
