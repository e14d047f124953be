package dev.penstock.infra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.lambdas.catalog.Storefront;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import io.github.cdklabs.cdknag.NagReportFormat;
import io.github.cdklabs.cdknag.ServerlessChecks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;

/**
 * cdk-nag's AwsSolutions and Serverless packs over everything that stage prod can have. What they find is mended, or
 * accepted in {@code nag/accepted.txt}: rule, resource, reason. An entry that nothing needs any more fails too.
 */
class NagTest {

    private static final Path ACCEPTED = Path.of("infra/src/test/resources/nag/accepted.txt");

    /** A row of a report: rule, resource, compliance... in quotes. */
    private static final int RULE = 0;

    private static final int RESOURCE = 1;
    private static final int COMPLIANCE = 2;

    @Test
    void whatIsFoundIsAcceptedWithAReason() throws IOException {
        var found = findings("penstock:dax", "true", "penstock:activeRegion", "us-west-2");
        found.addAll(findings("penstock:dax", "true", "penstock:importFlow", "true"));
        List<String> accepted = accepted();

        assertEquals(
                List.of(),
                found.stream()
                        .filter(finding -> accepted.stream().noneMatch(finding::matches))
                        .toList(),
                "findings without a reason in " + ACCEPTED);
        assertEquals(
                List.of(),
                accepted.stream()
                        .filter(pattern -> found.stream().noneMatch(finding -> finding.matches(pattern)))
                        .toList(),
                "reasons without a finding in " + ACCEPTED);
    }

    /** Rule and resource as regular expressions, so that a consumer more in the catalog needs no line here. */
    private static List<String> accepted() throws IOException {
        var accepted = new ArrayList<String>();
        String reason = "";
        for (String line : Files.readAllLines(ACCEPTED)) {
            if (line.isBlank()) {
                reason = "";
            } else if (line.startsWith("# ")) {
                reason = line.substring(2);
            } else {
                assertTrue(!reason.isEmpty(), "no reason above " + line);
                accepted.add(line);
            }
        }
        return accepted;
    }

    private static SortedSet<String> findings(Object... context) throws IOException {
        Object[] all = Stream.concat(
                        Stream.of(context), Stream.of("@aws-cdk/core:annotationsInValidationReport", false))
                .toArray();
        App app = Assembly.app("prod", all);
        new StackGraph(app, Assembly.settings(app), Storefront.catalog()).define();
        Aspects.of(app)
                .add(AwsSolutionsChecks.Builder.create()
                        .reports(true)
                        .reportFormats(List.of(NagReportFormat.CSV))
                        .build());
        Aspects.of(app)
                .add(ServerlessChecks.Builder.create()
                        .reports(true)
                        .reportFormats(List.of(NagReportFormat.CSV))
                        .build());
        var found = new TreeSet<String>();
        try (Stream<Path> files = Files.list(Path.of(app.synth().getDirectory()))) {
            for (Path report : files.filter(file -> file.toString().endsWith("NagReport.csv"))
                    .toList()) {
                Files.readAllLines(report).stream()
                        .filter(line -> !line.isEmpty())
                        .map(line -> line.substring(1).split("\",\""))
                        .filter(row -> row.length > COMPLIANCE && row[COMPLIANCE].equals("Non-Compliant"))
                        .forEach(row -> found.add(row[RULE] + " " + row[RESOURCE]));
            }
        }
        return found;
    }
}
