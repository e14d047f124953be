package dev.penstock.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The rules of docs/ARCHITECTURE.md over the code of all modules. */
@AnalyzeClasses(packages = "dev.penstock")
class ArchitectureIT {

    @ArchTest
    static final ArchRule lambdasKnowNeitherCdkNorTheRuntime = noClasses()
            .that()
            .resideInAPackage("dev.penstock.lambdas..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.penstock.local..", "dev.penstock.infra..", "software.amazon.awscdk..", "software.constructs..")
            .because("what is deployed to Lambda carries neither the stacks nor the simulator")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule infraKnowsOnlyLambdas = noClasses()
            .that()
            .resideInAPackage("dev.penstock.infra..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.penstock.local..")
            .because("the stacks must not know how they are simulated")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule localKnowsOnlyLambdas = noClasses()
            .that()
            .resideInAPackage("dev.penstock.local..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.penstock.infra..", "software.amazon.awscdk..", "software.constructs..")
            .because("the synthesized template is the only contract between the stacks and the runtime");

    @ArchTest
    static final ArchRule nothingSleeps = noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class, int.class)
            .orShould()
            .callMethod(Thread.class, "sleep", Duration.class)
            .because("waiting is for a condition, with a limit; a sleep is too short or too long");

    @ArchTest
    static final ArchRule timeIsInjected = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .because("every clock is an InstantSource, so that a day can pass in a second");

    @ArchTest
    static final ArchRule packagesAreNamedByFeature = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..common..", "..helper..", "..manager..", "..impl..")
            .because("a package is named by the feature it holds");
}
