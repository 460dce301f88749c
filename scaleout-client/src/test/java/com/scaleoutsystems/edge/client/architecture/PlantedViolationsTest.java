package com.scaleoutsystems.edge.client.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Shows that each rule finds what breaks it. */
class PlantedViolationsTest {

    private static final String PLANTED = "com.scaleoutsystems.edge.client.architecture.planted";
    private static final String HOUSE = PLANTED + ".house";
    private static final String INTERNAL = HOUSE + ".internal..";
    private static final String NOWHERE = HOUSE + ".internal.nowhere..";

    @Test
    void aCircleOfTwoPackagesIsFound() {
        assertFound(CodeRules.noCircleOfPackages(), classesOf(PLANTED + ".left", PLANTED + ".right"), "Cycle detected");
    }

    @Test
    void aCircleOfThreeClassesIsFound() {
        JavaClasses classes = classesOf(PLANTED + ".circle");

        assertFound(CodeRules.noCircleOfClasses(new ClassGraph(classes)), classes, "is in the circle");
    }

    @Test
    void twoClassesMayKnowEachOther() {
        JavaClasses classes = classesOf(PLANTED + ".left", PLANTED + ".right");

        CodeRules.noCircleOfClasses(new ClassGraph(classes)).check(classes);
    }

    @Test
    void aClassThatUsesTooManyOthersIsFoundUnlessItIsNamed() {
        JavaClasses classes = classesOf(PLANTED + ".circle");
        ClassGraph graph = new ClassGraph(classes);

        assertFound(CodeRules.fewCollaborators(graph, 0, Set.of()), classes, "First uses 1 of our own classes");
        CodeRules.fewCollaborators(
                        graph,
                        0,
                        Set.of(PLANTED + ".circle.First", PLANTED + ".circle.Second", PLANTED + ".circle.Third"))
                .check(classes);
    }

    @Test
    void aPackageThatUsesOneThatItMayNotIsFound() {
        JavaClasses classes = classesOf(PLANTED + ".left", PLANTED + ".right");

        CodeRules.useOnlyWhatTheyMay(PLANTED, Map.of("left", Set.of("right"), "right", Set.of("left.Left")))
                .check(classes);
        assertFound(
                CodeRules.useOnlyWhatTheyMay(PLANTED, Map.of("left", Set.of("right"))),
                classes,
                "right may not use left");
        assertFound(
                CodeRules.useOnlyWhatTheyMay(
                        PLANTED, Map.of("left", Set.of("right"), "right", Set.of("left.Another", "circle"))),
                classes,
                "right may not use left");
    }

    @Test
    void anInternalClassThatNamesTheFacadeIsFound() {
        assertFound(CodeRules.neverUse(INTERNAL, resideInAPackage(HOUSE)), classesOf(HOUSE), "NamesTheFacade");
    }

    @Test
    void aNeutralClassThatKnowsGrpcIsFound() {
        assertFound(CodeRules.onlyThese(INTERNAL, "io.grpc..", NOWHERE), classesOf(HOUSE), "KnowsTheWire");
    }

    @Test
    void aNeutralClassThatKnowsAMessageIsFound() {
        assertFound(
                CodeRules.onlyThese(INTERNAL, "com.scaleoutsystems.edge.proto..", NOWHERE),
                classesOf(HOUSE),
                "KnowsTheWire");
    }

    @Test
    void aPublicTypeThatNamesOthersIsFound() {
        ArchRule rule = PublicSignatures.nameNoThirdPartyType(HOUSE);

        assertFound(rule, classesOf(HOUSE), "exposes io.grpc.Status");
        assertFound(rule, classesOf(HOUSE), "exposes com.scaleoutsystems.edge.client.internal.core.Strand");
    }

    @Test
    void eachDoorToTimeChanceAndThreadsIsFound() {
        ArchRule rule = CodeRules.noClockChanceOrThreadBut(INTERNAL, NOWHERE);
        List<JavaClass> doors = classesOf(HOUSE).stream()
                .filter(type -> type.getEnclosingClass().isPresent())
                .toList();

        assertThat(doors).hasSizeGreaterThan(20);
        assertThat(doors)
                .allSatisfy(door ->
                        assertFound(rule, new ClassFileImporter().importClasses(door.reflect()), door.getSimpleName()));
    }

    private static JavaClasses classesOf(String... packages) {
        return new ClassFileImporter().importPackages(packages);
    }

    private static void assertFound(ArchRule rule, JavaClasses classes, String words) {
        assertThatThrownBy(() -> rule.check(classes))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(words);
    }
}
