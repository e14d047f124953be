package dev.penstock.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.lambdas.catalog.Storefront;
import dev.penstock.lambdas.verify.Difference;
import dev.penstock.local.demo.Verification;
import dev.penstock.local.redelivery.Site;
import dev.penstock.local.redelivery.SiteOptions;
import dev.penstock.local.verify.ExportVerification;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code verify}: 0 differences is the only right answer. */
@Command(
        name = "verify",
        description = {
            "Recompute every view and aggregate from its source and compare; exit code 3 if any differs.",
            "By reading all tables; or, with --export-at or --exports, from exports of one second, in bounded memory,"
                    + " where only what differed then is read: what is still behind its stream is no difference.",
            "Of a stage on AWS it says first what that costs, and does it with --yes."
        },
        mixinStandardHelpOptions = true)
public final class Verify implements Callable<Integer> {
    private static final int NOT_DONE = 1;
    private static final int DIFFERENT = 3;
    private static final int SHOWN = 20;

    @Option(names = "--json", description = "print the differences as a JSON list")
    private boolean json;

    @Option(names = "--yes", description = "do it on AWS too, which costs what was printed before")
    private boolean yes;

    @Mixin
    private final ExportOptions exports = new ExportOptions();

    @Mixin
    private final SiteOptions options = new SiteOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        try (options) {
            return exports.areMeant() ? ofExports(options.open()) : ofTables(options.open());
        }
    }

    private int ofTables(Site site) throws JsonProcessingException {
        if (options.isOnAws() && !yes) {
            return notDone(List.of(new VerifyCost(site.dynamoDb(), site.names(), Storefront.catalog()).text()));
        }
        List<Difference> differences = Verification.of(site, options::dynamoDb, table -> progress("  " + table));
        print(differences);
        return differences.isEmpty() ? 0 : DIFFERENT;
    }

    private int ofExports(Site site) throws IOException {
        ExportVerification verification = exports.verification(site, options, this::progress);
        if (exports.areAskedFor() && options.isOnAws() && !yes) {
            return notDone(verification.plan());
        }
        ExportVerification.Report report = exports.run(verification, site, options.isOnAws());
        print(report.findings().differences());
        PrintWriter err = spec.commandLine().getErr();
        report.findings().undecided().stream()
                .limit(SHOWN)
                .forEach(each -> err.println("NOT TOLD, it was written all the time: " + each));
        if (!report.findings().undecided().isEmpty()) {
            err.println(report.findings().undecided().size() + " not told at " + report.times()
                    + ": verify again when less is written, or with more --cuts");
        }
        if (report.findings().unchecked() > 0) {
            err.println(
                    "NOT LOOKED AT AGAIN: " + report.findings().unchecked() + " more differed at " + report.times());
        }
        report.notCompared().forEach(each -> err.println("NOT COMPARED " + each));
        err.flush();
        if (!report.findings().differences().isEmpty() || report.findings().unchecked() > 0) {
            return DIFFERENT;
        }
        return report.findings().isEmpty() && report.notCompared().isEmpty() ? 0 : NOT_DONE;
    }

    private int notDone(List<String> cost) {
        PrintWriter out = spec.commandLine().getOut();
        cost.forEach(out::println);
        out.println("nothing was compared; --yes does it");
        out.flush();
        return NOT_DONE;
    }

    private void progress(String line) {
        if (!json) {
            spec.commandLine().getOut().println(line);
            spec.commandLine().getOut().flush();
        }
    }

    private void print(List<Difference> differences) throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(differences));
        } else {
            differences.stream().limit(SHOWN).forEach(difference -> out.println("  " + difference));
            out.println(differences.size() + " differences");
        }
        out.flush();
    }
}
