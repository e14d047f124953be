package dev.penstock.local.vault;

import dev.penstock.local.dynamodb.TagOperations;
import dev.penstock.local.gateway.AwsError;
import dev.penstock.local.store.Table;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.backup.model.BackupSelection;
import software.amazon.awssdk.services.backup.model.ConditionParameter;
import software.amazon.awssdk.services.backup.model.Conditions;

/** Which tables of a region a selection of a plan means: tags in a list are alternatives, conditions must all hold. */
final class Selections {
    private static final String TAG = "aws:ResourceTag/";

    private Selections() {}

    /** @throws AwsError InvalidParameterValueException; NotImplemented for a mixture that is not simulated */
    static void check(BackupSelection selection) {
        if (selection.selectionName() == null || !selection.selectionName().matches("[a-zA-Z0-9_.-]{1,50}")) {
            throw Errors.invalid("SelectionName must match [a-zA-Z0-9_.-]{1,50}; given: " + selection.selectionName());
        }
        if (selection.resources().isEmpty() && selection.listOfTags().isEmpty()) {
            throw Errors.invalid("A selection needs Resources or ListOfTags");
        }
        if (!selection.resources().isEmpty() && !selection.listOfTags().isEmpty()) {
            throw AwsError.notSimulated("backup", "a selection with both Resources and ListOfTags");
        }
    }

    static List<Table> tables(VaultRegion region, BackupSelection selection) {
        return region.store().tables().all().stream()
                .filter(Table::isActive)
                .filter(table -> matches(selection, table.arn(), TagOperations.of(region.store(), table)))
                .toList();
    }

    static boolean matches(BackupSelection selection, String arn, Map<String, String> tags) {
        boolean named = selection.resources().stream().anyMatch(pattern -> like(arn, pattern));
        boolean tagged = selection.listOfTags().stream()
                .anyMatch(tag -> tag.conditionValue().equals(tags.get(tag.conditionKey())));
        return (named || tagged)
                && selection.notResources().stream().noneMatch(pattern -> like(arn, pattern))
                && (selection.conditions() == null || allHold(selection.conditions(), tags));
    }

    private static boolean allHold(Conditions conditions, Map<String, String> tags) {
        return all(conditions.stringEquals(), tags, String::equals)
                && all(conditions.stringLike(), tags, Selections::like)
                && all(conditions.stringNotEquals(), tags, (value, given) -> !value.equals(given))
                && all(conditions.stringNotLike(), tags, (value, given) -> !like(value, given));
    }

    private static boolean all(
            List<ConditionParameter> conditions, Map<String, String> tags, BiPredicate<String, String> holds) {
        return conditions.stream()
                .allMatch(condition -> holds.test(
                        tags.getOrDefault(condition.conditionKey().replaceFirst("^" + TAG, ""), ""),
                        condition.conditionValue()));
    }

    /** With {@code *} for any number of characters. */
    private static boolean like(String value, String pattern) {
        return value.matches(Pattern.quote(pattern).replace("*", "\\E.*\\Q"));
    }
}
