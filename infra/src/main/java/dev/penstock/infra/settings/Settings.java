package dev.penstock.infra.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * All that differs between stages. Checked when made, so a stack can trust it.
 *
 * @param stage the environment
 * @param account 12 digits; {@code 000000000000} in stage local
 * @param region the primary region: it owns the tables and their replicas
 * @param replicaRegions the other regions of tables that the catalog declares global, in the order in which they were
 *     added; may be empty
 * @param witnessRegion votes for strongly consistent tables with two replicas and holds none; empty: no such region
 * @param activity the regions whose consumers act on a global table, each in its turn: the primary or a replica
 * @param streamGeneration raise it after a replica's stream was switched off and on, so that its new ARN is looked up
 * @param backupRegion where recovery points are copied to; empty: no copy
 * @param customerKey whether data is encrypted with a customer managed KMS key
 * @param vaultLock the lock of the backup vault
 * @param dax whether the DAX cluster is deployed, three nodes at about 600 US dollars a month; free in stage local
 * @param mailFrom the verified sender of mails
 * @param alarmMail who is mailed when an alarm goes off; empty: nobody
 * @param importFlow whether exports can be imported on demand, through a recipe and a queue
 * @param importSource what the optional stack of imports fills a table with
 * @param codeDirectory where module lambdas leaves the functions' zips
 */
public record Settings(
        StageName stage,
        String account,
        String region,
        List<String> replicaRegions,
        String witnessRegion,
        Turns activity,
        int streamGeneration,
        String backupRegion,
        boolean customerKey,
        VaultLock vaultLock,
        boolean dax,
        String mailFrom,
        String alarmMail,
        boolean importFlow,
        Optional<ImportSource> importSource,
        Path codeDirectory) {

    private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
    private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-\\d");
    private static final Pattern MAIL = Pattern.compile("[^@\\s]+@[^@\\s]+\\.[^@\\s]+");

    public Settings {
        replicaRegions = List.copyOf(replicaRegions);
        check(ACCOUNT, "account", account, "12 digits, e.g. -c account=123456789012");
        check(REGION, "region", region, "an AWS region, e.g. -c region=eu-central-1");
        replicaRegions.forEach(replica -> check(REGION, "replicaRegions", replica, "AWS regions"));
        if (replicaRegions.contains(region)
                || replicaRegions.stream().distinct().count() != replicaRegions.size()) {
            throw new IllegalArgumentException("replicaRegions is %s: allowed are distinct regions other than %s"
                    .formatted(replicaRegions, region));
        }
        if (!witnessRegion.isEmpty()) {
            check(REGION, "witnessRegion", witnessRegion, "an AWS region, or empty for none");
        }
        for (Turns.Turn turn : activity.turns()) {
            if (!turn.region().equals(region) && !replicaRegions.contains(turn.region())) {
                throw new IllegalArgumentException("activeRegion is '%s': allowed are %s"
                        .formatted(turn.region(), regions(region, replicaRegions)));
            }
        }
        if (!backupRegion.isEmpty()) {
            check(REGION, "backupRegion", backupRegion, "an AWS region, or empty for no copy");
            if (backupRegion.equals(region)) {
                throw new IllegalArgumentException(
                        "backupRegion is '%s', the primary region: a copy belongs elsewhere".formatted(region));
            }
        }
        check(MAIL, "mailFrom", mailFrom, "a mail address");
        if (!alarmMail.isEmpty()) {
            check(MAIL, "alarmMail", alarmMail, "a mail address, or empty for nobody");
        }
        if (stage == StageName.LOCAL && (customerKey || vaultLock != VaultLock.NONE)) {
            throw new IllegalArgumentException(
                    "customerKey and vaultLock are not for stage local: they protect a real account");
        }
        if (stage == StageName.LOCAL && importFlow) {
            throw new IllegalArgumentException(
                    "importFlow is not for stage local: scripts/penstock etl and import do the same on one machine");
        }
        if (stage == StageName.PROD && !customerKey) {
            throw new IllegalArgumentException("customerKey is false: stage prod encrypts with a customer key");
        }
    }

    /** The zip that the functions run. */
    public Path functionCode() {
        return codeDirectory.resolve("penstock-function.zip");
    }

    /** The zip of the function that reads through DAX: it holds the DAX client too. */
    public Path readerCode() {
        return codeDirectory.resolve("penstock-reader.zip");
    }

    /** The zip of operations: it holds the Glue client too. */
    public Path operationsCode() {
        return codeDirectory.resolve("penstock-operations.zip");
    }

    /** Whether this is the stage that the local runtime runs. */
    public boolean isLocal() {
        return stage == StageName.LOCAL;
    }

    /** Whether data outlives its stack: deletion protection and RETAIN. */
    public boolean keepsData() {
        return stage == StageName.PROD;
    }

    /** The primary region first, then the replicas'. */
    public List<String> regions() {
        return regions(region, replicaRegions);
    }

    /** A resource's physical name: plain in stage local, {@code penstock-prod-Customers} elsewhere. */
    public String name(String plain) {
        return isLocal() ? plain : prefix() + plain;
    }

    /** What starts the name of every resource of this stage. */
    public String prefix() {
        return "penstock-" + stage.text() + "-";
    }

    /** A bucket's name. Bucket names are unique in the world, so outside of stage local account and region are in it. */
    public String bucketName(String plain, String bucketRegion) {
        if (isLocal()) {
            return bucketRegion.equals(region) ? "penstock-" + plain : "penstock-" + plain + "-" + bucketRegion;
        }
        return prefix() + plain + "-" + account + "-" + bucketRegion;
    }

    private static List<String> regions(String primary, List<String> replicas) {
        var all = new ArrayList<String>();
        all.add(primary);
        all.addAll(replicas);
        return List.copyOf(all);
    }

    private static void check(Pattern allowed, String name, String value, String hint) {
        if (!allowed.matcher(value).matches()) {
            throw new IllegalArgumentException("%s is '%s': allowed is %s".formatted(name, value, hint));
        }
    }
}
