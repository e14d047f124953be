package dev.penstock.infra.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link Settings} of context: {@code -c stage= -c account= -c region=} on the command line, the rest from {@code
 * penstock:STAGE} in cdk.json.
 */
public final class SettingsContext {

    private static final Set<String> KNOWN = Set.of(
            "replicaRegions",
            "witnessRegion",
            "activeRegion",
            "streamGeneration",
            "backupRegion",
            "customerKey",
            "vaultLock",
            "dax",
            "mailFrom",
            "alarmMail",
            "import",
            "importFlow",
            "codeDirectory");

    private final StageName stage;
    private final Function<String, @Nullable Object> context;
    private final Map<?, ?> ofStage;

    private SettingsContext(StageName stage, Function<String, @Nullable Object> context) {
        this.stage = stage;
        this.context = context;
        this.ofStage = context.apply("penstock:" + stage.text()) instanceof Map<?, ?> map ? map : Map.of();
        var unknown = new TreeSet<String>();
        ofStage.keySet().forEach(key -> unknown.add(String.valueOf(key)));
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("penstock:%s in cdk.json has %s: allowed are %s"
                    .formatted(stage.text(), unknown, new TreeSet<>(KNOWN)));
        }
    }

    /**
     * The settings that a context asks for.
     *
     * @param context the value of a context key, null if there is none
     * @throws IllegalArgumentException in one line: what is missing or wrong, and what is allowed
     */
    public static Settings read(Function<String, @Nullable Object> context) {
        var stage = StageName.of(
                Objects.requireNonNullElse(context.apply("stage"), "local").toString());
        return new SettingsContext(stage, context).settings();
    }

    private Settings settings() {
        boolean local = stage == StageName.LOCAL;
        String region = commandLine("region", local ? "us-east-1" : null);
        return new Settings(
                stage,
                commandLine("account", local ? "000000000000" : null),
                region,
                strings("replicaRegions"),
                text("witnessRegion", ""),
                Turns.of(text("activeRegion", region)),
                number("streamGeneration", 1),
                text("backupRegion", ""),
                flag("customerKey"),
                vaultLock(),
                flag("dax"),
                text("mailFrom", ""),
                text("alarmMail", ""),
                flag("importFlow"),
                importSource(),
                Path.of(text("codeDirectory", "lambdas/target")));
    }

    private String commandLine(String name, @Nullable String otherwise) {
        Object given = context.apply(name);
        if (given != null) {
            return given.toString();
        }
        if (otherwise == null) {
            throw new IllegalArgumentException(
                    "%s is missing: stage %s needs -c account=123456789012 -c region=us-east-1"
                            .formatted(name, stage.text()));
        }
        return otherwise;
    }

    /** One setting of the stage; the command line overrides it, e.g. {@code -c penstock:dax=true}. */
    private @Nullable Object value(String name) {
        Object given = context.apply("penstock:" + name);
        return given != null ? given : ofStage.get(name);
    }

    private String text(String name, String otherwise) {
        return Objects.requireNonNullElse(value(name), otherwise).toString();
    }

    private int number(String name, int otherwise) {
        String given = text(name, Integer.toString(otherwise));
        if (!given.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("%s is '%s': allowed is a whole number".formatted(name, given));
        }
        return Integer.parseInt(given);
    }

    private boolean flag(String name) {
        String given = text(name, "false");
        return switch (given) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException("%s is '%s': allowed are true and false".formatted(name, given));
        };
    }

    private List<String> strings(String name) {
        return switch (value(name)) {
            case null -> List.of();
            case List<?> list -> list.stream().map(String::valueOf).toList();
            case Object given when given.toString().isEmpty() -> List.of();
            case Object given -> List.of(given.toString().split(","));
        };
    }

    private Optional<ImportSource> importSource() {
        return value("import") instanceof Map<?, ?> given ? Optional.of(ImportSource.of(given)) : Optional.empty();
    }

    private VaultLock vaultLock() {
        String given = text("vaultLock", "none");
        for (VaultLock lock : VaultLock.values()) {
            if (lock.name().toLowerCase(Locale.ROOT).equals(given)) {
                return lock;
            }
        }
        throw new IllegalArgumentException(
                "vaultLock is '%s': allowed are none, governance, compliance".formatted(given));
    }
}
