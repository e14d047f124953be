/** SES, versions 1 and 2: mails are captured instead of sent, and their events published as SES does. */
@NullMarked
package dev.penstock.local.mail;

import org.jspecify.annotations.NullMarked;
