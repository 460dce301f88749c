package com.scaleoutsystems.edge.client.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Holds the house together: which room may use which, and what may stand in a public signature. */
class ArchitectureTest {

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("com.scaleoutsystems.edge");

    private static final ClassGraph GRAPH = new ClassGraph(HOUSE);

    private static final int MOST_COLLABORATORS = 30;

    /** The facade shows everything that a client can do, so it names many types. */
    private static final Set<String> FACADE =
            Set.of("com.scaleoutsystems.edge.client.EdgeClient", "com.scaleoutsystems.edge.client.EdgeClientBuilder");

    private static final String ROOT = "com.scaleoutsystems.edge.";
    private static final String ROOM = ROOT + "client.internal";

    @Test
    void eachRoomUsesOnlyTheRoomsItMay() {
        ArchRule rule = layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage(ROOM + "..")
                .layer("core")
                .definedBy(ROOM + ".core..")
                .layer("state")
                .definedBy(ROOM + ".state..")
                .layer("net")
                .definedBy(ROOM + ".net..")
                .layer("api")
                .definedBy(ROOM + ".api..")
                .layer("transport")
                .definedBy(ROOM + ".transport..")
                .layer("wire")
                .definedBy(ROOM + ".wire..")
                .layer("report")
                .definedBy(ROOM + ".report..")
                .layer("task")
                .definedBy(ROOM + ".task..")
                .layer("join")
                .definedBy(ROOM + ".join..")
                .layer("lifecycle")
                .definedBy(ROOM + ".lifecycle..")
                .layer("doctor")
                .definedBy(ROOM + ".doctor..")
                .whereLayer("lifecycle")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("doctor")
                .mayOnlyBeAccessedByLayers("lifecycle")
                .whereLayer("join")
                .mayOnlyBeAccessedByLayers("doctor", "lifecycle")
                .whereLayer("task")
                .mayOnlyBeAccessedByLayers("lifecycle")
                .whereLayer("report")
                .mayOnlyBeAccessedByLayers("task", "lifecycle")
                .whereLayer("transport")
                .mayOnlyBeAccessedByLayers("wire", "api", "task", "report", "join", "lifecycle", "doctor")
                .whereLayer("wire")
                .mayOnlyBeAccessedByLayers("join", "lifecycle", "doctor")
                .whereLayer("api")
                .mayOnlyBeAccessedByLayers("wire", "join", "lifecycle", "doctor")
                .whereLayer("net")
                .mayOnlyBeAccessedByLayers("api", "wire", "lifecycle", "doctor")
                .whereLayer("state")
                .mayOnlyBeAccessedByLayers("api", "task", "report", "join", "lifecycle", "doctor");
        rule.check(HOUSE);
    }

    @Test
    void packagesFormNoCircle() {
        CodeRules.noCircleOfPackages().check(HOUSE);
    }

    @Test
    void atMostTwoClassesFormACircle() {
        CodeRules.noCircleOfClasses(GRAPH).check(HOUSE);
    }

    @Test
    void classesUseAtMostThirtyOthers() {
        CodeRules.fewCollaborators(GRAPH, MOST_COLLABORATORS, FACADE).check(HOUSE);
    }

    @Test
    void theExceptionIsStillNeeded() {
        for (String name : FACADE) {
            assertThat(GRAPH.usedBy(HOUSE.get(name))).as(name).hasSizeGreaterThan(MOST_COLLABORATORS);
        }
    }

    @Test
    void internalsNeverNameTheFacade() {
        CodeRules.neverUse(ROOM + "..", resideInAPackage(ROOT + "client")).check(HOUSE);
    }

    @Test
    void vocabularyNeverNamesTheFacade() {
        CodeRules.neverUse(ROOT + "client.*", resideInAPackage(ROOT + "client")).check(HOUSE);
    }

    @Test
    void onlyWireNetAndDoctorKnowGrpc() {
        CodeRules.onlyThese(ROOT + "client..", "io.grpc..", ROOM + ".wire..", ROOM + ".net..", ROOM + ".doctor..")
                .check(HOUSE);
    }

    @Test
    void onlyWireKnowsTheMessages() {
        CodeRules.onlyThese(ROOT + "client..", ROOT + "proto..", ROOM + ".wire..")
                .check(HOUSE);
    }

    @Test
    void modelKnowsNoNetworkAndNoClient() {
        CodeRules.neverUse(
                        ROOT + "model..",
                        resideInAnyPackage("io.grpc..", "okhttp3..", ROOT + "client..", ROOT + "sandbox.."))
                .check(HOUSE);
    }

    @Test
    void sandboxKnowsNoClient() {
        CodeRules.neverUse(ROOT + "sandbox..", resideInAPackage(ROOT + "client.."))
                .check(HOUSE);
    }

    @Test
    void clientKnowsNoSandbox() {
        CodeRules.neverUse(ROOT + "client..", resideInAPackage(ROOT + "sandbox.."))
                .check(HOUSE);
    }

    @Test
    void protoKnowsNothingElseOfOurs() {
        CodeRules.neverUse(
                        ROOT + "proto..",
                        resideInAPackage("com.scaleoutsystems.edge..").and(not(resideInAPackage(ROOT + "proto.."))))
                .check(HOUSE);
    }

    @Test
    void onlyCoreKnowsClocksChanceAndThreads() {
        CodeRules.noClockChanceOrThreadBut(ROOT + "client..", ROOM + ".core..").check(HOUSE);
    }

    @Test
    void publicSignaturesNameNoThirdPartyType() {
        PublicSignatures.nameNoThirdPartyType("com.scaleoutsystems.edge..").check(HOUSE);
    }
}
