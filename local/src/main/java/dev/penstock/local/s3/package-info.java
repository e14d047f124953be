/** S3: a small object store on the file system, its REST and XML interface, and its use from inside the runtime. */
@NullMarked
package dev.penstock.local.s3;

import org.jspecify.annotations.NullMarked;
