/** What is done to tables on schedule: exports to S3. Each tick looks at where things stand and takes one step. */
@NullMarked
package dev.penstock.lambdas.operations;

import org.jspecify.annotations.NullMarked;
