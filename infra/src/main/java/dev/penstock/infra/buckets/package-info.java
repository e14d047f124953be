/** Buckets for what streams leave behind: failed records and expired items. */
@NullMarked
package dev.penstock.infra.buckets;

import org.jspecify.annotations.NullMarked;
