package dev.penstock.local.recovery;

import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.catalog.Table;
import dev.penstock.lambdas.operations.RestoreCompleter;
import dev.penstock.lambdas.operations.RestoreCompleter.Mode;
import dev.penstock.lambdas.operations.RestoreCompleter.Step;
import dev.penstock.lambdas.operations.TableSettings;
import dev.penstock.local.redelivery.Site;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** Gives a restored table what the restore dropped, and says what that was. */
final class Completion {
    private final Site site;
    private final PrintWriter out;

    Completion(Site site, PrintWriter out) {
        this.site = site;
        this.out = out;
    }

    /** The settings of the source; of a table that is gone, as the catalog declares them; else empty. */
    Optional<TableSettings> settings(String source) {
        try {
            return Optional.of(TableSettings.of(site.dynamoDb(), source));
        } catch (ResourceNotFoundException gone) {
            return declared(source).map(TableSettings::of);
        }
    }

    private Optional<Table> declared(String physical) {
        return physical.startsWith(site.prefix())
                ? Storefront.catalog().allTables().stream()
                        .filter(table -> table.name().equals(site.names().logical(physical)))
                        .findFirst()
                : Optional.empty();
    }

    void plan(TableSettings settings) {
        List<Step> steps = RestoreCompleter.plan(settings, Mode.PRODUCTION);
        out.println("  a restore drops" + (steps.isEmpty() ? " nothing that the source has" : ":"));
        steps.forEach(step -> out.printf("    %-20s %s; re-applied%n", step.setting(), step.value()));
    }

    /** Applies everything, waiting where DynamoDB takes one change at a time. */
    void complete(TableSettings settings, String target) {
        complete(site.dynamoDb(), settings, target);
    }

    /** The same in another region. */
    void complete(DynamoDbClient region, TableSettings settings, String target) {
        var completer = new RestoreCompleter(region);
        List<Step> last = new ArrayList<>();
        new Progress(region, out).await("settings of " + target, () -> {
            last.clear();
            last.addAll(completer.complete(settings, target, Mode.PRODUCTION));
            return RestoreCompleter.isComplete(last) ? null : last.toString();
        });
        out.println("dropped by the restore and re-applied:" + (last.isEmpty() ? " nothing" : ""));
        last.forEach(step -> out.printf("  %-20s %s%n", step.setting(), step.value()));
    }
}
