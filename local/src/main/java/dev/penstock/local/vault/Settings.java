package dev.penstock.local.vault;

import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.backup.model.DescribeRegionSettingsResponse;

/** Whether AWS Backup may look after DynamoDB in a region, and with its advanced features. Here both are on at first. */
record Settings(boolean isOptedIn, boolean isAdvanced) {
    static final String RESOURCE_TYPE = "DynamoDB";

    static Settings of(VaultRegion region) {
        DescribeRegionSettingsResponse settings = describe(region);
        return new Settings(
                settings.resourceTypeOptInPreference().getOrDefault(RESOURCE_TYPE, true),
                settings.resourceTypeManagementPreference().getOrDefault(RESOURCE_TYPE, true));
    }

    static DescribeRegionSettingsResponse describe(VaultRegion region) {
        return region.documents()
                .get("settings", DescribeRegionSettingsResponse::builder)
                .orElseGet(() -> DescribeRegionSettingsResponse.builder()
                        .resourceTypeOptInPreference(Map.of(RESOURCE_TYPE, true))
                        .resourceTypeManagementPreference(Map.of(RESOURCE_TYPE, true))
                        .build());
    }

    static void update(VaultRegion region, Map<String, Boolean> optIn, Map<String, Boolean> management) {
        DescribeRegionSettingsResponse before = describe(region);
        Map<String, Boolean> optedIn = new TreeMap<>(before.resourceTypeOptInPreference());
        optedIn.putAll(optIn);
        Map<String, Boolean> managed = new TreeMap<>(before.resourceTypeManagementPreference());
        managed.putAll(management);
        region.documents()
                .put(
                        "settings",
                        DescribeRegionSettingsResponse.builder()
                                .resourceTypeOptInPreference(optedIn)
                                .resourceTypeManagementPreference(managed)
                                .build());
    }
}
