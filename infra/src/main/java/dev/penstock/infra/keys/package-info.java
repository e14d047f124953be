/** Customer managed KMS keys, one multi-Region key per stage. */
@NullMarked
package dev.penstock.infra.keys;

import org.jspecify.annotations.NullMarked;
