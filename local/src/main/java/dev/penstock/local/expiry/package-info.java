/** Time to live: items go some time after the moment that their TTL attribute names. */
@NullMarked
package dev.penstock.local.expiry;

import org.jspecify.annotations.NullMarked;
