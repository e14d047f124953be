package dev.penstock.infra.backup;

import dev.penstock.infra.settings.Settings;
import dev.penstock.infra.settings.StageStack;
import software.constructs.Construct;

/** The vault in the second region. It is deployed before the plans that copy to it. */
public final class CopyVaultStack extends StageStack {

    public CopyVaultStack(Construct scope, Settings settings) {
        super(scope, "Vault", settings, settings.backupRegion(), "Copies of the recovery points");
        Vault.in(this, settings);
    }
}
