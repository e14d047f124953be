package dev.penstock.infra.settings;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The environments that Penstock is deployed to. */
public enum StageName {
    /** The laptop: the local runtime runs this stage's templates. It is never deployed to AWS. */
    LOCAL,
    /** An AWS account for trying things out: everything can be deleted. */
    DEV,
    /** An AWS account that holds data which must not be lost. */
    PROD;

    /** The name as it is written in commands and resource names. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The stage of that name, refused with the names that there are. */
    static StageName of(String text) {
        return Arrays.stream(values())
                .filter(stage -> stage.text().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("stage is '%s': allowed are %s (-c stage=dev)"
                        .formatted(
                                text,
                                Arrays.stream(values()).map(StageName::text).collect(Collectors.joining(", ")))));
    }
}
