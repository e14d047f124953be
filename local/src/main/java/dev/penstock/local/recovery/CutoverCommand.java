package dev.penstock.local.recovery;

import dev.penstock.local.redelivery.Site;
import dev.penstock.local.redelivery.SiteOptions;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code cutover}: the application moves to a restored table. */
@Command(
        name = "cutover",
        description = {
            "Put the items of a restored table in the place of a table, under its name: stream, mappings, replicas,"
                    + " DAX, epoch and views follow.",
            "Prints the plan unless --apply is given. Writers must be stopped: what is written meanwhile is only in the"
                    + " backup that the old table leaves. Interrupted, it is finished by running it again: until then"
                    + " table TABLE-cutover holds its record."
        },
        mixinStandardHelpOptions = true)
public final class CutoverCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "TABLE", description = "the table to replace")
    private String table = "";

    @Parameters(index = "1", paramLabel = "RESTORED", description = "the restored table, which stays as it is")
    private String restored = "";

    @Option(names = "--apply", description = "do it")
    private boolean apply;

    @Mixin
    private final SiteOptions options = new SiteOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (options) {
            Site site = options.open();
            table = site.table(table);
            restored = site.table(restored);
            Runnable emptyCaches = options.control()
                    .<Runnable>map(control -> () -> control.post("dax", Map.of()))
                    .orElse(() -> out.println("  by hand: aws dax reboot-node, one node after the other"));
            var copies = new Copies(site, options::dynamoDb, out);
            var regions = new Cutover.Regions(options::dynamoDb, options::lambda);
            new Cutover(site, regions, table, restored, copies, emptyCaches, out).run(apply);
            return 0;
        }
    }
}
