package dev.penstock.infra;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import software.amazon.awscdk.services.ssm.StringParameter;
import software.constructs.Construct;
import software.constructs.Node;

@AnalyzeClasses(packages = "dev.penstock.infra", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule ONLY_INFRA_APP_READS_CONTEXT = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(InfraApp.class.getName())
            .and()
            .haveSimpleNameNotEndingWith("Test")
            .should()
            .callMethod(Node.class, "tryGetContext", String.class)
            .orShould()
            .callMethod(Node.class, "getContext", String.class)
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getenv")
            .because("what varies between stages is in Settings, checked in one place");

    @ArchTest
    static final ArchRule NOTHING_IS_LOOKED_UP = noClasses()
            .should()
            .callMethod(StringParameter.class, "valueFromLookup", Construct.class, String.class)
            .because("a synth without credentials must give the template that deploys");

    @ArchTest
    static final ArchRule NO_UNORDERED_COLLECTIONS_REACH_A_TEMPLATE = noClasses()
            .that()
            .resideOutsideOfPackages("..rules..", "..settings..")
            .and()
            .haveSimpleNameNotEndingWith("Test")
            .should()
            .callMethod(Map.class, "of", Object.class, Object.class, Object.class, Object.class)
            .orShould()
            .callMethod(Set.class, "of", Object.class, Object.class)
            .because("Map.of and Set.of iterate in an order that differs from run to run, and so would templates");

    @ArchTest
    static final ArchRule INFRA_KNOWS_NOTHING_OF_THE_LOCAL_RUNTIME = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.penstock.local..")
            .because("the local runtime reads what infra synthesizes, not the other way round");
}
