package dev.penstock.infra.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsContextTest {

    private static final Map<String, Object> PROD = Map.of(
            "stage", "prod",
            "account", "123456789012",
            "region", "eu-central-1",
            "penstock:prod", Map.of("mailFrom", "shop@example.com", "customerKey", true));

    private static Settings read(Map<String, Object> base, String... more) {
        var context = new TreeMap<>(base);
        for (int i = 0; i < more.length; i += 2) {
            context.put(more[i], more[i + 1]);
        }
        return SettingsContext.read(context::get);
    }

    @Test
    void stageLocalNeedsNothing() {
        Settings local = read(Map.of("penstock:local", Map.of("mailFrom", "shop@example.com")));

        assertTrue(local.isLocal());
        assertEquals("000000000000", local.account());
        assertEquals("us-east-1", local.region());
        assertEquals("Customers", local.name("Customers"));
        assertEquals("penstock-archive", local.bucketName("archive", "us-east-1"));
    }

    @Test
    void aDeployedStageHasItsNameInEveryPhysicalName() {
        Settings prod = read(PROD);

        assertTrue(prod.keepsData());
        assertEquals("penstock-prod-Customers", prod.name("Customers"));
        assertEquals("penstock-prod-archive-123456789012-eu-central-1", prod.bucketName("archive", "eu-central-1"));
    }

    @Test
    void theCommandLineOverridesCdkJson() {
        assertFalse(read(PROD).dax());
        assertTrue(read(PROD, "penstock:dax", "true").dax());
        assertEquals(
                List.of("eu-central-1", "eu-west-1", "us-east-1"),
                read(PROD, "penstock:replicaRegions", "eu-west-1,us-east-1").regions());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stage|qa|stage is 'qa': allowed are local, dev, prod (-c stage=dev)",
                "account|12|account is '12': allowed is 12 digits, e.g. -c account=123456789012",
                "region|Frankfurt|region is 'Frankfurt': allowed is an AWS region, e.g. -c region=eu-central-1",
                "penstock:replicaRegions|eu-central-1|replicaRegions is [eu-central-1]: allowed are distinct regions other than eu-central-1",
                "penstock:activeRegion|us-west-1|activeRegion is 'us-west-1': allowed are [eu-central-1]",
                "penstock:activeRegion|eu-central-1,eu-central-1|activeRegion has Turn[region=eu-central-1, since=Optional.empty] as number 2: allowed are a region, then others in order of time, each with its first instant as in us-west-2@2026-11-22T18:00:00Z",
                "penstock:activeRegion|eu-central-1@now|activeRegion has the time 'now': allowed is an instant such as 2026-11-22T18:00:00Z",
                "penstock:backupRegion|eu-central-1|backupRegion is 'eu-central-1', the primary region: a copy belongs elsewhere",
                "penstock:mailFrom|shop|mailFrom is 'shop': allowed is a mail address",
                "penstock:alarmMail|me|alarmMail is 'me': allowed is a mail address, or empty for nobody",
                "penstock:dax|yes|dax is 'yes': allowed are true and false",
                "penstock:customerKey|false|customerKey is false: stage prod encrypts with a customer key",
                "penstock:vaultLock|forever|vaultLock is 'forever': allowed are none, governance, compliance",
            })
    void refusesWhatIsWrongInOneLine(String key, String value, String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> read(PROD, key, value))
                        .getMessage());
    }

    @Test
    void accountAndRegionMustBeGivenOutsideOfStageLocal() {
        var noAccount = new TreeMap<>(PROD);
        noAccount.remove("account");

        assertEquals(
                "account is missing: stage prod needs -c account=123456789012 -c region=us-east-1",
                assertThrows(IllegalArgumentException.class, () -> read(noAccount))
                        .getMessage());
    }

    @Test
    void aMisspelledSettingIsRefused() {
        var context = Map.<String, Object>of("penstock:local", Map.of("mailfrom", "shop@example.com"));

        assertTrue(assertThrows(IllegalArgumentException.class, () -> read(context))
                .getMessage()
                .startsWith("penstock:local in cdk.json has [mailfrom]: allowed are [activeRegion,"));
    }

    @Test
    void stageLocalHasNothingThatOnlyARealAccountNeeds() {
        var context =
                Map.<String, Object>of("penstock:local", Map.of("mailFrom", "shop@example.com", "customerKey", true));

        assertThrows(IllegalArgumentException.class, () -> read(context));
    }
}
