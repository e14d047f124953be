package dev.penstock.lambdas;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.penstock.lambdas", importOptions = ArchitectureTest.MainOnly.class)
class ArchitectureTest {
    /** Class folders of tests have "test" in their name, whatever builds them. */
    static final class MainOnly implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test");
        }
    }

    @ArchTest
    static final ArchRule decisionsKnowNoSdk = noClasses()
            .that()
            .resideInAnyPackage("..item..", "..catalog..", "..projection..", "..stream..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon.awssdk..")
            .because("what is to be done is decided by pure functions; only the edges call AWS");

    @ArchTest
    static final ArchRule featuresDontKnowEachOther = slices().matching(
                    "dev.penstock.lambdas.(welcome|projector|archive|verify|replication)..")
            .should()
            .notDependOnEachOther()
            .because("a feature can be removed with its package");

    @ArchTest
    static final ArchRule onlyEnvironmentReadsTheEnvironment = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("dev.penstock.lambdas.catalog.Environment")
            .should()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .because("the names of a function's variables stand in one place");
}
