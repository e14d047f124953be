/** Keeps what TTL deletes: expired items become objects in S3. */
@NullMarked
package dev.penstock.lambdas.archive;

import org.jspecify.annotations.NullMarked;
