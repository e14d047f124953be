package dev.penstock.infra.backup;

import dev.penstock.infra.settings.Settings;
import dev.penstock.lambdas.catalog.Table.BackupClass;
import java.util.Locale;

/**
 * The tag by which a plan finds its tables. The stage is part of its value, because a selection looks at all tables of the
 * account, and several tags in a selection are alternatives.
 */
public final class BackupTag {

    /** The tag's key. */
    public static final String KEY = "penstock:backup";

    private BackupTag() {}

    /** The tag's value, e.g. {@code prod/long-term}. */
    public static String value(Settings settings, BackupClass backup) {
        return settings.stage().text() + "/"
                + backup.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
