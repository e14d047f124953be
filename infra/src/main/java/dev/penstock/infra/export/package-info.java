/** Scheduled exports to S3, and SQL over them. */
@NullMarked
package dev.penstock.infra.export;

import org.jspecify.annotations.NullMarked;
