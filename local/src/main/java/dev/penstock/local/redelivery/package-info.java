/** What operators deliver again: records of the failure bucket, mails in doubt, items to views that are rebuilt. */
@NullMarked
package dev.penstock.local.redelivery;

import org.jspecify.annotations.NullMarked;
