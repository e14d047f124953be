/** Replication as a consumer of a stream: its function here, its target in another region or account. */
@NullMarked
package dev.penstock.infra.replication;

import org.jspecify.annotations.NullMarked;
