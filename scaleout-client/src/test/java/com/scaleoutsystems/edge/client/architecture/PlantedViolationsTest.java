package com.scaleoutsystems.edge.client.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    void aClassThatMakesItsOwnLoggerIsFound() {
        assertFound(CodeRules.noLoggerBut(INTERNAL, NOWHERE), classesOf(HOUSE), "LogsByItself");
    }

    @Test
    void aClassThatNeedsSlf4j2IsFound() {
        assertFound(CodeRules.onlyWhatSlf4j17Has(INTERNAL), classesOf(HOUSE), "LogsFluently");
        assertFound(CodeRules.onlyWhatSlf4j17Has(INTERNAL), classesOf(HOUSE), "BuildsLoggers");
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

        assertThat(doors).hasSizeGreaterThan(40);
        assertThat(doors)
                .allSatisfy(door ->
                        assertFound(rule, new ClassFileImporter().importClasses(door.reflect()), door.getSimpleName()));
    }

    /** These methods are newer than Java 17: the name is put into a class that calls another one. */
    @ParameterizedTest
    @ValueSource(strings = {"ofVirtual", "ofPlatform", "startVirtualThread"})
    void eachNewerDoorToThreadsIsFound(String method, @TempDir Path folder) throws IOException {
        String name = '/' + CallsAThread.class.getName().replace('.', '/') + ".class";
        byte[] compiled;
        try (InputStream file = Objects.requireNonNull(PlantedViolationsTest.class.getResourceAsStream(name))) {
            compiled = file.readAllBytes();
        }
        String changed =
                new String(compiled, StandardCharsets.ISO_8859_1).replace(constant("onSpinWait"), constant(method));
        Path planted = Files.write(folder.resolve("Planted.class"), changed.getBytes(StandardCharsets.ISO_8859_1));
        ArchRule rule = CodeRules.noClockChanceOrThreadBut(PlantedViolationsTest.class.getPackageName(), NOWHERE);

        rule.check(new ClassFileImporter().importClasses(CallsAThread.class));
        assertFound(rule, new ClassFileImporter().importPath(planted), "Thread." + method);
    }

    /** A text as class files hold it: its length comes first. */
    private static String constant(String text) {
        return (char) 0 + "" + (char) text.length() + text;
    }

    /** Calls a method of the class Thread that is not forbidden. */
    private static final class CallsAThread {
        void call() {
            Thread.onSpinWait();
        }
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
